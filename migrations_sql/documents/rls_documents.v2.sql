-- A paper is read along the paths it has: its investor's people, its person, and all staff. The apps above add
-- theirs: holders of its vehicle (portfolio), members of its deal (deals), each only while it has no owner.
-- Staff file papers; a paper stays what it was filed as.
SELECT app.table_class('public.documents', p_whose => 'staff', p_writes => 'special', p_audit => 'rows', p_functions => 'SELECT');
GRANT INSERT ON public.documents TO verso_app;
SELECT app.grant_update('public.documents');

DROP POLICY IF EXISTS "People read the papers of their investors" ON public.documents;
CREATE POLICY "People read the papers of their investors" ON public.documents FOR SELECT TO verso_app
    USING (owner_investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "People read their own papers" ON public.documents;
CREATE POLICY "People read their own papers" ON public.documents FOR SELECT TO verso_app
    USING (owner_user_id = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "Staff file papers" ON public.documents;
CREATE POLICY "Staff file papers" ON public.documents FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND (owner_investor_id IS NULL OR owner_investor_id = ANY (ARRAY(SELECT app.visible_investors())))
                AND (owner_user_id IS NULL OR owner_user_id = ANY (ARRAY(SELECT app.visible_profiles())))
                AND (created_by IS NULL OR created_by = (SELECT app.active_uid())));
DROP POLICY IF EXISTS "Staff change how papers are filed" ON public.documents;
CREATE POLICY "Staff change how papers are filed" ON public.documents FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff())
                AND (owner_investor_id IS NULL OR owner_investor_id = ANY (ARRAY(SELECT app.visible_investors())))
                AND (owner_user_id IS NULL OR owner_user_id = ANY (ARRAY(SELECT app.visible_profiles()))));
CREATE OR REPLACE TRIGGER keep_columns BEFORE UPDATE ON public.documents
    FOR EACH ROW WHEN (current_user = 'verso_app')
    EXECUTE FUNCTION app.keep_columns('file_key', 'created_by', 'created_at', 'content_type', 'size_bytes', 'sha256', 'filename',
                                      'source_key');
