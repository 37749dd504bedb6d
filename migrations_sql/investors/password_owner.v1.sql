-- Whose sign-in this is: the active profile of this e-mail whose stored password equals the derived value, or null.
-- In the database as SECURITY DEFINER, because the application may not read what is kept of a password. Digests are
-- compared, so that the time of the comparison tells nothing of the value that is kept.
CREATE OR REPLACE FUNCTION app.password_owner(p_email text, p_derived text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id FROM public.profiles p
     WHERE lower(p.email) = lower(p_email) AND p.is_active AND p.password NOT LIKE '!%'
       AND sha256(convert_to(p.password, 'UTF8')) = sha256(convert_to(p_derived, 'UTF8'))  -- [1]
$$;
COMMENT ON FUNCTION app.password_owner(text, text) IS 'Id of the profile with this e-mail and this derived password, or null.';
SELECT app.as_definer('app.password_owner(text, text)', 'verso_app');
