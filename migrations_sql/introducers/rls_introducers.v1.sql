-- Staff keep introducers; one reads its own row. The default rate, the cap and the paper are set with a confirmed agreement
-- and by nobody else, so that no single person raises what is paid.
SELECT app.table_class('public.introducers', p_whose => 'id in visible_introducers', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE');
-- By its own path: a helper that lists introducers cannot know the row that is just being inserted, and every INSERT of
-- Django reads it back.
DROP POLICY IF EXISTS "Staff read introducers" ON public.introducers;
CREATE POLICY "Staff read introducers" ON public.introducers FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
GRANT INSERT ON public.introducers TO verso_app;
GRANT UPDATE (user_id, legal_name, status, contact_name, email, phone, street, postcode, town, country, vat_id, vat_treatment,
    vat_rate_bps, account_holder, bank_name, iban, bic) ON public.introducers TO verso_app;
DROP POLICY IF EXISTS "Staff add introducers" ON public.introducers;
CREATE POLICY "Staff add introducers" ON public.introducers FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND default_commission_bps IS NULL AND commission_cap IS NULL  -- [1]
                AND agreement_doc_id IS NULL AND created_by = (SELECT app.uid())
                AND (user_id IS NULL OR user_id = ANY (ARRAY(SELECT app.visible_profiles()))));
DROP POLICY IF EXISTS "Staff change introducers" ON public.introducers;
CREATE POLICY "Staff change introducers" ON public.introducers FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND (user_id IS NULL OR user_id = ANY (ARRAY(SELECT app.visible_profiles()))));
GRANT SELECT (id, default_commission_bps, status, created_at, commission_cap, country, vat_treatment, vat_rate_bps)
    ON public.introducers TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introducers;
CREATE POLICY "Analysts read the figures of all" ON public.introducers FOR SELECT TO verso_readonly USING (true);
