-- The paper of an issued invoice: claimed, made outside of any transaction, then noted together with the news of it. In the
-- database, because two workers make papers at once, either may be killed at any point, and there is one paper and one mail.

-- Claims the issued invoice that has waited longest for its paper, for whoever is about to make it; the caller commits before.
-- The claim is the next due time itself: it lies past the lease (an hour at most), and further away with each try, so that
-- what a killed worker had claimed is taken up again. A self-billing invoice is filed by the app of introducers. Null: none is due.
-- Locks: the invoice (NO KEY UPDATE SKIP LOCKED). Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.claim_invoice_paper(p_lease_seconds int) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now constant timestamptz := clock_timestamp();
    v_id uuid;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs make papers' USING ERRCODE = '42501';
    END IF;
    SELECT i.id INTO v_id
      FROM public.invoices i LEFT JOIN public.invoice_papers p ON p.invoice_id = i.id
     WHERE i.number IS NOT NULL AND i.doc_id IS NULL AND i.kind <> 'self_billing' AND coalesce(p.due_at, '-infinity') <= v_now
     ORDER BY coalesce(p.due_at, i.issued_at), i.number LIMIT 1 FOR NO KEY UPDATE OF i SKIP LOCKED;
    IF v_id IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.invoice_papers AS p (invoice_id, due_at, tries)
    VALUES (v_id, v_now + make_interval(secs => least(p_lease_seconds, 3600)), 1)
    ON CONFLICT (invoice_id) DO UPDATE
        SET tries = p.tries + 1,
            due_at = v_now + greatest(make_interval(secs => least(p_lease_seconds, 3600)), app.mail_pause(p.tries + 1));
    RETURN v_id;
END;
$$;
SELECT app.as_definer('app.claim_invoice_paper(int)', 'verso_app');
COMMENT ON FUNCTION app.claim_invoice_paper(int) IS 'The issued invoice that waits longest for its paper, claimed; null where none is due.';

-- Notes the paper of an invoice and tells the investor's people, in one transaction; false where it has one already.
-- Locks: the invoice (NO KEY UPDATE). Errors: 42501 for who may not run jobs, and for an invoice or a paper that is not there,
-- or a paper of something else.
CREATE OR REPLACE FUNCTION app.file_invoice(p_invoice uuid, p_document uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.invoices;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND app.may_run_jobs() FOR NO KEY UPDATE;  -- [1]
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM public.documents d WHERE d.id = p_document AND d.source_key = 'invoice ' || v.number
                                         AND d.owner_investor_id IS NOT DISTINCT FROM v.investor_id) THEN  -- [2]
        RAISE EXCEPTION 'this is no paper of an invoice' USING ERRCODE = '42501';
    ELSIF v.doc_id IS NOT NULL THEN
        RETURN false;
    END IF;
    UPDATE public.invoices SET doc_id = p_document WHERE id = p_invoice;
    UPDATE public.invoice_papers SET problem = '' WHERE invoice_id = p_invoice AND problem <> '';
    IF v.investor_id IS NOT NULL THEN
        PERFORM app.tell_investor(v.investor_id, v.kind || '.issued', v.id, app.invoice_facts(v));
    END IF;
    RETURN true;
END;
$$;
SELECT app.as_definer('app.file_invoice(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION app.file_invoice(uuid, uuid) IS 'Note the paper of an invoice and tell the investor''s people; false where it has one.';

-- Notes why a try failed; staff read it on the invoice. It is tried again after a pause that grows.
-- Locks: none. Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.paper_failed(p_invoice uuid, p_problem text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs make papers' USING ERRCODE = '42501';
    END IF;
    UPDATE public.invoice_papers SET problem = btrim(left(p_problem, 500), E' \n') WHERE invoice_id = p_invoice;
END;
$$;
SELECT app.as_definer('app.paper_failed(uuid, text)', 'verso_app');
COMMENT ON FUNCTION app.paper_failed(uuid, text) IS 'Note why the paper of an invoice could not be made.';

-- What a notice about an invoice says: amounts as text in its currency, without minus.
CREATE OR REPLACE FUNCTION app.invoice_facts(p_invoice public.invoices) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('invoice_id', p_invoice.id, 'investor_id', p_invoice.investor_id, 'number', p_invoice.number,
        'amount', abs(p_invoice.total)::text, 'open', app.invoice_open_amount(p_invoice.id)::text, 'currency', p_invoice.currency,
        'due_date', p_invoice.due_date, 'reference', p_invoice.reference,
        'investor', (SELECT i.legal_name FROM public.investors i WHERE i.id = p_invoice.investor_id),
        'deal', coalesce((SELECT d.name FROM public.deals d WHERE d.id = p_invoice.deal_id), ''),
        'answers', (SELECT a.number FROM public.invoices a WHERE a.id = p_invoice.credits_id))
$$;
SELECT app.as_internal('app.invoice_facts(public.invoices)');
