-- Staff make a link, valid for 7 days; an earlier one of the same person ends. Gives the link's id.
-- Only staff_admin makes one for staff, or for a person who has a password already: whoever holds the link
-- becomes that person.
-- In the database, because the table is written by functions alone, so that nobody's rights reach a token's hash,
-- and because who may make a link for whom must hold for any caller.
-- Locks in order: the person's profile, the links.
-- Errors: 42501 when the caller may not, or the person is unknown, disabled or has no e-mail.
CREATE OR REPLACE FUNCTION app.make_password_link(p_user_id uuid, p_token_hash text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person public.profiles;
    v_link uuid;
BEGIN
    IF NOT app.is_staff() THEN
        RAISE EXCEPTION 'Only staff make links.' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO v_person FROM public.profiles p
     WHERE p.id = p_user_id AND p.is_active AND p.email IS NOT NULL FOR NO KEY UPDATE;
    IF v_person.id IS NULL THEN
        RAISE EXCEPTION 'Nobody who may sign in has this id.' USING ERRCODE = '42501';
    END IF;
    IF (v_person.role <> 'investor' OR v_person.password NOT LIKE '!%') AND app.role() <> 'staff_admin' THEN
        RAISE EXCEPTION 'Only an administrator makes a link for staff or for a person with a password.'
            USING ERRCODE = '42501';
    END IF;
    UPDATE public.set_password_links l SET expires_at = clock_timestamp()
     WHERE l.user_id = v_person.id AND l.used_at IS NULL AND l.expires_at > clock_timestamp();
    INSERT INTO public.set_password_links (user_id, token_hash, expires_at, created_by)
    VALUES (v_person.id, p_token_hash, clock_timestamp() + interval '7 days', app.uid()) RETURNING id INTO v_link;
    RETURN v_link;
END;
$$;
COMMENT ON FUNCTION app.make_password_link(uuid, text) IS 'Staff make a set-password link, valid for 7 days. 42501.';
SELECT app.as_definer('app.make_password_link(uuid, text)', 'verso_app');
