-- Sign-ins with this e-mail are refused after wrong passwords: whom to tell, at most once in six hours; no row otherwise
-- and when nobody signs in with it. In the database as SECURITY DEFINER, because there is no identity yet, and because
-- of many refusals at once one mail may leave.
-- Locks in order: the person's profile, a lane of the audit log.
CREATE OR REPLACE FUNCTION app.tell_lockout(p_email text)
RETURNS TABLE (id uuid, email text, display_name text, language text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.profiles p SET lockout_told_at = clock_timestamp()
     WHERE pg_catalog.lower(p.email) = pg_catalog.lower(p_email) AND p.is_active AND p.password NOT LIKE '!%'
       AND (p.lockout_told_at IS NULL OR p.lockout_told_at < clock_timestamp() - interval '6 hours')  -- [1]
    RETURNING p.id, p.email::text, p.display_name, p.language::text
$$;
COMMENT ON FUNCTION app.tell_lockout(text) IS 'Whom to tell that sign-ins with this e-mail are refused; once in six hours.';
SELECT app.as_definer('app.tell_lockout(text)', 'verso_app');
