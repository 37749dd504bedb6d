-- Somebody asked for a new password by e-mail: a link for 1 hour, and to whom it goes; no row when nobody who
-- may sign in has this e-mail, which is recorded. Earlier links stay: a stranger must not be able to end them.
-- At most five an hour for one person, counted apart for browsers and addresses that the person is known to have
-- signed in with (p_known) and for all others: so strangers neither fill a mailbox nor use up the owner's own.
-- SECURITY DEFINER, because whoever forgot a password has no identity. In the database, because the count must hold for
-- any number who ask at once.
-- Locks in order: the person's profile, a lane of the audit log.
CREATE OR REPLACE FUNCTION app.ask_password_reset(p_email text, p_token_hash text, p_known boolean DEFAULT false)
RETURNS TABLE (email text, display_name text, language text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person public.profiles;
    v_most constant int := 5;
BEGIN
    SELECT * INTO v_person FROM public.profiles p
     WHERE pg_catalog.lower(p.email) = pg_catalog.lower(p_email) AND p.is_active FOR NO KEY UPDATE;
    IF v_person.id IS NULL OR v_most <= (
        SELECT count(*) FROM public.set_password_links l
         WHERE l.user_id = v_person.id AND l.created_by IS NULL AND l.from_known = p_known
           AND l.created_at > clock_timestamp() - interval '1 hour') THEN
        PERFORM app.audit_write('profile.reset_refused', 'profiles', v_person.id,
            p_after => jsonb_build_object('email', left(p_email, 254)));
        RETURN;
    END IF;
    INSERT INTO public.set_password_links (user_id, token_hash, expires_at, from_known)
    VALUES (v_person.id, p_token_hash, clock_timestamp() + interval '1 hour', p_known);
    RETURN QUERY SELECT v_person.email::text, v_person.display_name, v_person.language::text;
END;
$$;
COMMENT ON FUNCTION app.ask_password_reset(text, text, boolean) IS 'Makes a reset link, valid for 1 hour; no row when nobody has this e-mail, or five were made within the hour.';
SELECT app.as_definer('app.ask_password_reset(text, text, boolean)', 'verso_app');
