-- Staff read all agreements, an introducer its own that are in force; functions alone write them.
SELECT app.table_class('public.introducer_agreements', p_whose => 'special', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
DROP POLICY IF EXISTS "Staff read agreements" ON public.introducer_agreements;
CREATE POLICY "Staff read agreements" ON public.introducer_agreements FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Introducers read their active agreements" ON public.introducer_agreements;
CREATE POLICY "Introducers read their active agreements" ON public.introducer_agreements FOR SELECT TO verso_app
    USING (status = 'active' AND introducer_id = ANY (ARRAY(SELECT app.visible_introducers())));
GRANT SELECT (id, introducer_id, deal_id, basis_type, rate_bps, cap_amount, tiers, trail_years, signed_on, valid_from,
    valid_until, status, proposed_at, decided_at, ended_at) ON public.introducer_agreements TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introducer_agreements;
CREATE POLICY "Analysts read the figures of all" ON public.introducer_agreements FOR SELECT TO verso_readonly USING (true);

-- What was agreed never changes: other terms are another agreement, and one ends on a day.
CREATE OR REPLACE TRIGGER keep_agreement BEFORE UPDATE ON public.introducer_agreements FOR EACH ROW EXECUTE FUNCTION
    app.keep_columns('introducer_id', 'deal_id', 'document_id', 'basis_type', 'rate_bps', 'cap_amount', 'tiers', 'trail_years',
        'signed_on', 'valid_from', 'note', 'proposed_by', 'proposed_at');
ALTER TABLE public.introducer_agreements ENABLE ALWAYS TRIGGER keep_agreement;
