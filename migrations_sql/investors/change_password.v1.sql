-- A person stores a new password (encoded by the application), proving that they know the present one by its derived
-- value. False when it is not that, and nothing is changed. Also used to keep the same password in a newer form.
-- In the database as SECURITY DEFINER, because the application can neither read nor write what is kept of a password,
-- so that nobody's rights are enough to become somebody else.
-- Locks: the person's profile.
-- Errors: 22023 when the password is not an encoded one.
CREATE OR REPLACE FUNCTION app.change_password(p_derived text, p_password text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_password IS NULL OR p_password !~ '^[a-z0-9_]+\$.' THEN
        RAISE EXCEPTION 'The password must be encoded.' USING ERRCODE = '22023';
    END IF;
    UPDATE public.profiles p SET password = p_password
     WHERE p.id = app.uid() AND p.is_active AND p.password NOT LIKE '!%'
       AND sha256(convert_to(p.password, 'UTF8')) = sha256(convert_to(p_derived, 'UTF8'));
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION app.change_password(text, text) IS 'The acting person stores a new password, proving the present one. False when it is not that.';
SELECT app.as_definer('app.change_password(text, text)', 'verso_app');
