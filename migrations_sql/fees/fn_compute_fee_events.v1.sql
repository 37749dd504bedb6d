-- Accrues the fees of a deal up to and with a day: one-off ones, those that run, those due on exit, and the house's margin,
-- each by one statement over app.fee_candidates, with its ledger entries, in one transaction. In the database, because a fee must
-- not accrue twice, whoever runs it and however many at once. Running it again adds nothing.
-- Shares of profit crystallise by their calendar too.
-- Locks, in order: deal row (NO KEY UPDATE: accruals and exits of a deal follow each other, reserving goes on) -> what
-- app.post_entries locks.
-- Errors: 42501 for who is no staff and no job, and for a deal that is not there; 22023 with DETAIL as_of for a day beyond 1900 to
-- 2198; DL002 where others work on the deal.
CREATE OR REPLACE FUNCTION public.fn_compute_fee_events(p_deal_id uuid, p_as_of date DEFAULT current_date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_made int;
    v_step int := 1;
BEGIN
    PERFORM app.check_accrual(p_deal_id, p_as_of);
    PERFORM 1 FROM public.deals d WHERE d.id = p_deal_id FOR NO KEY UPDATE;
    v_made := app.accrue(p_deal_id, p_as_of, 'margin') + app.accrue(p_deal_id, p_as_of, 'once')
              + app.accrue(p_deal_id, p_as_of, 'yearly');
    -- Exits and crystallisations in order: the mark of one follows from the one before.
    WHILE v_step > 0 AND (
            EXISTS (SELECT FROM public.deal_exits e WHERE e.deal_id = p_deal_id AND e.status = 'approved')
            OR EXISTS (SELECT FROM public.fee_plans p JOIN public.fee_components c ON c.fee_plan_id = p.id
                        WHERE p.deal_id = p_deal_id AND c.kind = 'performance' AND c.frequency IN ('annual', 'quarterly', 'monthly'))) LOOP
        v_step := app.accrue(p_deal_id, p_as_of, 'on_exit');
        v_made := v_made + v_step;
    END LOOP;
    RETURN v_made;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Errors: 42501, 22023, as above.
CREATE OR REPLACE FUNCTION app.check_accrual(p_deal_id uuid, p_as_of date) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT app.may_run_jobs() OR NOT EXISTS (SELECT FROM public.deals d WHERE d.id = p_deal_id) THEN
        RAISE EXCEPTION 'this deal is not here, or not yours to accrue fees on' USING ERRCODE = '42501';
    ELSIF p_as_of IS NULL OR p_as_of < '1900-01-01' OR p_as_of > '2198-12-31' THEN
        RAISE EXCEPTION 'fees accrue up to a day between 1900 and 2198' USING ERRCODE = '22023', DETAIL = 'as_of';
    END IF;
END;
$$;
SELECT app.as_internal('app.check_accrual(uuid, date)');

-- Accrues what is due of one sort, of these allocations or of all; how many events it made. The rows are written in the order of
-- their keys, so that two who write the same ones never wait for each other in a circle.
CREATE OR REPLACE FUNCTION app.accrue(p_deal uuid, p_as_of date, p_due text, p_allocations uuid[] DEFAULT NULL) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
BEGIN
    WITH made AS (
        INSERT INTO public.fee_events (deal_id, investor_id, fee_component_id, event_date, period_start, period_end, base_amount,
            computed_amount, currency, status, kind, allocation_id, commitment_id, occasion, house_only, vat_rate_bps, derivation)
        SELECT p_deal, c.investor_id, c.component_id, c.event_date, c.period_start, c.period_end, c.base, c.amount, c.currency,
               'accrued', c.kind, c.allocation_id, c.commitment_id, c.occasion, c.house_only, c.vat_rate_bps, c.derivation
          FROM app.fee_candidates(p_deal, p_as_of, p_due, p_allocations) c
         WHERE c.reason IS NULL ORDER BY c.allocation_id, c.component_id, c.kind, c.occasion
        ON CONFLICT DO NOTHING
        RETURNING id)
    SELECT array_agg(id) INTO v_ids FROM made;
    PERFORM app.post_fee_events(v_ids);
    RETURN coalesce(cardinality(v_ids), 0);
END;
$$;
SELECT app.as_internal('app.accrue(uuid, date, text, uuid[])');

-- Posts events of one currency: what was earned to the investor's accrued fees and the income of its sort; a margin out of the
-- purchase price. An event of 0.00 posts nothing.
CREATE OR REPLACE FUNCTION app.post_fee_events(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_house boolean;
    v record;
BEGIN
    FOREACH v_house IN ARRAY ARRAY[false, true] LOOP
        WITH events AS MATERIALIZED (
            SELECT e.*, row_number() OVER (ORDER BY e.id)::int AS n FROM public.fee_events e
             WHERE e.id = ANY (p_ids) AND e.house_only = v_house AND e.computed_amount <> 0),
        lines AS (
            SELECT e.n, l.* FROM events e CROSS JOIN LATERAL (VALUES
                (1, CASE WHEN v_house THEN 'principal_due' ELSE 'accrued_fees' END, e.computed_amount,
                 CASE WHEN NOT v_house THEN e.investor_id END, e.deal_id),
                (2, CASE WHEN v_house THEN 'spread' ELSE app.income_account(e.kind) END, -e.computed_amount, NULL::uuid, e.deal_id))
                AS l(side, account, amount, investor, deal))
        SELECT e.*, l.* INTO v FROM
            (SELECT min(currency) AS currency, array_agg('fee_event:' || id ORDER BY n) AS keys, array_agg(event_date ORDER BY n)
                 AS days, array_agg(id ORDER BY n) AS sources, array_agg(''::text ORDER BY n) AS memos FROM events) e,
            (SELECT array_agg(n ORDER BY n, side) AS entries, array_agg(account ORDER BY n, side) AS accounts,
                 array_agg(amount ORDER BY n, side) AS amounts, array_agg(investor ORDER BY n, side) AS investors,
                 array_agg(NULL::uuid ORDER BY n, side) AS holders, array_agg(deal ORDER BY n, side) AS deals FROM lines) l;
        IF v.keys IS NOT NULL THEN
            PERFORM app.post_entries(CASE WHEN v_house THEN 'spread_earned' ELSE 'fee_accrued' END, v.currency, 'fee_events',
                v.keys, v.days, v.sources, v.memos, v.entries, v.accounts, v.amounts, v.investors, v.holders, v.deals);
        END IF;
    END LOOP;
END;
$$;
SELECT app.as_internal('app.post_fee_events(uuid[])');

-- The account of what fees of a kind earn.
CREATE OR REPLACE FUNCTION app.income_account(p_kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'fee_income_' || CASE p_kind WHEN 'spread_markup' THEN 'spread' ELSE p_kind END $$;
SELECT app.as_internal('app.income_account(text)');
SELECT app.as_definer('public.fn_compute_fee_events(uuid, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_compute_fee_events(uuid, date) IS
    'Accrue the fees of a deal up to and with a day; how many events were made. Running it again adds nothing.';

-- What would accrue, for staff and jobs. Errors: as above.
CREATE OR REPLACE FUNCTION app.fee_preview(p_deal_id uuid, p_as_of date)
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, component_id uuid, kind text, occasion text,
               event_date date, period_start date, period_end date, base numeric, amount numeric, currency text,
               house_only boolean, vat_rate_bps int, derivation jsonb, reason text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.check_accrual(p_deal_id, p_as_of);
    RETURN QUERY SELECT c.* FROM app.fee_candidates(p_deal_id, p_as_of) c;
END;
$$;
SELECT app.as_definer('app.fee_preview(uuid, date)', 'verso_app');
COMMENT ON FUNCTION app.fee_preview(uuid, date) IS 'What would accrue on a deal up to a day, and why what does not. 42501, 22023.';
