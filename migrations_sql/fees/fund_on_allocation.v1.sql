-- Asks for the money of an approved allocation at once: a funding invoice with the investment and the subscription fees that
-- accrued with it. In the database, because whoever approves, in psql too, leaves no allocation without its invoice.
-- Where the house has not said who it is, or no account receives the currency, it stays a draft, and staff issue it later:
-- an approval never fails for it. What is paid for units is rounded once for all allocations of a commitment; each invoice
-- asks for what its allocation adds to that sum.
-- What was undone is asked for no more.
-- Locks: as app.issue_draft; the events of the allocation by id. Errors: none of its own.
CREATE OR REPLACE FUNCTION app.fund_on_allocation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v public.allocations;
BEGIN
    FOR v IN SELECT n.* FROM new_rows n WHERE n.status = 'approved' AND n.deal_id IS NOT NULL AND n.investor_id IS NOT NULL
              ORDER BY n.created_at, n.id LOOP
        PERFORM app.fund_allocation(v);
    END LOOP;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.fund_on_allocation() FROM PUBLIC;
COMMENT ON FUNCTION app.fund_on_allocation() IS 'Trigger: an approved allocation has its funding invoice.';
CREATE OR REPLACE TRIGGER fund_on_allocation AFTER INSERT ON public.allocations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.fund_on_allocation();

-- The draft of one allocation, issued if nothing is missing; its id. The same allocation again gives the invoice it has.
CREATE OR REPLACE FUNCTION app.fund_allocation(p_allocation public.allocations) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_currency constant text := (SELECT d.currency FROM public.deals d WHERE d.id = p_allocation.deal_id);
    v_amount constant numeric := app.allocation_amount(p_allocation, v_currency);
    v_invoice uuid;
BEGIN
    INSERT INTO public.invoices (investor_id, deal_id, currency, generated_from, allocation_id, subtotal, tax, total)
    VALUES (p_allocation.investor_id, p_allocation.deal_id, v_currency, 'allocation', p_allocation.id, v_amount, 0, v_amount)
    ON CONFLICT DO NOTHING RETURNING id INTO v_invoice;
    IF v_invoice IS NULL THEN
        RETURN (SELECT i.id FROM public.invoices i WHERE i.allocation_id = p_allocation.id AND i.generated_from = 'allocation'
                   AND i.kind = 'invoice');
    END IF;
    INSERT INTO public.invoice_lines (invoice_id, kind, description, quantity, unit_price, amount, position)
    VALUES (v_invoice, 'investment', 'Investment', p_allocation.units, p_allocation.unit_price, v_amount, 1);
    IF v_amount > 0 AND app.missing_to_issue(p_allocation.deal_id, v_currency) IS NULL THEN
        PERFORM app.issue_draft(v_invoice, app.events_to_fund(p_allocation));
    END IF;
    RETURN v_invoice;
END;
$$;

-- What an allocation adds to the rounded price of its commitment, in the order in which they were made.
CREATE OR REPLACE FUNCTION app.allocation_amount(p_allocation public.allocations, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT app.money_round(coalesce(sum(a.units * a.unit_price), 0) + p_allocation.units * p_allocation.unit_price, p_currency)
           - app.money_round(coalesce(sum(a.units * a.unit_price), 0), p_currency)
      FROM public.allocations a
     WHERE a.commitment_id = p_allocation.commitment_id AND a.status <> 'rejected'
       AND (a.created_at, a.id) <> (p_allocation.created_at, p_allocation.id)
       AND EXISTS (SELECT FROM public.invoices i WHERE i.allocation_id = a.id AND i.generated_from = 'allocation')
$$;

-- The subscription fees that an investor pays with the units: those of the allocation, or of its commitment as a whole.
CREATE OR REPLACE FUNCTION app.events_to_fund(p_allocation public.allocations) RETURNS uuid[]
LANGUAGE sql AS $$
    SELECT array_agg(e.id) FROM (
        SELECT f.id FROM public.fee_events f
         WHERE f.deal_id = p_allocation.deal_id AND f.investor_id = p_allocation.investor_id AND f.kind = 'subscription'
           AND f.status = 'accrued' AND NOT f.house_only
           AND (f.allocation_id = p_allocation.id
                OR f.allocation_id IS NULL AND f.commitment_id = p_allocation.commitment_id)
         ORDER BY f.id FOR NO KEY UPDATE) e
$$;

-- Issues a draft, once what it lacked is there; gives its id. An invoice that was issued meanwhile is given back.
-- Locks: the invoice, then as above. Errors: 42501 not staff, or not there; 22023 with DETAIL draft (of no allocation),
-- undone, identity, account; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_issue_invoice(p_invoice uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.invoices;
    v_allocation public.allocations;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND app.may_run_jobs() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    ELSIF v.status <> 'draft' THEN
        RETURN v.id;
    ELSIF v.allocation_id IS NULL THEN
        RAISE EXCEPTION 'only the draft of an allocation is issued' USING ERRCODE = '22023', DETAIL = 'draft';
    END IF;
    SELECT a.* INTO v_allocation FROM public.allocations a WHERE a.id = v.allocation_id;
    IF v_allocation.undone_at IS NOT NULL THEN  -- [1]
        RAISE EXCEPTION 'this allocation was undone' USING ERRCODE = '22023', DETAIL = 'undone';
    END IF;
    RETURN app.issue_draft(p_invoice, app.events_to_fund(v_allocation));
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is billing this at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.fund_allocation(public.allocations)');
SELECT app.as_internal('app.allocation_amount(public.allocations, text)');
SELECT app.as_internal('app.events_to_fund(public.allocations)');
SELECT app.as_definer('public.fn_issue_invoice(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_issue_invoice(uuid) IS 'Issue the draft of an allocation, once nothing is missing. For staff.';
