-- Staff read when a link was made, used and how long it lives; nobody reads a token's hash. Functions write.
ALTER TABLE public.set_password_links ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.set_password_links FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT (id, user_id, expires_at, used_at, created_by, created_at, from_known) ON public.set_password_links TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.set_password_links TO verso_definer;

DROP POLICY IF EXISTS "Staff read the life of password links" ON public.set_password_links;
CREATE POLICY "Staff read the life of password links" ON public.set_password_links FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions make and use password links" ON public.set_password_links;
CREATE POLICY "Definer functions make and use password links" ON public.set_password_links TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.set_password_links');
