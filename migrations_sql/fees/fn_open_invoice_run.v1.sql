-- A run bills everybody for a period: opened once, issued one by one, each in a transaction of its own, then closed. In the
-- database, because a run that was killed at any point goes on where it was, and two of one period are one.

-- Opens the run of a period with an item for each investor and deal that has something to bill up to its last day. The same
-- period again gives the run that is there; while it is open, what accrued meanwhile is added. Gives its id.
-- Locks: the run (NO KEY UPDATE). Errors: 42501 not staff, the system or the owner; 22023 with DETAIL period.
CREATE OR REPLACE FUNCTION public.fn_open_invoice_run(p_start date, p_end date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.invoice_runs;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'staff open runs' USING ERRCODE = '42501';
    ELSIF p_start IS NULL OR p_end IS NULL OR p_end < p_start OR p_start < '1900-01-01' OR p_end > '2199-12-31' THEN
        RAISE EXCEPTION 'a period runs forward' USING ERRCODE = '22023', DETAIL = 'period';
    END IF;
    INSERT INTO public.invoice_runs (period_start, period_end) VALUES (p_start, p_end)
    ON CONFLICT (period_start, period_end) DO NOTHING;
    SELECT r.* INTO v FROM public.invoice_runs r WHERE r.period_start = p_start AND r.period_end = p_end FOR NO KEY UPDATE;
    IF v.status = 'open' THEN
        INSERT INTO public.invoice_run_items (run_id, investor_id, deal_id)
        SELECT DISTINCT v.id, e.investor_id, e.deal_id FROM app.billable_events(p_end) e
        ON CONFLICT (run_id, investor_id, deal_id) DO NOTHING;
        UPDATE public.invoice_runs r SET expected = n.count
          FROM (SELECT count(*) FROM public.invoice_run_items i WHERE i.run_id = v.id) n
         WHERE r.id = v.id AND r.expected <> n.count;
    END IF;
    RETURN v.id;
END;
$$;
SELECT app.as_definer('public.fn_open_invoice_run(date, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_open_invoice_run(date, date) IS 'Open the run of invoices of a period, or give the one that is there.';

-- Issues items of one run, in one transaction: each its invoice, or skipped where nothing is left to bill. An item that was
-- done keeps what came of it; one that failed is tried again. Gives each item's status, in their order.
-- Locks: the items by id (NO KEY UPDATE), then as fn_invoice_fees. Errors: as there, for all of them if one is refused; 42501
-- also for an item that is not there, or items of several runs; 22023 with DETAIL closed.
CREATE OR REPLACE FUNCTION public.fn_issue_run_items(p_items uuid[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v record;
    v_run public.invoice_runs;
    v_invoices uuid[];
BEGIN
    SELECT count(*) AS there, array_agg(DISTINCT i.run_id) AS runs, array_agg(i.id) FILTER (WHERE i.waits) AS ids,
           array_agg(i.deal_id) FILTER (WHERE i.waits) AS deals,
           array_agg(i.investor_id) FILTER (WHERE i.waits) AS investors
      INTO v FROM (SELECT t.*, t.status NOT IN ('issued', 'skipped') AS waits FROM public.invoice_run_items t
                    WHERE t.id = ANY (p_items) AND app.may_run_jobs() ORDER BY t.id FOR NO KEY UPDATE) i;  -- [1]
    IF v.there <> cardinality(p_items) OR cardinality(v.runs) <> 1 THEN
        RAISE EXCEPTION 'these items are not here' USING ERRCODE = '42501';
    END IF;
    IF v.ids IS NOT NULL THEN
        SELECT r.* INTO v_run FROM public.invoice_runs r WHERE r.id = v.runs[1] FOR KEY SHARE;
        IF v_run.status = 'closed' THEN
            RAISE EXCEPTION 'this run is closed' USING ERRCODE = '22023', DETAIL = 'closed';
        END IF;
        v_invoices := app.invoice_all_fees(v.deals, v.investors, v_run.period_end, v_run.id);
        UPDATE public.invoice_run_items i
           SET status = CASE WHEN d.invoice IS NULL THEN 'skipped' ELSE 'issued' END, invoice_id = d.invoice, reason = ''
          FROM unnest(v.ids, v_invoices) d(id, invoice) WHERE i.id = d.id;
    END IF;
    RETURN ARRAY(SELECT i.status FROM unnest(p_items) WITH ORDINALITY a(id, n)
                   JOIN public.invoice_run_items i ON i.id = a.id ORDER BY a.n);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is billing this at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_issue_run_items(uuid[])', 'verso_app');
COMMENT ON FUNCTION public.fn_issue_run_items(uuid[]) IS
    'Issue items of a run, all or none; each one''s status: issued or skipped.';

-- Notes that an item failed, and why; one that was issued meanwhile stays. Locks: the item. Errors: 42501.
CREATE OR REPLACE FUNCTION public.fn_fail_run_item(p_item uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'this item is not here' USING ERRCODE = '42501';
    END IF;
    UPDATE public.invoice_run_items i SET status = 'failed', reason = btrim(left(p_reason, 500), E' \n')
     WHERE i.id = p_item AND i.status IN ('waiting', 'failed');
END;
$$;
SELECT app.as_definer('public.fn_fail_run_item(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_fail_run_item(uuid, text) IS 'Note that an item of a run failed, and why.';

-- Closes a run: expected = issued + skipped + failed, counted under its lock. What failed is billed by the next run, or by
-- hand. A closed run stays as it is.
-- Locks: the run (FOR UPDATE, which items that are being issued wait for). Errors: 42501; 22023 with DETAIL waiting where
-- items still wait.
CREATE OR REPLACE FUNCTION public.fn_close_invoice_run(p_run uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.invoice_runs;
    v_waiting int;
BEGIN
    SELECT r.* INTO v FROM public.invoice_runs r WHERE r.id = p_run AND app.may_run_jobs() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this run is not here' USING ERRCODE = '42501';
    ELSIF v.status = 'closed' THEN
        RETURN;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE i.status = 'issued'), count(*) FILTER (WHERE i.status = 'skipped'),
           count(*) FILTER (WHERE i.status = 'failed'), count(*) FILTER (WHERE i.status = 'waiting')
      INTO v.expected, v.issued, v.skipped, v.failed, v_waiting FROM public.invoice_run_items i WHERE i.run_id = p_run;
    IF v_waiting > 0 THEN
        RAISE EXCEPTION 'items of this run still wait' USING ERRCODE = '22023', DETAIL = 'waiting';
    END IF;
    UPDATE public.invoice_runs SET (status, expected, issued, skipped, failed, closed_at)
        = ('closed', v.expected, v.issued, v.skipped, v.failed, clock_timestamp()) WHERE id = p_run;
END;
$$;
SELECT app.as_definer('public.fn_close_invoice_run(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_close_invoice_run(uuid) IS 'Close a run once no item waits; its counts are frozen with it.';
