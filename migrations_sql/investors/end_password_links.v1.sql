-- Trigger: a person's open set-password links end when role, e-mail or access change. In the database, because who may
-- make a link follows from what the person was: whoever kept the link of an investor must not become an administrator by
-- it, a link mailed to an old address must not work on, and ended access must not come back with a link. Links that
-- the person made for others end with role and access too: who may no longer make one must not use one kept.
CREATE OR REPLACE FUNCTION app.end_password_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.set_password_links l SET expires_at = clock_timestamp()
     WHERE (l.user_id = NEW.id
            OR (l.created_by = NEW.id AND (OLD.role, OLD.is_active) IS DISTINCT FROM (NEW.role, NEW.is_active)))
       AND l.used_at IS NULL AND l.expires_at > clock_timestamp();
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.end_password_links()', 'verso_definer');
COMMENT ON FUNCTION app.end_password_links() IS 'Trigger: open set-password links end when role, e-mail or access change.';
CREATE OR REPLACE TRIGGER end_password_links AFTER UPDATE OF role, email, is_active ON public.profiles
    FOR EACH ROW WHEN ((OLD.role, OLD.email, OLD.is_active) IS DISTINCT FROM (NEW.role, NEW.email, NEW.is_active))
    EXECUTE FUNCTION app.end_password_links();
