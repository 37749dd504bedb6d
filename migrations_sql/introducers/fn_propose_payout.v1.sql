-- Pays a self-billing invoice: by a payout that one person records and another approves, or by the line with which the bank
-- paid it. In the database, because both may come at once, and nothing is paid twice.
-- A payout that was approved before its bank line is there stands in the account of ordered payments until the line settles it.

-- Records a payout of all that is open, for a second person to approve; its id.
-- Locks: the invoice (NO KEY UPDATE). Errors: 42501 not administrators or operations, or not there; 22023 with DETAIL open
-- (nothing is open), waits (one awaits approval), paid_on (a day before the invoice, or more than 31 days ahead); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_propose_payout(p_invoice uuid, p_paid_on date, p_note text DEFAULT '') RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v constant public.invoices := app.lock_self_billing(p_invoice);
    v_open constant numeric := app.invoice_open_amount(p_invoice);
    v_id uuid;
BEGIN
    IF v_open <= 0 THEN
        RAISE EXCEPTION 'nothing of it is open' USING ERRCODE = '22023', DETAIL = 'open';
    ELSIF EXISTS (SELECT FROM public.introducer_payouts p WHERE p.invoice_id = p_invoice AND p.status = 'proposed') THEN
        RAISE EXCEPTION 'a payout of it awaits approval' USING ERRCODE = '22023', DETAIL = 'waits';
    ELSIF p_paid_on IS NULL OR p_paid_on NOT BETWEEN v.issue_date AND app.house_day(clock_timestamp()) + 31 THEN
        RAISE EXCEPTION 'a payout is made after its invoice' USING ERRCODE = '22023', DETAIL = 'paid_on';
    END IF;
    INSERT INTO public.introducer_payouts (invoice_id, amount, currency, paid_on, note, proposed_by, proposed_at)
    VALUES (p_invoice, v_open, v.currency, p_paid_on, btrim(coalesce(p_note, '')), app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    PERFORM app.open_approval('introducer_payout', v_id, NULL, NULL, v_open, v_open, v.currency, app.payout_hash(v_id));
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;

-- The self-billing invoice, locked, for those who pay. Errors: 42501.
CREATE OR REPLACE FUNCTION app.lock_self_billing(p_invoice uuid) RETURNS public.invoices
LANGUAGE plpgsql AS $$
DECLARE
    v public.invoices;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND i.kind = 'self_billing' AND i.status <> 'draft'
        AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;
    IF NOT FOUND OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this invoice is not here, or not yours to pay' USING ERRCODE = '42501';
    END IF;
    RETURN v;
END;
$$;

-- What an approval of a payout binds to: also to whom it goes.
CREATE OR REPLACE FUNCTION app.payout_hash(p_payout uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, p.invoice_id, p.amount::text, p.currency, p.paid_on, p.note, p.proposed_by,
               i.parties -> 'account')::text, 'UTF8')), 'hex')
      FROM public.introducer_payouts p JOIN public.invoices i ON i.id = p.invoice_id WHERE p.id = p_payout
$$;

CREATE OR REPLACE FUNCTION app.lock_payout(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.invoices i WHERE i.id = (
        SELECT p.invoice_id FROM public.introducer_payouts p WHERE p.id = p_ask.entity_id) FOR NO KEY UPDATE;
    PERFORM FROM public.introducer_payouts p WHERE p.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

-- Whoever proposed it, and whoever entered the account it goes to, as the log tells: staff keep an introducer's details alone,
-- and nobody sends money to an account of their own choosing.
CREATE OR REPLACE FUNCTION app.parties_of_payout(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT p.proposed_by, 'own_request' FROM public.introducer_payouts p WHERE p.id = p_ask.entity_id AND p.proposed_by IS NOT NULL
    UNION
    SELECT l.actor_user_id, 'set_account'  -- [3]
      FROM public.introducer_payouts p JOIN public.invoices i ON i.id = p.invoice_id
      JOIN public.audit_log l ON l.entity = 'introducers' AND l.actor_user_id IS NOT NULL AND l.entity_id IN (
           SELECT c.introducer_id FROM public.introducer_commissions c WHERE c.invoice_id = i.id)
       AND l.after ->> 'iban' = i.parties #>> '{account,iban}' AND l.before ->> 'iban' IS DISTINCT FROM l.after ->> 'iban'
     WHERE p.id = p_ask.entity_id
$$;

-- Approved, the invoice is paid. Errors: DL006 with DETAIL gone (decided) or open (a bank line paid it meanwhile).
CREATE OR REPLACE FUNCTION app.payout_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.introducer_payouts;
    v_payment uuid;
BEGIN
    SELECT p.* INTO v FROM public.introducer_payouts p WHERE p.id = p_ask.entity_id AND p.status = 'proposed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this payout is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        IF app.invoice_open_amount(v.invoice_id) < v.amount THEN  -- [1]
            RAISE EXCEPTION 'the invoice was paid meanwhile' USING ERRCODE = 'DL006', DETAIL = 'open';
        END IF;
        v_payment := app.pay_self_billing(v.invoice_id, v.amount, v.currency, v.paid_on, NULL);
        PERFORM app.post_payout('payout', 'payment:' || v_payment, 'payments', v_payment, v.invoice_id, v.paid_on, v.amount,
                                'payouts_clearing', NULL);
        PERFORM app.settle_invoice(v.invoice_id);
    END IF;
    UPDATE public.introducer_payouts SET status = p_outcome, decided_by = p_ask.decided_by, decided_at = p_ask.decided_at,
           payment_id = v_payment WHERE id = v.id;
END;
$$;

CREATE OR REPLACE FUNCTION app.pay_self_billing(p_invoice uuid, p_amount numeric, p_currency text, p_on date, p_line uuid) RETURNS uuid
LANGUAGE sql AS $$
    INSERT INTO public.payments (invoice_id, amount, currency, paid_at, method, bank_txn_id, status)
    VALUES (p_invoice, p_amount, p_currency, p_on, 'bank', p_line, 'applied') RETURNING id
$$;

-- What is owed to the introducer less by an amount, out of p_from; or with p_from payouts_clearing settled, out of suspense.
CREATE OR REPLACE FUNCTION app.post_payout(p_kind text, p_key text, p_table text, p_source uuid, p_invoice uuid, p_on date, p_amount numeric,
                                           p_from text, p_from_holder uuid, p_settles boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_to jsonb := jsonb_build_object('account', 'payouts_clearing', 'amount', p_amount::text);
    v public.invoices;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice;
    IF NOT p_settles THEN
        v_to := jsonb_build_object('account', 'introducer_payable', 'amount', p_amount::text, 'holder', (
            SELECT min(c.introducer_id::text) FROM public.introducer_commissions c WHERE c.invoice_id = p_invoice));
    END IF;
    PERFORM app.post_entry(p_kind, p_key, p_on, v.currency, p_table, p_source, v.number, jsonb_build_array(v_to,
        jsonb_strip_nulls(jsonb_build_object('account', p_from, 'holder', p_from_holder, 'amount', (-p_amount)::text))));
END;
$$;

-- Says that a line with which money went out paid a self-billing invoice; the match. All that is left of the line is it. Where a
-- payout of it was approved and has no line yet, the line settles that, and else pays the invoice. Taken back as every match.
-- Locks: the line -> the invoice -> the ledger's accounts. Errors: 42501 not administrators or operations, or a line or invoice that
-- is not here; 22023 with DETAIL amount (no money went out, or nothing is left), currency, open; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_match_payout(p_bank_transaction uuid, p_invoice uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v_line constant public.bank_transactions := app.lock_bank_line(p_bank_transaction);
    v constant public.invoices := app.lock_self_billing(p_invoice);
    v_amount constant numeric := -app.line_left(p_bank_transaction);
    v_settles boolean;
    v_payment uuid;
    v_id uuid;
BEGIN
    v_settles := app.payouts_without_line(p_invoice) >= v_amount;
    IF v_line.amount >= 0 OR v_amount <= 0 THEN
        RAISE EXCEPTION 'no money went out by this line' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF v_line.currency <> v.currency THEN
        RAISE EXCEPTION 'the invoice is in %', v.currency USING ERRCODE = '22023', DETAIL = 'currency';
    ELSIF NOT v_settles AND v_amount > app.invoice_open_amount(p_invoice) THEN  -- [2]
        RAISE EXCEPTION '% has less open than that', v.number USING ERRCODE = '22023', DETAIL = 'open';
    ELSIF NOT v_settles THEN
        v_payment := app.pay_self_billing(p_invoice, v_amount, v.currency, coalesce(v_line.value_date, v_line.booking_date), v_line.id);
    END IF;
    INSERT INTO public.reconciliations (invoice_id, bank_transaction_id, matched_amount, kind, payment_id)
    VALUES (p_invoice, v_line.id, -v_amount, 'payout', v_payment) RETURNING id INTO v_id;
    PERFORM app.post_payout('match', 'match:' || v_id, 'reconciliations', v_id, p_invoice, v_line.booking_date, v_amount, 'suspense',
                            v_line.receiving_account_id, v_settles);
    PERFORM app.settle_invoice(p_invoice);
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this line or invoice' USING ERRCODE = 'DL002';
END;
$$;

-- Payouts of an invoice that were approved and that no bank line settled yet.
CREATE OR REPLACE FUNCTION app.payouts_without_line(p_invoice uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT sum(p.amount) FROM public.introducer_payouts p WHERE p.invoice_id = p_invoice AND p.status = 'approved'), 0)
           + coalesce((SELECT sum(r.matched_amount) FROM public.reconciliations r
                        WHERE r.invoice_id = p_invoice AND r.kind = 'payout' AND r.payment_id IS NULL), 0)
$$;
SELECT app.as_internal('app.lock_self_billing(uuid)');
SELECT app.as_internal('app.payout_hash(uuid, text)');
SELECT app.as_internal('app.lock_payout(public.approvals)');
SELECT app.as_internal('app.parties_of_payout(public.approvals)');
SELECT app.as_internal('app.payout_decided(public.approvals, text)');
SELECT app.as_internal('app.pay_self_billing(uuid, numeric, text, date, uuid)');
SELECT app.as_internal('app.post_payout(text, text, text, uuid, uuid, date, numeric, text, uuid, boolean)');
SELECT app.as_internal('app.payouts_without_line(uuid)');
SELECT app.as_definer('public.fn_propose_payout(uuid, date, text)', 'verso_app');
SELECT app.as_definer('public.fn_match_payout(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_payout(uuid, date, text) IS
    'Record the payout of a self-billing invoice, for a second person to approve; its id. For administrators and operations.';
COMMENT ON FUNCTION public.fn_match_payout(uuid, uuid) IS
    'Match a bank line with which money went out to the self-billing invoice that it paid; the match. 22023, 42501, DL002.';
SELECT app.register_subject('introducer_payout', p_locks => 'app.lock_payout', p_hash => 'app.payout_hash',
    p_parties => 'app.parties_of_payout', p_decided => 'app.payout_decided', p_may_ask_changes => false);
