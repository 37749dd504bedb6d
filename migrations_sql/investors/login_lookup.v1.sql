-- Whose password to check: the active profile of this e-mail that has a usable password, or no row.
-- In the database as SECURITY DEFINER, because a sign-in happens before there is an identity, and without one
-- row level security shows no profile. It answers only what the check of the password needs.
CREATE OR REPLACE FUNCTION app.login_lookup(p_email text) RETURNS TABLE (id uuid, password text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, p.password FROM public.profiles p
     WHERE lower(p.email) = lower(p_email) AND p.is_active AND p.password NOT LIKE '!%'
$$;
COMMENT ON FUNCTION app.login_lookup(text) IS 'Id and password hash of the profile that may sign in with this e-mail.';
SELECT app.as_definer('app.login_lookup(text)', 'verso_app');
