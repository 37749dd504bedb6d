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
BEGIN
    RETURN (app.invoice_all_fees(ARRAY[p_deal], ARRAY[p_investor], p_until, p_run))[1];
END;
$$;

-- The same for many investors, each on a deal: their invoices in that order, null where nothing was billed. Internal.
CREATE OR REPLACE FUNCTION app.invoice_all_fees(p_deals uuid[], p_investors uuid[], p_until date, p_run uuid) RETURNS uuid[]
LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[] := ARRAY(SELECT gen_random_uuid() FROM generate_series(1, cardinality(p_deals)));
    v_currencies text[];
    v record;
BEGIN
    PERFORM FROM public.deals d WHERE d.id = ANY (p_deals) ORDER BY d.id FOR KEY SHARE;
    PERFORM FROM public.investors i WHERE i.id = ANY (p_investors) ORDER BY i.id FOR KEY SHARE;
    IF EXISTS (SELECT FROM unnest(p_deals, p_investors) a(deal, investor)
                 LEFT JOIN public.deals d ON d.id = a.deal LEFT JOIN public.investors i ON i.id = a.investor
                WHERE d.id IS NULL OR i.id IS NULL) THEN
        RAISE EXCEPTION 'this deal or investor is not here' USING ERRCODE = '42501';
    END IF;
    v_currencies := app.currencies_to_bill(p_deals, p_investors, p_until);
    SELECT array_agg(e.invoice) AS invoices, array_agg(e.id) AS events INTO v
      FROM (SELECT l.invoice, l.id, sum(abs(l.amount)) OVER (PARTITION BY l.invoice) AS moved
              FROM (SELECT a.invoice, f.id, f.computed_amount
                      FROM unnest(v_ids, p_deals, p_investors, v_currencies) a(invoice, deal, investor, currency)
                      JOIN public.fee_events f ON f.deal_id = a.deal AND f.investor_id = a.investor AND f.currency = a.currency
                     WHERE app.waits_for_bill(f, p_until)
                     ORDER BY f.id FOR NO KEY UPDATE OF f) l(invoice, id, amount)) e  -- [1]
     WHERE e.moved > 0;
    v_ids := ARRAY(SELECT CASE WHEN u.id = ANY (v.invoices) THEN u.id END
                     FROM unnest(v_ids) WITH ORDINALITY u(id, n) ORDER BY u.n);
    IF v.events IS NOT NULL THEN
        INSERT INTO public.invoices (id, investor_id, deal_id, currency, generated_from, run_id)
        SELECT a.invoice, a.investor, a.deal, a.currency, 'fee_events', p_run
          FROM unnest(v_ids, p_deals, p_investors, v_currencies) a(invoice, deal, investor, currency)
         WHERE a.invoice IS NOT NULL;
        PERFORM app.issue_drafts(array_remove(v_ids, NULL), v.invoices, v.events);
    END IF;
    RETURN v_ids;
END;
$$;

-- Whether a fee is one to bill, up to a day (null: whenever it accrued). The margin inside a price never is.
CREATE OR REPLACE FUNCTION app.waits_for_bill(p_event public.fee_events, p_until date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_event.status = 'accrued' AND NOT p_event.house_only AND (p_until IS NULL OR p_event.event_date <= p_until)
$$;

-- In which currency each investor is billed on a deal: the deal's, where something accrued in it; null where nothing did.
CREATE OR REPLACE FUNCTION app.currencies_to_bill(p_deals uuid[], p_investors uuid[], p_until date) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT coalesce(min(f.currency) FILTER (WHERE f.currency = d.currency), min(f.currency))
          FROM unnest(p_deals, p_investors) WITH ORDINALITY a(deal, investor, n) JOIN public.deals d ON d.id = a.deal
          LEFT JOIN public.fee_events f ON f.deal_id = a.deal AND f.investor_id = a.investor
                AND f.computed_amount <> 0 AND app.waits_for_bill(f, p_until)
         GROUP BY a.n ORDER BY a.n);
END;
$$;

-- What could be billed of all investors up to a day.
CREATE OR REPLACE FUNCTION app.billable_events(p_until date) RETURNS SETOF public.fee_events
LANGUAGE sql STABLE AS $$
    SELECT f.* FROM public.fee_events f
     WHERE app.waits_for_bill(f, p_until) AND f.computed_amount <> 0 AND f.deal_id IS NOT NULL AND f.investor_id IS NOT NULL
$$;
SELECT app.as_internal('app.billable_events(date)');
SELECT app.as_internal('app.waits_for_bill(public.fee_events, date)');
SELECT app.as_internal('app.currencies_to_bill(uuid[], uuid[], date)');
SELECT app.as_internal('app.invoice_all_fees(uuid[], uuid[], date, uuid)');
SELECT app.as_internal('app.invoice_fees(uuid, uuid, date, uuid)');
SELECT app.as_definer('public.fn_invoice_fees(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_invoice_fees(uuid, uuid) IS
    'Bill what accrued for an investor on a deal; the invoice, or null when nothing was billed.';
