-- Bills what accrued for an investor on a deal, as one invoice (or one credit note, where the net is not above zero); null
-- when nothing is to be billed. In the database, because two runs at once must not bill an event twice.
-- The margin inside a price is never billed. Events of 0 alone are nothing to bill. The deal's currency comes first; what
-- accrued in another one is the next call's.
-- Locks in order: the deal and the investor (KEY SHARE) -> events by id (NO KEY UPDATE) -> as app.issue_draft.
-- Errors: 42501 not staff, the system or the owner, or not there; 22023 as app.issue_draft; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_invoice_fees(p_deal_id uuid, p_investor_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'this deal or investor is not here' USING ERRCODE = '42501';
    END IF;
    RETURN app.invoice_fees(p_deal_id, p_investor_id, NULL, NULL);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is billing this at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- The same for what accrued up to a day, within a run. Internal.
CREATE OR REPLACE FUNCTION app.invoice_fees(p_deal uuid, p_investor uuid, p_until date, p_run uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_currency text;
    v_events uuid[];
    v_invoice uuid;
BEGIN
    SELECT d.currency INTO v_currency FROM public.deals d WHERE d.id = p_deal FOR KEY SHARE;
    PERFORM FROM public.investors i WHERE i.id = p_investor FOR KEY SHARE;
    IF NOT FOUND OR v_currency IS NULL THEN
        RAISE EXCEPTION 'this deal or investor is not here' USING ERRCODE = '42501';
    END IF;
    SELECT coalesce(min(e.currency) FILTER (WHERE e.currency = v_currency), min(e.currency)) INTO v_currency
      FROM app.billable_events(p_deal, p_investor, p_until) e;
    SELECT array_agg(e.id), sum(abs(e.computed_amount)) INTO v_events
      FROM (SELECT f.id, f.computed_amount FROM public.fee_events f
             WHERE f.deal_id = p_deal AND f.investor_id = p_investor AND f.currency = v_currency
               AND f.status = 'accrued' AND NOT f.house_only
               AND (p_until IS NULL OR f.event_date <= p_until)
             ORDER BY f.id FOR NO KEY UPDATE) e(id, computed_amount)  -- [1]
    HAVING sum(abs(e.computed_amount)) > 0;
    IF v_events IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.invoices (investor_id, deal_id, currency, generated_from, run_id)
    VALUES (p_investor, p_deal, v_currency, 'fee_events', p_run) RETURNING id INTO v_invoice;
    RETURN app.issue_draft(v_invoice, v_events);
END;
$$;

-- What could be billed of an investor on a deal (null: of all), up to a day (null: everything).
CREATE OR REPLACE FUNCTION app.billable_events(p_deal uuid, p_investor uuid, p_until date) RETURNS SETOF public.fee_events
LANGUAGE sql STABLE AS $$
    SELECT f.* FROM public.fee_events f
     WHERE f.status = 'accrued' AND NOT f.house_only AND f.computed_amount <> 0
       AND (p_deal IS NULL OR f.deal_id = p_deal) AND (p_investor IS NULL OR f.investor_id = p_investor)
       AND f.deal_id IS NOT NULL AND f.investor_id IS NOT NULL AND (p_until IS NULL OR f.event_date <= p_until)
$$;
SELECT app.as_internal('app.billable_events(uuid, uuid, date)');
SELECT app.as_internal('app.invoice_fees(uuid, uuid, date, uuid)');
SELECT app.as_definer('public.fn_invoice_fees(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_invoice_fees(uuid, uuid) IS
    'Bill what accrued for an investor on a deal; the invoice, or null when nothing was billed.';
