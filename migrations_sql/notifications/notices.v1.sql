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

-- Claims the notice that has been due longest, for whoever is about to mail it; the caller commits before it sends, so
-- that no transaction waits for a mail server. The claim is the next due time itself: it lies past the lease (an hour at most), and further
-- away with each try, so that what a killed worker had claimed is taken up again by itself, and two senders never hold
-- the same notice. After three days a mail is no news any more: it is stopped, and staff see it (not by a clock that is held). Who no longer acts for the
-- investor is not told.
-- Locks: the notice (SKIP LOCKED). Errors: 42501 for who may not run jobs. No row's id is null when nothing is due.
CREATE OR REPLACE FUNCTION app.claim_notice(p_lease_seconds int, OUT notice_id uuid, OUT try int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs send notices' USING ERRCODE = '42501';
    END IF;
    UPDATE public.notices n
       SET mail_stopped = CASE WHEN app.wants_mail(n.user_id, n.facts) THEN 'too_late' ELSE 'not_wanted' END
     WHERE n.mailed_at IS NULL AND n.mail_stopped = '' AND n.mail_due_at <= v_now AND n.mail_until <= v_now
       AND NOT app.clock_held();
    SELECT n.id INTO notice_id
      FROM public.notices n
     WHERE n.mailed_at IS NULL AND n.mail_stopped = '' AND n.mail_due_at <= v_now AND n.mail_until > v_now
       AND app.wants_mail(n.user_id, n.facts)
     ORDER BY n.mail_due_at, n.created_at, n.id LIMIT 1 FOR NO KEY UPDATE OF n SKIP LOCKED;
    UPDATE public.notices n
       SET mail_tries = n.mail_tries + 1,
           mail_due_at = v_now + greatest(make_interval(secs => least(p_lease_seconds, 3600)), app.mail_pause(n.mail_tries + 1))
     WHERE n.id = notice_id RETURNING n.mail_tries INTO try;
END;
$$;
SELECT app.as_definer('app.claim_notice(int)', 'verso_app');

-- Whether this person still is to be told: may sign in, has an address, and acts for the investor it is about.
CREATE OR REPLACE FUNCTION app.wants_mail(p_user_id uuid, p_facts jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = p_user_id AND p.is_active AND p.email IS NOT NULL)
       AND (p_facts ->> 'investor_id' IS NULL
            OR EXISTS (SELECT 1 FROM public.investor_users u
                        WHERE u.user_id = p_user_id AND u.investor_id = (p_facts ->> 'investor_id')::uuid))
$$;
SELECT app.as_internal('app.wants_mail(uuid, jsonb)');

-- How long after the n-th try that failed the next may come: 1, 2, 4 … minutes, six hours at most.
CREATE OR REPLACE FUNCTION app.mail_pause(p_try int) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
    SELECT least(interval '1 minute' * 2 ^ least(p_try - 1, 12), interval '6 hours')
$$;
SELECT app.as_internal('app.mail_pause(int)');

-- Notes that the mail server took it; whoever claims it later finds it gone. Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.notice_mailed(p_notice_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs send notices' USING ERRCODE = '42501';
    END IF;
    UPDATE public.notices SET mailed_at = clock_timestamp(), mail_stopped = '', mail_problem = ''
     WHERE id = p_notice_id AND mailed_at IS NULL;
END;
$$;
SELECT app.as_definer('app.notice_mailed(uuid)', 'verso_app');

-- Notes why this try failed. p_stopped is '' (tried again after a pause that grows), 'refused' (for good) or 'uncertain'
-- (taken and not confirmed: a second try might be a second mail); what is stopped, staff see. A try that was overtaken by a
-- later claim notes nothing.
-- Errors: 42501 for who may not run jobs, 23514 for another word.
CREATE OR REPLACE FUNCTION app.notice_not_mailed(p_notice_id uuid, p_try int, p_problem text, p_stopped text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs send notices' USING ERRCODE = '42501';
    END IF;
    UPDATE public.notices n
       SET mail_problem = left(p_problem, 500), mail_stopped = p_stopped,
           mail_due_at = clock_timestamp() + app.mail_pause(p_try)
     WHERE n.id = p_notice_id AND n.mailed_at IS NULL AND n.mail_tries = p_try;
END;
$$;
SELECT app.as_definer('app.notice_not_mailed(uuid, int, text, text)', 'verso_app');

-- A member of staff has a mail that was stopped sent once more, at once, and for three days again.
-- Locks: the notice. Errors: 42501 for who is no member of staff, DL006 where nothing was stopped.
CREATE OR REPLACE FUNCTION app.mail_notice_again(p_notice_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.notices;
BEGIN
    IF NOT app.is_staff() THEN
        RAISE EXCEPTION 'only staff have a mail sent again' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO v FROM public.notices n WHERE n.id = p_notice_id FOR NO KEY UPDATE;
    IF NOT FOUND OR v.mail_stopped = '' THEN
        RAISE EXCEPTION 'this mail is not stopped' USING ERRCODE = 'DL006';
    END IF;
    UPDATE public.notices n
       SET mail_stopped = '', mail_tries = 0, mail_due_at = clock_timestamp(),
           mail_until = clock_timestamp() + interval '3 days'
     WHERE n.id = p_notice_id;
    PERFORM app.audit_write('notice.mailed_again', 'notices', v.id, NULL,
        jsonb_build_object('mail_stopped', v.mail_stopped, 'mail_tries', v.mail_tries), jsonb_build_object('user_id', v.user_id));
END;
$$;
SELECT app.as_definer('app.mail_notice_again(uuid)', 'verso_app');
