-- Trigger: what the application may write in a profile. In the database, because a policy cannot compare old and
-- new, and "may update its own row" would otherwise let anybody become staff, or become somebody else by e-mail.
-- Passwords are changed by functions (change_password, use_password_link). Staff keep investors' people, administrators
-- keep everybody; nobody gives themselves a right. Who made a profile, and until
-- when it was an administrator's, staff's or an investor's person's, is noted and not taken from the caller.
-- Definer functions and the owner are not asked: they have rules of their own.
-- Errors: 42501.
CREATE OR REPLACE FUNCTION app.guard_profile() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_admin boolean := coalesce(app.role() = 'staff_admin', false);
    v_self boolean := coalesce(NEW.id = app.uid(), false);
    v_keeper boolean;
    v_reason text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := app.uid();
        NEW.created_at := clock_timestamp();
        v_reason := CASE
            WHEN NEW.role <> 'investor' AND NOT v_admin THEN 'Only an administrator adds staff.'
            WHEN NEW.password NOT LIKE '!%' THEN 'A person sets the first password by a link.' END;
    ELSE
        v_keeper := v_admin OR (app.is_staff() AND OLD.role = 'investor');
        v_reason := CASE
            WHEN (OLD.id, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.created_at) THEN 'This never changes.'
            WHEN OLD.id = app.system_profile() THEN 'VERSO system is nobody''s to change.'
            WHEN NOT v_self AND NOT v_keeper THEN 'Only an administrator changes staff.'
            WHEN OLD.role <> NEW.role AND (v_self OR NOT v_admin) THEN 'An administrator changes the roles of others.'
            WHEN OLD.is_active <> NEW.is_active AND (v_self OR NOT v_keeper) THEN 'Staff end the access of others.'
            WHEN OLD.title IS DISTINCT FROM NEW.title AND NOT v_keeper THEN 'Staff keep the titles.'
            WHEN OLD.email IS DISTINCT FROM NEW.email AND (v_self OR NOT (v_admin OR OLD.password LIKE '!%'))
                THEN 'An administrator changes the e-mail of who signs in with it.'
            WHEN OLD.last_login IS DISTINCT FROM NEW.last_login AND NOT v_self
                THEN 'Only signing in moves the last sign-in.' END;
    END IF;
    IF v_reason IS NOT NULL THEN
        RAISE EXCEPTION '%', v_reason USING ERRCODE = '42501';
    END IF;
    NEW.admin_until := CASE WHEN TG_OP = 'INSERT' THEN NULL
                            WHEN OLD.role = 'staff_admin' AND OLD.is_active AND NOT (NEW.role = 'staff_admin' AND NEW.is_active)
                                THEN clock_timestamp() ELSE OLD.admin_until END;
    NEW.investor_until := CASE WHEN TG_OP = 'INSERT' THEN NULL
                               WHEN OLD.role = 'investor' AND NEW.role <> 'investor' THEN clock_timestamp()
                               ELSE OLD.investor_until END;
    NEW.staff_until := CASE WHEN TG_OP = 'INSERT' THEN NULL
                            WHEN OLD.role <> 'investor' AND NEW.role = 'investor' THEN clock_timestamp()
                            ELSE OLD.staff_until END;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_profile() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_profile() IS 'Trigger: nobody gives themselves rights, takes over another or touches the system profile. 42501.';
CREATE OR REPLACE TRIGGER guard_profile BEFORE INSERT OR UPDATE ON public.profiles
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.guard_profile();
