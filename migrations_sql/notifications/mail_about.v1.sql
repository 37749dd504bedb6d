-- Whether people were mailed what a thing is about: for staff, who read no notice of somebody else's, and here nothing that one
-- says. In the database, because the policy on notices shows each to its person alone.
-- Locks: none. Errors: 42501 for who is no member of staff.
CREATE OR REPLACE FUNCTION app.mail_about(p_entities uuid[])
RETURNS TABLE (kind text, user_id uuid, created_at timestamptz, mailed_at timestamptz, mail_stopped text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.is_staff() THEN  -- [1]
        RAISE EXCEPTION 'only staff ask what was mailed' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT n.kind, n.user_id, n.created_at, n.mailed_at, n.mail_stopped FROM public.notices n
                  WHERE n.entity_id = ANY (p_entities) ORDER BY n.created_at, n.user_id;
END;
$$;
SELECT app.as_definer('app.mail_about(uuid[])', 'verso_app');
COMMENT ON FUNCTION app.mail_about(uuid[]) IS 'When people were told and mailed of these things. For staff.';
