-- How to derive what is kept of a password: algorithm, parameters and salt of the person with this e-mail, without the
-- derived value. For an e-mail that nobody signs in with, the parameters given by the caller (those of a password
-- stored today) and a salt that is always the same for this e-mail, so that the answer does not tell who has an account.
-- In the database as SECURITY DEFINER, because the application may not read what is kept of a password: whatever it
-- can select can leak. The salts of strangers come from a secret of this database: what stands in place of a
-- password in the profile of the jobs, which nobody can read and nobody signs in with.
CREATE OR REPLACE FUNCTION app.password_recipe(p_email text, p_present text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH stranger AS (
        SELECT left(translate(encode(sha256(convert_to(s.password || lower(p_email), 'UTF8')), 'base64'),
                              E'+/=\n', ''), 22) AS salt
          FROM public.profiles s WHERE s.id = app.system_profile())
    SELECT coalesce(
        (SELECT regexp_replace(p.password, '[^$]*$', '') FROM public.profiles p
          WHERE lower(p.email) = lower(p_email) AND p.is_active AND p.password NOT LIKE '!%'),
        p_present || CASE WHEN p_present LIKE 'argon2$%'
            THEN rtrim(encode(convert_to(s.salt, 'UTF8'), 'base64'), '=') ELSE s.salt END || '$')
      FROM stranger s
$$;
COMMENT ON FUNCTION app.password_recipe(text, text) IS 'Algorithm, parameters and salt with which to derive a password; for strangers a steady one.';
SELECT app.as_definer('app.password_recipe(text, text)', 'verso_app');
