-- For whom a sign-in was tried: the active profile of this e-mail that has a password, or null. For the audit row of
-- a refusal, which names the person. In the database as SECURITY DEFINER, because a sign-in happens before there is
-- an identity, and without one row level security shows no profile.
CREATE OR REPLACE FUNCTION app.login_lookup(p_email text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id FROM public.profiles p
     WHERE lower(p.email) = lower(p_email) AND p.is_active AND p.password NOT LIKE '!%'
$$;
COMMENT ON FUNCTION app.login_lookup(text) IS 'Id of the profile that may sign in with this e-mail, or null.';
SELECT app.as_definer('app.login_lookup(text)', 'verso_app');
