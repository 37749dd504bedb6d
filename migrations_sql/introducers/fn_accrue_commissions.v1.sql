-- Accrues what introducers earned on a deal, as its money is now, by one statement over app.commission_candidates, with the
-- ledger entries, in one transaction. In the database, because a commission must not accrue twice, whoever runs it and however
-- many at once: each step of a source has a key. Running it again adds nothing; what was taken back is taken back here too.
-- p_as_of bounds the days of allocations and fees, and is the day of the entries; money counts as it is known now.
-- Locks, in order: deal row (NO KEY UPDATE: runs of a deal follow each other, reserving goes on) -> the introductions that count
-- (KEY SHARE: whoever ends one waits) -> what app.post_entries locks.
-- Errors: 42501 for who is no staff and no job, and for a deal that is not there; 22023 with DETAIL as_of for a day that is not
-- within 1900 to tomorrow (the caller's day may be ahead of the house's); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_accrue_commissions(p_deal_id uuid, p_as_of date DEFAULT current_date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM app.check_commissions(p_deal_id, p_as_of);
    PERFORM FROM public.deals d WHERE d.id = p_deal_id FOR NO KEY UPDATE;
    PERFORM app.hold_introductions(p_deal_id);
    RETURN app.accrue_commissions(p_deal_id, NULL, p_as_of, false);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Holds the introductions that count on a deal. One that was ended while we waited lets another one count: that is held as well.
CREATE OR REPLACE FUNCTION app.hold_introductions(p_deal uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_held uuid[] := '{}';
    v_all uuid[];
BEGIN
    LOOP
        v_all := ARRAY(SELECT w.introduction_id FROM app.winning_introductions(p_deal, NULL) w);
        EXIT WHEN v_all <@ v_held;
        PERFORM FROM public.introductions n WHERE n.id = ANY (v_all) ORDER BY n.id FOR KEY SHARE;  -- [5]
        v_held := v_all;
    END LOOP;
END;
$$;

-- Errors: 42501, 22023, as above.
CREATE OR REPLACE FUNCTION app.check_commissions(p_deal_id uuid, p_as_of date) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT app.may_run_jobs() OR NOT EXISTS (SELECT FROM public.deals d WHERE d.id = p_deal_id) THEN
        RAISE EXCEPTION 'this deal is not here, or not yours to accrue commissions on' USING ERRCODE = '42501';
    ELSIF p_as_of IS NULL OR p_as_of NOT BETWEEN '1900-01-01' AND app.house_day(clock_timestamp()) + 1 THEN
        RAISE EXCEPTION 'commissions accrue up to today' USING ERRCODE = '22023', DETAIL = 'as_of';
    END IF;
END;
$$;

-- The same for one investor or all; p_down: only what takes back. How many rows it made. What is owed to introducers is held
-- before rows are, as everywhere here; the rows are written in the order of their keys. So nobody waits in a circle.
CREATE OR REPLACE FUNCTION app.accrue_commissions(p_deal uuid, p_investor uuid, p_as_of date, p_down boolean) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
BEGIN
    PERFORM app.hold_payables(ARRAY(SELECT n.introducer_id FROM public.introductions n WHERE n.deal_id = p_deal OR n.deal_id IS NULL
                                     UNION SELECT c.introducer_id FROM public.introducer_commissions c WHERE c.deal_id = p_deal));
    WITH made AS (
        INSERT INTO public.introducer_commissions (introducer_id, deal_id, investor_id, basis_type, rate_bps, accrual_amount, currency,
            introduction_id, agreement_id, allocation_id, fee_event_id, step, accrued_on, base_amount, derivation)
        SELECT c.introducer_id, p_deal, c.investor_id, c.basis_type, c.rate_bps, c.amount, c.currency, c.introduction_id,
               c.agreement_id, c.allocation_id, c.fee_event_id, c.step, p_as_of, app.money_round(c.base, c.currency), c.derivation
          FROM app.commission_candidates(p_deal, p_investor, p_as_of) c
         WHERE c.reason IS NULL AND c.amount <> 0 AND (NOT p_down OR c.amount < 0)
         ORDER BY c.introducer_id, c.basis_type, c.allocation_id, c.fee_event_id, c.step
        ON CONFLICT DO NOTHING  -- [1]
        RETURNING id)
    SELECT array_agg(id) INTO v_ids FROM made;
    PERFORM app.post_commissions(v_ids);
    PERFORM app.settle_claw_backs(v_ids);
    RETURN coalesce(cardinality(v_ids), 0);
END;
$$;

-- Holds what is owed to introducers, in the ledger's order.
CREATE OR REPLACE FUNCTION app.hold_payables(p_introducers uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.ledger_accounts a WHERE a.kind = 'introducer_payable' AND a.holder_id = ANY (p_introducers)
      ORDER BY a.id FOR NO KEY UPDATE;
END;
$$;
SELECT app.as_internal('app.hold_payables(uuid[])');

-- What was earned is an expense, and owed to the introducer; taken back, the opposite. One call for each currency.
CREATE OR REPLACE FUNCTION app.post_commissions(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    FOR v IN
        WITH rows AS (SELECT c.*, row_number() OVER (PARTITION BY c.currency ORDER BY c.id)::int AS n
                        FROM public.introducer_commissions c WHERE c.id = ANY (p_ids))
        SELECT r.currency, array_agg('commission:' || r.id ORDER BY r.n) AS keys, array_agg(r.accrued_on ORDER BY r.n) AS days,
               array_agg(r.id ORDER BY r.n) AS ids, array_agg(''::text) AS memos, array_agg(r.n ORDER BY r.n) AS places,
               array_agg(r.accrual_amount ORDER BY r.n) AS amounts, array_agg(-r.accrual_amount ORDER BY r.n) AS opposite,
               array_agg(r.introducer_id ORDER BY r.n) AS holders, array_agg(r.deal_id ORDER BY r.n) AS deals,
               count(*)::int AS n
          FROM rows r GROUP BY r.currency ORDER BY r.currency LOOP
        PERFORM app.post_entries('commission', v.currency, 'introducer_commissions', v.keys, v.days, v.ids, v.memos,
            v.places || v.places,
            array_fill('commission_expense'::text, ARRAY[v.n]) || array_fill('introducer_payable'::text, ARRAY[v.n]),
            v.amounts || v.opposite, array_fill(NULL::uuid, ARRAY[2 * v.n]),
            array_fill(NULL::uuid, ARRAY[v.n]) || v.holders, v.deals || v.deals);
    END LOOP;
END;
$$;

-- Where all that was not billed yet of a source comes to nothing, its rows cancel each other and are no lines of an invoice.
CREATE OR REPLACE FUNCTION app.settle_claw_backs(p_ids uuid[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE public.introducer_commissions c SET status = 'cancelled', cancel_reason = 'Taken back before it was invoiced.'
      FROM (SELECT o.introducer_id, o.basis_type, o.allocation_id, o.fee_event_id
              FROM public.introducer_commissions o
             WHERE o.status = 'accrued' AND (o.introducer_id, o.basis_type, coalesce(o.allocation_id, o.fee_event_id)) IN (
                   SELECT n.introducer_id, n.basis_type, coalesce(n.allocation_id, n.fee_event_id)
                     FROM public.introducer_commissions n WHERE n.id = ANY (p_ids) AND n.accrual_amount < 0)
             GROUP BY 1, 2, 3, 4 HAVING sum(o.accrual_amount) = 0) s
     WHERE c.status = 'accrued' AND (c.introducer_id, c.basis_type) = (s.introducer_id, s.basis_type)
       AND (c.allocation_id, c.fee_event_id) IS NOT DISTINCT FROM (s.allocation_id, s.fee_event_id)
$$;
SELECT app.as_internal('app.hold_introductions(uuid)');
SELECT app.as_internal('app.check_commissions(uuid, date)');
SELECT app.as_internal('app.accrue_commissions(uuid, uuid, date, boolean)');
SELECT app.as_internal('app.post_commissions(uuid[])');
SELECT app.as_internal('app.settle_claw_backs(uuid[])');
SELECT app.as_definer('public.fn_accrue_commissions(uuid, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_accrue_commissions(uuid, date) IS
    'Accrue what introducers earned on a deal; how many rows were made. Running it again adds none. For staff and jobs.';

-- What would accrue, and with a reason what would not. Errors: as above.
CREATE OR REPLACE FUNCTION app.commission_preview(p_deal_id uuid, p_as_of date)
RETURNS TABLE (introducer_id uuid, investor_id uuid, basis_type text, base numeric, amount numeric, currency text, reason text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.check_commissions(p_deal_id, p_as_of);
    RETURN QUERY SELECT c.introducer_id, c.investor_id, c.basis_type, c.base, c.amount, c.currency, c.reason
                   FROM app.commission_candidates(p_deal_id, NULL, p_as_of) c;
END;
$$;
SELECT app.as_definer('app.commission_preview(uuid, date)', 'verso_app');
COMMENT ON FUNCTION app.commission_preview(uuid, date) IS 'What introducers would earn on a deal, and why what they do not. 42501, 22023.';

-- Takes back what an allocation no longer earns: a negative row for each commission of its investor on its deal whose money
-- went, never an edit. It works by itself with each reversal, credit and undoing below; calling it again adds nothing.
-- Returns how many rows it made. Locks: what app.post_entries locks. Errors: none of its own.
CREATE OR REPLACE FUNCTION app.claw_back_commissions(p_allocation uuid) RETURNS int
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT app.accrue_commissions(a.deal_id, a.investor_id, app.house_day(clock_timestamp()), true)
              FROM public.allocations a
             WHERE a.id = p_allocation AND EXISTS (SELECT FROM public.introducer_commissions c
                                                    WHERE c.deal_id = a.deal_id AND c.investor_id = a.investor_id));
END;
$$;
SELECT app.as_internal('app.claw_back_commissions(uuid)');
COMMENT ON FUNCTION app.claw_back_commissions(uuid) IS
    'Take back what an allocation no longer earns its introducer. For definer functions; reversals and undoing call it by trigger.';

-- The same for every investor whose invoices these are. Once a statement; nothing where no commission was earned. Whatever is
-- posted after it is held before.
CREATE OR REPLACE FUNCTION app.claw_back_of_invoices(p_invoices uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.hold_running(ARRAY[i.investor_id], i.currency),
            app.accrue_commissions(i.deal_id, i.investor_id, app.house_day(clock_timestamp()), true)
       FROM (SELECT DISTINCT v.deal_id, v.investor_id, v.currency FROM public.invoices v
              WHERE v.id = ANY (p_invoices)
                AND EXISTS (SELECT FROM public.introducer_commissions c WHERE c.deal_id = v.deal_id AND c.investor_id = v.investor_id)
              ORDER BY 1, 2) i;
END;
$$;
SELECT app.as_internal('app.claw_back_of_invoices(uuid[])');

-- Triggers: a payment was taken back, a line was credited, an allocation was undone.
CREATE OR REPLACE FUNCTION app.claw_back_on_reversal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.claw_back_of_invoices(ARRAY(SELECT n.invoice_id FROM new_rows n WHERE n.amount < 0));  -- [2]
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.claw_back_on_reversal() IS 'Trigger: commission on money that was taken back is taken back.';
SELECT app.as_definer('app.claw_back_on_reversal()', 'verso_definer');
CREATE OR REPLACE TRIGGER claw_back_on_reversal AFTER INSERT ON public.payments
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.claw_back_on_reversal();

CREATE OR REPLACE FUNCTION app.claw_back_on_credit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.claw_back_of_invoices(ARRAY(SELECT l.invoice_id FROM new_rows n JOIN public.invoice_lines l ON l.id = n.credits_line_id));  -- [3]
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.claw_back_on_credit() IS 'Trigger: commission on what was credited is taken back.';
SELECT app.as_definer('app.claw_back_on_credit()', 'verso_definer');
CREATE OR REPLACE TRIGGER claw_back_on_credit AFTER INSERT ON public.invoice_lines
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.claw_back_on_credit();

CREATE OR REPLACE FUNCTION app.claw_back_on_undoing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.claw_back_commissions(NEW.id);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.claw_back_on_undoing() IS 'Trigger: commission on an allocation that was undone is taken back.';
SELECT app.as_definer('app.claw_back_on_undoing()', 'verso_definer');
CREATE OR REPLACE TRIGGER claw_back_on_undoing AFTER UPDATE OF status ON public.allocations
    FOR EACH ROW WHEN (OLD.status IN ('approved', 'settled') AND NEW.status NOT IN ('approved', 'settled'))  -- [4]
    EXECUTE FUNCTION app.claw_back_on_undoing();

-- Cancels what of a commission is not billed yet, with a reason; it never accrues again. For administrators and operations.
-- Locks: what is owed to the introducer -> the rows by id.
-- Errors: 42501 others, or not there; 22023 with DETAIL reason, status (billed, or cancelled already), taken_back (what is not
-- billed of it takes something back: that stays).
CREATE OR REPLACE FUNCTION public.fn_cancel_commission(p_commission uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introducer_commissions;
    v_ids uuid[];
    v_left numeric;
BEGIN
    SELECT c.* INTO v FROM public.introducer_commissions c WHERE c.id = p_commission AND app.role() IN ('staff_admin', 'staff_ops');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this commission is not here, or not yours to cancel' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM app.hold_payables(ARRAY[v.introducer_id]);
    SELECT array_agg(o.id), sum(o.accrual_amount) INTO v_ids, v_left FROM (
        SELECT c.id, c.accrual_amount FROM public.introducer_commissions c
         WHERE c.status = 'accrued' AND (c.id = v.id OR c.introducer_id = v.introducer_id AND c.basis_type = v.basis_type
                                         AND coalesce(c.allocation_id, c.fee_event_id) = coalesce(v.allocation_id, v.fee_event_id))
         ORDER BY c.id FOR NO KEY UPDATE) o;
    IF NOT coalesce(p_commission = ANY (v_ids), false) THEN
        RAISE EXCEPTION 'only what is not billed is cancelled' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF v_left <= 0 THEN
        RAISE EXCEPTION 'what was taken back stays' USING ERRCODE = '22023', DETAIL = 'taken_back';
    END IF;
    UPDATE public.introducer_commissions SET status = 'cancelled', cancel_reason = btrim(p_reason) WHERE id = ANY (v_ids);
    PERFORM app.reverse_entry(e.id, 'commission_cancel:' || e.source_id, e.asked_date, '')
       FROM public.ledger_entries e JOIN unnest(v_ids) c(id) ON e.key = 'commission:' || c.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this commission' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_cancel_commission(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_cancel_commission(uuid, text) IS 'Cancel what of a commission is not billed yet, with a reason.';
