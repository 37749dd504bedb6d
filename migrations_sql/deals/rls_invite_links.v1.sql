-- Staff make and end invite links; how often one was used only the accepting function counts. Nobody reads a token's
-- hash: functions compare it.
ALTER TABLE public.invite_links ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.invite_links FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT (id, deal_id, role, expires_at, max_uses, used_count, created_by, created_at, email, revoked_at) ON public.invite_links TO verso_app;
GRANT INSERT, UPDATE (expires_at, max_uses, email, revoked_at) ON public.invite_links TO verso_app;
GRANT SELECT, UPDATE ON public.invite_links TO verso_definer;

DROP POLICY IF EXISTS "Staff read invite links" ON public.invite_links;
CREATE POLICY "Staff read invite links" ON public.invite_links FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff make invite links" ON public.invite_links;
CREATE POLICY "Staff make invite links" ON public.invite_links FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND deal_id = ANY (ARRAY(SELECT app.visible_deals()))
                AND (created_by IS NULL OR created_by = (SELECT app.active_uid()))
                AND used_count = 0);
DROP POLICY IF EXISTS "Staff end invite links" ON public.invite_links;
CREATE POLICY "Staff end invite links" ON public.invite_links FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND deal_id = ANY (ARRAY(SELECT app.visible_deals())));
DROP POLICY IF EXISTS "Definer functions count uses of invite links" ON public.invite_links;
CREATE POLICY "Definer functions count uses of invite links" ON public.invite_links TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.invite_links');
