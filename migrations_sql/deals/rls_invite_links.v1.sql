-- Staff make and end invite links; how often one was used only the accepting function counts. Nobody reads a token's
-- hash: functions compare it.
SELECT app.table_class('public.invite_links', p_whose => 'staff', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE',
    p_columns => 'id, deal_id, role, expires_at, max_uses, used_count, created_by, created_at, email, revoked_at');
GRANT INSERT, UPDATE (expires_at, max_uses, email, revoked_at) ON public.invite_links TO verso_app;

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
