-- Uses a link up and stores the password (encoded by the application). Gives the person, or null when the link is
-- not live: of any number of uses at once exactly one wins. The person's other links end with it. The audit rows
-- name the person, who just proved to be it.
-- In the database, because two who open a link at once must not both set a password, and because there is no
-- identity yet. A link lives until it is used, its time is over (by the database's clock), a newer one of staff
-- replaces it, or its person's role, e-mail or access changes (end_password_links).
-- Locks in order: the person's profile, the links.
-- Errors: 22023 when the password is not an encoded one.
CREATE OR REPLACE FUNCTION app.use_password_link(p_token_hash text, p_password text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_before text := coalesce(current_setting('app.user_id', true), '');
    v_person uuid;
BEGIN
    IF p_password IS NULL OR p_password !~ '^[a-z0-9_]+\$.' THEN
        RAISE EXCEPTION 'The password must be encoded.' USING ERRCODE = '22023';
    END IF;
    SELECT p.id INTO v_person FROM public.profiles p
     WHERE p.id = (SELECT l.user_id FROM public.set_password_links l WHERE l.token_hash = p_token_hash)
       AND p.is_active FOR NO KEY UPDATE;
    PERFORM set_config('app.user_id', coalesce(v_person::text, ''), true);
    UPDATE public.set_password_links l SET used_at = clock_timestamp()
     WHERE l.token_hash = p_token_hash AND l.user_id = v_person
       AND l.used_at IS NULL AND l.expires_at > clock_timestamp();  -- [1]
    IF FOUND THEN
        UPDATE public.set_password_links l SET expires_at = clock_timestamp()
         WHERE l.user_id = v_person AND l.used_at IS NULL AND l.expires_at > clock_timestamp();
        UPDATE public.profiles p SET password = p_password WHERE p.id = v_person;
    ELSE
        v_person := NULL;
    END IF;
    PERFORM set_config('app.user_id', v_before, true);
    RETURN v_person;
END;
$$;
COMMENT ON FUNCTION app.use_password_link(text, text) IS 'Sets a password by a one-time link; null when the link is not live.';
SELECT app.as_definer('app.use_password_link(text, text)', 'verso_app');
