-- Trigger: a new password brings a new session stamp, and every session of before ends with it: sessions are bound to
-- the stamp, which the application reads, and not to the password, which it cannot. In the database, because a
-- password set in psql must end them too.
CREATE OR REPLACE FUNCTION app.new_session_stamp() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.session_stamp := gen_random_uuid();
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.new_session_stamp() FROM PUBLIC;
COMMENT ON FUNCTION app.new_session_stamp() IS 'Trigger: a new password ends the sessions of before.';
CREATE OR REPLACE TRIGGER new_session_stamp BEFORE UPDATE OF password ON public.profiles
    FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password) EXECUTE FUNCTION app.new_session_stamp();
