-- Says what a bank line is: which invoices it pays, and what of it becomes the investor's credit. In the database, because two
-- people may match one line, and an invoice may be paid while it is credited; never is more applied than there is.
-- Nothing is edited: a match that was wrong is answered by a reversal, and the line waits in suspense again.
-- Locks in order: the bank lines by id (NO KEY UPDATE) -> the invoices by id -> the refunds by id (NO KEY UPDATE) -> allocations
-- -> the ledger's accounts; whoever takes something back holds those (app.hold_running) before anything follows from it.
-- Errors: 42501 not administrators or operations, or a line, invoice or match that is not here; 22023 with DETAIL parts (not
-- an array of {"invoice", "credit_of" or "refund", "amount"}, or one twice), amount, currency, left (more than the line has left: HINT
-- says what), open (more than an invoice has open), credit (more than the investor has), refund_to, refund (it does not wait for
-- that amount), reason, reversed, reversal, returned, pair; DL002 busy.

-- p_parts: [{"invoice": id, "amount": "12.34"}, {"credit_of": investor id, "amount": "5.00"}, {"refund": id, "amount": "-7.00"}],
-- in the line's currency, signed as the line is. p_derivation: what was suggested, with score and reasons. p_learn: remember who pays for these investors.
-- The matches, in the order of the parts.
CREATE OR REPLACE FUNCTION public.fn_match(
    p_bank_transaction uuid, p_parts jsonb, p_derivation jsonb DEFAULT '{}', p_learn boolean DEFAULT true
) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.bank_transactions := app.lock_bank_line(p_bank_transaction);
    v_ids uuid[];
BEGIN
    PERFORM app.check_parts(v, p_parts);
    PERFORM 1 FROM public.invoices i
      WHERE i.id IN (SELECT (x ->> 'invoice')::uuid FROM jsonb_array_elements(p_parts) x) ORDER BY i.id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.refunds f
      WHERE f.id IN (SELECT (x ->> 'refund')::uuid FROM jsonb_array_elements(p_parts) x) ORDER BY f.id FOR NO KEY UPDATE;
    PERFORM app.check_open(v, p_parts);
    v_ids := app.write_matches(v, p_parts, coalesce(p_derivation, '{}'));
    PERFORM app.settle_invoice(x.id) FROM (SELECT r.invoice_id AS id FROM public.reconciliations r
        WHERE r.id = ANY (v_ids) AND r.invoice_id IS NOT NULL ORDER BY 1) x;
    PERFORM app.post_matches(v, v_ids);
    IF p_learn AND v.amount > 0 THEN
        PERFORM app.learn_aliases(v, v_ids);
    END IF;
    RETURN v_ids;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this line or its invoices' USING ERRCODE = 'DL002';
END;
$$;

-- The bank line, locked, for those who match.
CREATE OR REPLACE FUNCTION app.lock_bank_line(p_id uuid) RETURNS public.bank_transactions
LANGUAGE plpgsql AS $$
DECLARE
    v public.bank_transactions;
BEGIN
    SELECT t.* INTO v FROM public.bank_transactions t
     WHERE t.id = p_id AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;  -- [1]
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this line is not here, or not yours to match' USING ERRCODE = '42501';
    END IF;
    RETURN v;
END;
$$;

-- What of a bank line waits in suspense.
CREATE OR REPLACE FUNCTION app.line_left(p_id uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT t.amount - coalesce((SELECT sum(r.matched_amount) FROM public.reconciliations r WHERE r.bank_transaction_id = t.id), 0)
      FROM public.bank_transactions t WHERE t.id = p_id
$$;

-- Errors: 22023, as above.
CREATE OR REPLACE FUNCTION app.check_parts(p_line public.bank_transactions, p_parts jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_left constant numeric := app.line_left(p_line.id);
    v record;
BEGIN
    IF jsonb_typeof(p_parts) IS DISTINCT FROM 'array' OR jsonb_array_length(p_parts) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'say what the line is' USING ERRCODE = '22023', DETAIL = 'parts';
    END IF;
    -- Told apart as ids: one id is written in many ways, and each part is compared with all that there is.
    SELECT bool_and(num_nonnulls(x ->> 'invoice', x ->> 'credit_of', x ->> 'refund') = 1) AND count(*) = count(DISTINCT
               coalesce(x ->> 'invoice', x ->> 'credit_of', x ->> 'refund')::uuid) AS named,  -- [12]
           coalesce(bool_and((x ->> 'amount')::numeric * sign(p_line.amount) > 0  -- [2]
               AND (x ->> 'amount')::numeric = app.money_round((x ->> 'amount')::numeric, p_line.currency)), false) AS sound,
           sum((x ->> 'amount')::numeric) AS total
      INTO v FROM jsonb_array_elements(p_parts) x;
    IF NOT v.named THEN
        RAISE EXCEPTION 'each part is one invoice, one investor''s credit or one refund' USING ERRCODE = '22023', DETAIL = 'parts';
    ELSIF NOT v.sound THEN
        RAISE EXCEPTION 'each amount is in whole units of the currency, signed as the line is'
            USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF abs(v.total) > abs(v_left) OR sign(v_left) <> sign(p_line.amount) THEN  -- [3]
        RAISE EXCEPTION 'the line has less left than that' USING ERRCODE = '22023', DETAIL = 'left', HINT = v_left::text;
    END IF;
END;
$$;

-- The parts fit their invoices, and an investor gets back no more than the credit there is, to where it came from.
CREATE OR REPLACE FUNCTION app.check_open(p_line public.bank_transactions, p_parts jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    x jsonb;
    v public.invoices;
BEGIN
    FOR x IN SELECT * FROM jsonb_array_elements(p_parts) LOOP
        IF x ? 'invoice' THEN
            SELECT i.* INTO v FROM public.invoices i WHERE i.id = (x ->> 'invoice')::uuid AND i.status <> 'draft'
                AND i.kind = 'invoice';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
            ELSIF v.currency <> p_line.currency THEN
                RAISE EXCEPTION 'the invoice is in %', v.currency USING ERRCODE = '22023', DETAIL = 'currency';
            ELSIF p_line.amount < 0 OR (x ->> 'amount')::numeric > app.invoice_open_amount(v.id) THEN  -- [4]
                RAISE EXCEPTION '% has less open than that', v.number USING ERRCODE = '22023', DETAIL = 'open', HINT = v.number;
            END IF;
        ELSIF x ? 'refund' THEN
            PERFORM app.check_refund_paid(p_line, (x ->> 'refund')::uuid, -(x ->> 'amount')::numeric);
        ELSIF NOT EXISTS (SELECT FROM public.investors i WHERE i.id = (x ->> 'credit_of')::uuid) THEN
            RAISE EXCEPTION 'this investor is not here' USING ERRCODE = '42501';
        ELSIF p_line.amount < 0 THEN
            PERFORM app.check_refund(p_line, (x ->> 'credit_of')::uuid, -(x ->> 'amount')::numeric);
        END IF;
    END LOOP;
END;
$$;

-- Money goes back to the account that it came from, and no more of it than the investor's credit.
CREATE OR REPLACE FUNCTION app.check_refund(p_line public.bank_transactions, p_investor uuid, p_amount numeric) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF app.credit_of(p_investor, p_line.currency) < p_amount THEN  -- [5]
        RAISE EXCEPTION 'the investor has less credit than that' USING ERRCODE = '22023', DETAIL = 'credit';
    ELSIF p_line.counterparty_account = '' OR NOT EXISTS (
            SELECT FROM public.reconciliations r JOIN public.bank_transactions t ON t.id = r.bank_transaction_id
             WHERE r.investor_id = p_investor AND t.amount > 0 AND t.counterparty_account = p_line.counterparty_account) THEN
        RAISE EXCEPTION 'no money of this investor came from that account' USING ERRCODE = '22023', DETAIL = 'refund_to';
    END IF;
END;
$$;

-- A refund that was approved is paid whole, to its account where the bank says to which; one line may pay a whole file.
CREATE OR REPLACE FUNCTION app.check_refund_paid(p_line public.bank_transactions, p_refund uuid, p_amount numeric) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v public.refunds;
BEGIN
    SELECT f.* INTO v FROM public.refunds f WHERE f.id = p_refund;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this refund is not here' USING ERRCODE = '42501';
    ELSIF v.currency <> p_line.currency THEN
        RAISE EXCEPTION 'the refund is in %', v.currency USING ERRCODE = '22023', DETAIL = 'currency';
    ELSIF v.status NOT IN ('approved', 'exported') OR v.amount <> p_amount THEN  -- [10]
        RAISE EXCEPTION 'no refund of that amount waits to be paid' USING ERRCODE = '22023', DETAIL = 'refund';
    ELSIF p_line.counterparty_account <> ''
          AND upper(regexp_replace(p_line.counterparty_account, '\s', '', 'g')) <> v.iban THEN  -- [11]
        RAISE EXCEPTION 'the bank paid another account' USING ERRCODE = '22023', DETAIL = 'refund_to';
    END IF;
END;
$$;

-- Holds, in the ledger's order, every running account that may move when something of these investors is taken back: what they
-- owe and have, suspense, and what is owed to introducers, since commission follows the money. Taken before anything is
-- posted, where more than one posting follows.
CREATE OR REPLACE FUNCTION app.hold_running(p_investors uuid[], p_currency text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.ledger_accounts a
      WHERE a.currency = p_currency AND (a.kind IN ('suspense', 'introducer_payable')
            OR a.investor_id = ANY (p_investors) AND a.kind IN ('receivable', 'credit'))
      ORDER BY a.id FOR NO KEY UPDATE;
END;
$$;
SELECT app.as_internal('app.hold_running(uuid[], text)');

-- What an investor has paid too much, in one currency; that account stays locked until the transaction ends, and with it, in
-- the ledger's order, every other that a match moves.
CREATE OR REPLACE FUNCTION app.credit_of(p_investor uuid, p_currency text) RETURNS numeric
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.ledger_account('credit', p_currency, p_investor);
    PERFORM FROM public.ledger_accounts a
      WHERE a.currency = p_currency AND (a.kind = 'suspense' OR a.investor_id = p_investor AND a.kind IN ('receivable', 'credit'))
      ORDER BY a.id FOR NO KEY UPDATE;
    RETURN (SELECT -a.balance FROM public.ledger_accounts a
             WHERE a.kind = 'credit' AND a.investor_id = p_investor AND a.currency = p_currency);
END;
$$;

-- A payment for each invoice, and a match for each part.
CREATE OR REPLACE FUNCTION app.write_matches(p_line public.bank_transactions, p_parts jsonb, p_derivation jsonb) RETURNS uuid[]
LANGUAGE plpgsql AS $$
DECLARE
    x jsonb;
    v_investor uuid;
    v_payment uuid;
    v_id uuid;
    v_ids uuid[] := '{}';
BEGIN
    FOR x IN SELECT * FROM jsonb_array_elements(p_parts) LOOP
        v_payment := NULL;
        v_investor := coalesce((x ->> 'credit_of')::uuid,
                               (SELECT i.investor_id FROM public.invoices i WHERE i.id = (x ->> 'invoice')::uuid),
                               (SELECT f.investor_id FROM public.refunds f WHERE f.id = (x ->> 'refund')::uuid));
        IF x ? 'invoice' THEN
            INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, bank_txn_id, status)
            VALUES (v_investor, (x ->> 'invoice')::uuid, (x ->> 'amount')::numeric, p_line.currency,
                    coalesce(p_line.value_date, p_line.booking_date), 'bank', p_line.id, 'applied') RETURNING id INTO v_payment;
        END IF;
        INSERT INTO public.reconciliations (invoice_id, bank_transaction_id, matched_amount, kind, investor_id, payment_id,
                                            refund_id, derivation)
        VALUES ((x ->> 'invoice')::uuid, p_line.id, (x ->> 'amount')::numeric,
                CASE WHEN x ? 'invoice' THEN 'invoice' WHEN p_line.amount < 0 THEN 'refund' ELSE 'credit' END,
                v_investor, v_payment, (x ->> 'refund')::uuid, p_derivation)
        RETURNING id INTO v_id;
        UPDATE public.refunds SET status = 'paid' WHERE id = (x ->> 'refund')::uuid;
        v_ids := v_ids || v_id;
    END LOOP;
    RETURN v_ids;
END;
$$;

-- Each match, out of suspense and onto the investor's account; all in one call.
CREATE OR REPLACE FUNCTION app.post_matches(p_line public.bank_transactions, p_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    SELECT array_agg('match:' || r.id ORDER BY r.n) AS keys, array_agg(p_line.booking_date) AS days, array_agg(r.id ORDER BY r.n) AS ids,
           array_agg(coalesce(r.number, '') ORDER BY r.n) AS memos, array_agg(r.n ORDER BY r.n) AS places,
           array_agg(r.matched_amount ORDER BY r.n) AS amounts, array_agg(-r.matched_amount ORDER BY r.n) AS opposite,
           array_agg(CASE WHEN r.refund_id IS NOT NULL THEN 'refunds_clearing' WHEN r.kind = 'invoice' THEN 'receivable'
                          ELSE 'credit' END ORDER BY r.n) AS accounts,
           array_agg(CASE WHEN r.refund_id IS NULL THEN r.investor_id END ORDER BY r.n) AS investors
      INTO v
      FROM (SELECT m.*, i.number, x.n::int AS n FROM unnest(p_ids) WITH ORDINALITY x(id, n)
              JOIN public.reconciliations m ON m.id = x.id LEFT JOIN public.invoices i ON i.id = m.invoice_id) r;
    PERFORM app.post_entries('match', p_line.currency, 'reconciliations', v.keys, v.days, v.ids, v.memos,
        v.places || v.places, array_fill('suspense'::text, ARRAY[cardinality(p_ids)]) || v.accounts, v.amounts || v.opposite,
        array_fill(NULL::uuid, ARRAY[cardinality(p_ids)]) || v.investors,
        array_fill(p_line.receiving_account_id, ARRAY[cardinality(p_ids)]) || array_fill(NULL::uuid, ARRAY[cardinality(p_ids)]));
END;
$$;

-- Under which name and from which account this was paid, for each investor that it was matched to.
CREATE OR REPLACE FUNCTION app.learn_aliases(p_line public.bank_transactions, p_ids uuid[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO public.payer_aliases (investor_id, "of", value)
    SELECT DISTINCT r.investor_id, a.of, a.value
      FROM public.reconciliations r
     CROSS JOIN (VALUES ('name', app.folded(p_line.counterparty)), ('account', p_line.counterparty_account)) a("of", value)
     WHERE r.id = ANY (p_ids) AND a.value <> ''
    ON CONFLICT (investor_id, "of", value) DO NOTHING
$$;

-- Takes a match back: the opposite payment, match and entry; the line waits in suspense and the invoice is open again.
CREATE OR REPLACE FUNCTION public.fn_reverse_match(p_reconciliation uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.reconciliations;
BEGIN
    SELECT r.* INTO v FROM public.reconciliations r WHERE r.id = p_reconciliation;
    PERFORM app.lock_bank_line(v.bank_transaction_id);
    PERFORM 1 FROM public.invoices i WHERE i.id = v.invoice_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.refunds f WHERE f.id = v.refund_id FOR NO KEY UPDATE;
    PERFORM app.hold_running(ARRAY[v.investor_id], t.currency) FROM public.bank_transactions t WHERE t.id = v.bank_transaction_id;
    RETURN app.take_back(v, p_reason);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this line or its invoice' USING ERRCODE = 'DL002';
END;
$$;

-- The reversal of a match whose line and invoice are locked.
CREATE OR REPLACE FUNCTION app.take_back(p_match public.reconciliations, p_reason text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_currency constant text := (SELECT t.currency FROM public.bank_transactions t WHERE t.id = p_match.bank_transaction_id);
    v_payment uuid;
    v_id uuid;
BEGIN
    IF p_match.reverses_id IS NOT NULL OR p_match.kind = 'other' THEN
        RAISE EXCEPTION 'a reversal is not reversed, nor what the bank returned' USING ERRCODE = '22023',
            DETAIL = CASE WHEN p_match.kind = 'other' THEN 'returned' ELSE 'reversal' END;
    ELSIF EXISTS (SELECT FROM public.reconciliations r WHERE r.reverses_id = p_match.id) THEN
        RAISE EXCEPTION 'this match was taken back already' USING ERRCODE = '22023', DETAIL = 'reversed';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF p_match.kind = 'credit' AND app.credit_of(p_match.investor_id, v_currency) < p_match.matched_amount THEN  -- [6]
        RAISE EXCEPTION 'this credit was used meanwhile' USING ERRCODE = '22023', DETAIL = 'credit';
    END IF;
    INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, bank_txn_id, status, reverses_id,
                                 reason)
    SELECT p.investor_id, p.invoice_id, -p.amount, p.currency, p.paid_at, p.method, p.bank_txn_id, 'applied', p.id,
           btrim(p_reason)
      FROM public.payments p WHERE p.id = p_match.payment_id RETURNING id INTO v_payment;
    INSERT INTO public.reconciliations (invoice_id, bank_transaction_id, matched_amount, kind, investor_id, payment_id, refund_id,
                                        reverses_id, reason)
    VALUES (p_match.invoice_id, p_match.bank_transaction_id, -p_match.matched_amount, p_match.kind, p_match.investor_id,
            v_payment, p_match.refund_id, p_match.id, btrim(p_reason))
    RETURNING id INTO v_id;
    UPDATE public.refunds SET status = CASE WHEN batch_id IS NULL THEN 'approved' ELSE 'exported' END
     WHERE id = p_match.refund_id;
    IF p_match.invoice_id IS NOT NULL THEN
        PERFORM app.settle_invoice(p_match.invoice_id);
    END IF;
    PERFORM app.reverse_entry((SELECT e.id FROM public.ledger_entries e WHERE e.key = 'match:' || p_match.id),
                              'match:' || v_id, app.house_day(clock_timestamp()), '');
    RETURN v_id;
END;
$$;

-- A line by which the bank took back another: whatever that one was matched to is taken back, and the two settle each other, as
-- far as both go. Where the bank gave back less than was paid, the rest of the payment waits to be matched anew; where it took
-- more, what it kept for itself waits on the line of the return.
CREATE OR REPLACE FUNCTION public.fn_return_line(p_bank_transaction uuid, p_original uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.bank_transactions;
    v_original public.bank_transactions;
    v_match public.reconciliations;
    v_settled numeric;
    v_id uuid;
BEGIN
    PERFORM app.lock_bank_line(least(p_bank_transaction, p_original));
    PERFORM app.lock_bank_line(greatest(p_bank_transaction, p_original));
    SELECT t.* INTO v FROM public.bank_transactions t WHERE t.id = p_bank_transaction;
    SELECT t.* INTO v_original FROM public.bank_transactions t WHERE t.id = p_original;
    IF v.amount >= 0 OR v_original.amount <= 0 OR (v.receiving_account_id, v.currency) IS DISTINCT FROM
           (v_original.receiving_account_id, v_original.currency)
       OR app.line_left(v.id) <> v.amount
       OR EXISTS (SELECT FROM public.reconciliations r WHERE r.bank_transaction_id = v_original.id AND r.kind = 'other') THEN  -- [8]
        RAISE EXCEPTION 'a returned payment answers one payment into the same account, once'
            USING ERRCODE = '22023', DETAIL = 'pair';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    v_settled := least(-v.amount, v_original.amount);
    PERFORM 1 FROM public.invoices i WHERE i.id IN (SELECT r.invoice_id FROM public.reconciliations r
        WHERE r.bank_transaction_id = v_original.id) ORDER BY i.id FOR NO KEY UPDATE;
    PERFORM app.hold_running(ARRAY(SELECT r.investor_id FROM public.reconciliations r WHERE r.bank_transaction_id = v_original.id),
                             v.currency);
    FOR v_match IN SELECT r.* FROM public.reconciliations r
                    WHERE r.bank_transaction_id = v_original.id AND r.reverses_id IS NULL
                      AND NOT EXISTS (SELECT FROM public.reconciliations x WHERE x.reverses_id = r.id) ORDER BY r.invoice_id, r.id LOOP
        PERFORM app.take_back(v_match, p_reason);
    END LOOP;
    INSERT INTO public.reconciliations (bank_transaction_id, matched_amount, kind, reason, derivation)
    VALUES (v_original.id, v_settled, 'other', btrim(p_reason), jsonb_build_object('returned_by', v.id));
    INSERT INTO public.reconciliations (bank_transaction_id, matched_amount, kind, reason, derivation)
    VALUES (v.id, -v_settled, 'other', btrim(p_reason), jsonb_build_object('returns', v_original.id)) RETURNING id INTO v_id;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on these lines or their invoices' USING ERRCODE = 'DL002';
END;
$$;

-- Pays an invoice with what its investor has paid too much.
CREATE OR REPLACE FUNCTION public.fn_apply_credit(p_invoice uuid, p_amount numeric) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.invoices;
    v_id uuid;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND i.status <> 'draft' AND i.kind = 'invoice'
        AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here, or not yours' USING ERRCODE = '42501';
    ELSIF p_amount IS NULL OR NOT (p_amount > 0 AND p_amount < 1e15 AND p_amount = app.money_round(p_amount, v.currency)) THEN
        RAISE EXCEPTION 'an amount above zero, in whole units of the currency' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF p_amount > app.invoice_open_amount(p_invoice) THEN
        RAISE EXCEPTION '% has less open than that', v.number USING ERRCODE = '22023', DETAIL = 'open', HINT = v.number;
    ELSIF p_amount > app.credit_of(v.investor_id, v.currency) THEN  -- [7]
        RAISE EXCEPTION 'the investor has less credit than that' USING ERRCODE = '22023', DETAIL = 'credit';
    END IF;
    INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, status)
    VALUES (v.investor_id, v.id, p_amount, v.currency, clock_timestamp(), 'credit', 'applied') RETURNING id INTO v_id;
    PERFORM app.post_entry('match', 'payment:' || v_id, app.house_day(clock_timestamp()), v.currency, 'payments', v_id, v.number,
        jsonb_build_array(
            jsonb_build_object('account', 'credit', 'investor', v.investor_id, 'amount', p_amount::text),
            jsonb_build_object('account', 'receivable', 'investor', v.investor_id, 'amount', (-p_amount)::text)));
    PERFORM app.settle_invoice(v.id);
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;

-- Takes back what an investor's credit paid: the opposite payment and entry; the credit is there again, the invoice open.
CREATE OR REPLACE FUNCTION public.fn_take_back_credit(p_payment uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.payments;
    v_id uuid;
BEGIN
    SELECT p.* INTO v FROM public.payments p
     WHERE p.id = p_payment AND p.method = 'credit' AND app.role() IN ('staff_admin', 'staff_ops');  -- [9]
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this payment is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.invoices i WHERE i.id = v.invoice_id FOR NO KEY UPDATE;
    IF v.reverses_id IS NOT NULL THEN
        RAISE EXCEPTION 'a reversal is not reversed' USING ERRCODE = '22023', DETAIL = 'reversal';
    ELSIF EXISTS (SELECT FROM public.payments p WHERE p.reverses_id = v.id) THEN
        RAISE EXCEPTION 'this payment was taken back already' USING ERRCODE = '22023', DETAIL = 'reversed';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, status, reverses_id, reason)
    VALUES (v.investor_id, v.invoice_id, -v.amount, v.currency, clock_timestamp(), 'credit', 'applied', v.id, btrim(p_reason))
    RETURNING id INTO v_id;
    PERFORM app.settle_invoice(v.invoice_id);
    PERFORM app.reverse_entry((SELECT e.id FROM public.ledger_entries e WHERE e.key = 'payment:' || v.id), 'payment:' || v_id,
                              app.house_day(clock_timestamp()), '');
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.lock_bank_line(uuid)');
SELECT app.as_internal('app.line_left(uuid)');
SELECT app.as_internal('app.check_parts(public.bank_transactions, jsonb)');
SELECT app.as_internal('app.check_open(public.bank_transactions, jsonb)');
SELECT app.as_internal('app.check_refund(public.bank_transactions, uuid, numeric)');
SELECT app.as_internal('app.check_refund_paid(public.bank_transactions, uuid, numeric)');
SELECT app.as_internal('app.credit_of(uuid, text)');
SELECT app.as_internal('app.write_matches(public.bank_transactions, jsonb, jsonb)');
SELECT app.as_internal('app.post_matches(public.bank_transactions, uuid[])');
SELECT app.as_internal('app.learn_aliases(public.bank_transactions, uuid[])');
SELECT app.as_definer('public.fn_match(uuid, jsonb, jsonb, boolean)', 'verso_app');
SELECT app.as_internal('app.take_back(public.reconciliations, text)');
SELECT app.as_definer('public.fn_reverse_match(uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_return_line(uuid, uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_apply_credit(uuid, numeric)', 'verso_app');
SELECT app.as_definer('public.fn_take_back_credit(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_match(uuid, jsonb, jsonb, boolean) IS
    'Match a bank line to invoices, credits and refunds; the matches. For administrators and operations. 22023, 42501, DL002.';
COMMENT ON FUNCTION public.fn_reverse_match(uuid, text) IS 'Take a match back by its reversal, once; the reversal.';
COMMENT ON FUNCTION public.fn_return_line(uuid, uuid, text) IS
    'Settle a line by which the bank took a payment back with that payment, and take back its matches; the match of the line.';
COMMENT ON FUNCTION public.fn_apply_credit(uuid, numeric) IS 'Pay an invoice with its investor''s credit; the payment.';
COMMENT ON FUNCTION public.fn_take_back_credit(uuid, text) IS 'Take back what an investor''s credit paid, once; the reversal.';
