-- What investors are told. The row is written with the change it tells of and is the outbox of the mail, so that
-- nothing is lost while the mail server or the broker is down. In the database, because one person's act writes
-- another person's row, which no policy lets them do.

-- One notice for every person who acts for the investor; told already is told once.
CREATE OR REPLACE FUNCTION app.tell_investor(p_investor_id uuid, p_kind text, p_entity_id uuid, p_facts jsonb)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO public.notices (user_id, kind, entity_id, facts, created_at)
    SELECT u.user_id, p_kind, p_entity_id, p_facts, clock_timestamp()
      FROM public.investor_users u JOIN public.profiles p ON p.id = u.user_id AND p.is_active
     WHERE u.investor_id = p_investor_id
     ORDER BY u.user_id
    ON CONFLICT (user_id, kind, entity_id) DO NOTHING
$$;
SELECT app.as_internal('app.tell_investor(uuid, text, uuid, jsonb)');

-- The oldest notice still to be mailed, locked until the transaction ends; two senders never take the same one.
-- p_not: those this run has tried. After three days a mail is no news any more and the page alone tells it. Who no longer
-- acts for the investor is not told.
-- Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.next_notice(p_not uuid[] DEFAULT '{}') RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs send notices' USING ERRCODE = '42501';
    END IF;
    SELECT n.id INTO v_id
      FROM public.notices n JOIN public.profiles p ON p.id = n.user_id AND p.is_active AND p.email IS NOT NULL
     WHERE n.mailed_at IS NULL AND n.created_at > clock_timestamp() - interval '3 days' AND n.id <> ALL (p_not)
       AND (n.facts ->> 'investor_id' IS NULL
            OR EXISTS (SELECT 1 FROM public.investor_users u
                        WHERE u.user_id = n.user_id AND u.investor_id = (n.facts ->> 'investor_id')::uuid))
     ORDER BY n.created_at, n.id LIMIT 1 FOR NO KEY UPDATE OF n SKIP LOCKED;
    RETURN v_id;
END;
$$;
SELECT app.as_definer('app.next_notice(uuid[])', 'verso_app');

-- Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.notice_mailed(p_notice_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs send notices' USING ERRCODE = '42501';
    END IF;
    UPDATE public.notices SET mailed_at = clock_timestamp() WHERE id = p_notice_id AND mailed_at IS NULL;
END;
$$;
SELECT app.as_definer('app.notice_mailed(uuid)', 'verso_app');
