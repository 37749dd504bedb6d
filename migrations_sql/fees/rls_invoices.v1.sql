-- People read the issued invoices of their investors; staff read all. Functions alone issue and move them, and what was
-- issued never changes but for its status and its paper.
SELECT app.table_class('public.invoices', p_whose => 'special', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
DROP POLICY IF EXISTS "People read issued invoices of their investors" ON public.invoices;
CREATE POLICY "People read issued invoices of their investors" ON public.invoices FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())) AND (status <> 'draft' OR (SELECT app.is_staff())));
GRANT SELECT (id, investor_id, deal_id, due_date, currency, subtotal, tax, total, status, generated_from, created_at, kind,
    number, issue_date, issued_at, allocation_id, credits_id, run_id)
    ON public.invoices TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoices;
CREATE POLICY "Analysts read the figures of all" ON public.invoices FOR SELECT TO verso_readonly USING (true);

CREATE OR REPLACE FUNCTION app.keep_invoice() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft'
       AND (to_jsonb(OLD) - ARRAY['status', 'doc_id']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['status', 'doc_id']) THEN
        RAISE EXCEPTION 'An issued invoice never changes: a credit note answers it.' USING ERRCODE = '42501';
    ELSIF NEW.doc_id IS DISTINCT FROM OLD.doc_id AND OLD.doc_id IS NOT NULL THEN
        RAISE EXCEPTION 'The paper of an invoice never changes.' USING ERRCODE = '42501';
    ELSIF OLD.status <> 'draft' AND NEW.status = 'draft' THEN
        RAISE EXCEPTION 'An issued invoice is no draft again.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.keep_invoice() FROM PUBLIC;
COMMENT ON FUNCTION app.keep_invoice() IS 'Trigger: what was issued changes its status alone, and takes its paper once.';
CREATE OR REPLACE TRIGGER keep_invoice BEFORE UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION app.keep_invoice();
ALTER TABLE public.invoices ENABLE ALWAYS TRIGGER keep_invoice;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.invoices
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.invoices ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.invoices');
