-- Keeps the paper of an issued invoice and tells everybody who acts for the investor, once. In the database, because people
-- of the investor are told by another, and because the paper never changes. The file is made and stored before.
-- Locks: the invoice (NO KEY UPDATE). Errors: 42501 not staff, the system or the owner, or not there, or not issued, or a paper
-- that is not this investor's. An invoice that has its paper keeps it.
CREATE OR REPLACE FUNCTION public.fn_file_invoice(p_invoice uuid, p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.invoices;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND app.may_run_jobs() FOR NO KEY UPDATE;
    IF NOT FOUND OR v.status = 'draft' OR NOT EXISTS (
        SELECT FROM public.documents d WHERE d.id = p_document AND d.owner_investor_id = v.investor_id
           AND d.source_key = 'invoice ' || v.number) THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    ELSIF v.doc_id IS NOT NULL THEN
        RETURN;
    END IF;
    UPDATE public.invoices SET doc_id = p_document WHERE id = p_invoice;
    PERFORM app.tell_investor(v.investor_id, 'invoice.issued', v.id, jsonb_build_object('investor_id', v.investor_id,
        'investor', v.parties #>> '{buyer,legal_name}', 'number', v.number, 'kind', v.kind, 'total', v.total::text,
        'currency', v.currency, 'due_date', v.due_date, 'reference', v.reference));
END;
$$;
SELECT app.as_definer('public.fn_file_invoice(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_file_invoice(uuid, uuid) IS 'Keep the paper of an issued invoice, and tell its investor once.';
