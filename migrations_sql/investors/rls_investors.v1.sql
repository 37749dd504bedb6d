-- People read the investors they act for; staff read and keep all of them.
ALTER TABLE public.investors ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.investors FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.investors TO verso_app;
SELECT app.grant_update('public.investors');
GRANT SELECT, UPDATE ON public.investors TO verso_definer;

CREATE POLICY "People read the investors they act for" ON public.investors FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.visible_investors())));
CREATE POLICY "Staff read all investors" ON public.investors FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
CREATE POLICY "Staff add investors" ON public.investors FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND (rm_id IS NULL OR rm_id = ANY (ARRAY(SELECT app.visible_profiles()))));
CREATE POLICY "Staff keep investors" ON public.investors FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff())
                AND (rm_id IS NULL OR rm_id = ANY (ARRAY(SELECT app.visible_profiles()))));
CREATE POLICY "Definer functions read and lock investors" ON public.investors TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.investors');

-- An RM approves any amount for own investors: so no RM takes an investor over by a plain UPDATE.
CREATE OR REPLACE FUNCTION app.guard_investor() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.rm_id IS DISTINCT FROM OLD.rm_id AND app.role() NOT IN ('staff_admin', 'staff_ops') THEN
        RAISE EXCEPTION 'Operations or an administrator says who looks after an investor.' USING ERRCODE = '42501';
    END IF;
    IF (OLD.id, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.created_at) THEN
        RAISE EXCEPTION 'This never changes.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_investor() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_investor() IS 'Trigger: no relationship manager makes an investor their own. 42501.';
CREATE TRIGGER guard_investor BEFORE UPDATE ON public.investors
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.guard_investor();
