-- Proposes to send back what an investor paid too much, to the account that it came from; a second person decides
-- (refund_asked). In the database, because nobody, in psql either, sends money anywhere else, or the same credit twice.
-- p_bank_transaction is the payment that is answered: its payer's account is the refund's, and no more goes back to that account
-- than came from it. p_payee: {"name", "bic"?, "street"?, "postcode"?, "town", "country"}, as the bank wants it.
-- Locks in order: the investor (NO KEY UPDATE) -> the investor's accounts. Gives the refund.
-- Errors: 42501 not administrators or operations, or not here; 22023 with DETAIL reason, amount, address (no name, town or
-- country), line (no money of this investor), iban (the payer's account is none), bic (missing outside the euro), account (no
-- account of ours that can pay), credit (less than that, counting what is proposed), came_from (less came from that account);
-- 23514 a value that cannot be kept; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_propose_refund(
    p_investor uuid, p_bank_transaction uuid, p_amount numeric, p_payee jsonb, p_reason text
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v_line public.bank_transactions;
    v public.refunds;
BEGIN
    PERFORM 1 FROM public.investors i WHERE i.id = p_investor AND app.role() IN ('staff_admin', 'staff_ops')  -- [1]
        AND app.uid() <> app.system_profile() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this investor is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    SELECT t.* INTO v_line FROM public.bank_transactions t WHERE t.id = p_bank_transaction AND t.amount > 0;
    IF p_amount IS NULL OR NOT (p_amount > 0 AND p_amount < 1e15
           AND p_amount = app.money_round(p_amount, coalesce(v_line.currency, 'USD'))) THEN
        RAISE EXCEPTION 'an amount above zero, in whole units of the currency' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    v.investor_id := p_investor;
    v.bank_transaction_id := v_line.id;
    v.amount := p_amount;
    v.currency := v_line.currency;
    v.iban := upper(regexp_replace(coalesce(v_line.counterparty_account, ''), '\s', '', 'g'));
    v.receiving_account_id := app.paying_account(v_line);
    PERFORM app.check_payee(v, p_payee);
    PERFORM app.check_refundable(v, app.credit_of(p_investor, v.currency) - app.refunds_proposed(p_investor, v.currency));
    v.id := gen_random_uuid();
    INSERT INTO public.refunds (id, investor_id, amount, currency, bank_transaction_id, receiving_account_id, payee_name, iban,
        bic, street, postcode, town, country, end_to_end_id, reason)
    VALUES (v.id, p_investor, p_amount, v.currency, v_line.id, v.receiving_account_id, p_payee ->> 'name', v.iban,
        coalesce(p_payee ->> 'bic', ''), coalesce(p_payee ->> 'street', ''), coalesce(p_payee ->> 'postcode', ''),
        p_payee ->> 'town', p_payee ->> 'country', 'REFUND-' || upper(left(replace(v.id::text, '-', ''), 16)), btrim(p_reason));
    PERFORM app.open_approval('refund', v.id, NULL, p_investor, p_amount, p_amount, v.currency, app.refund_hash(v.id));
    RETURN v.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this investor' USING ERRCODE = 'DL002';
END;
$$;

-- The account that pays a refund: the one the money came into while it is active, else the default of its currency.
CREATE OR REPLACE FUNCTION app.paying_account(p_line public.bank_transactions) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT r.id FROM public.receiving_accounts r
     WHERE r.currency = p_line.currency AND r.iban <> '' AND r.active_from IS NOT NULL AND r.active_until IS NULL
       AND (r.id = p_line.receiving_account_id OR r.is_default)
     ORDER BY r.id = p_line.receiving_account_id DESC NULLS LAST LIMIT 1
$$;

-- Whom a bank can pay: an account, a name, and an address in its parts with town and country.
CREATE OR REPLACE FUNCTION app.check_payee(p_refund public.refunds, p_payee jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_refund.bank_transaction_id IS NULL OR coalesce((SELECT sum(r.matched_amount) FROM public.reconciliations r
            WHERE r.bank_transaction_id = p_refund.bank_transaction_id AND r.investor_id = p_refund.investor_id), 0) <= 0 THEN  -- [2]
        RAISE EXCEPTION 'this line brought no money of the investor' USING ERRCODE = '22023', DETAIL = 'line';
    ELSIF NOT app.is_iban(p_refund.iban) THEN
        RAISE EXCEPTION 'the account it came from is no IBAN' USING ERRCODE = '22023', DETAIL = 'iban';
    ELSIF coalesce(p_payee ->> 'name', '') !~ '\S' OR coalesce(p_payee ->> 'town', '') !~ '\S'
          OR coalesce(p_payee ->> 'country', '') !~ '^[A-Z]{2}$' THEN  -- [3]
        RAISE EXCEPTION 'a payee has a name, a town and a country' USING ERRCODE = '22023', DETAIL = 'address';
    ELSIF p_refund.currency <> 'EUR' AND coalesce(p_payee ->> 'bic', '') = '' THEN
        RAISE EXCEPTION 'a payment in % names the bank', p_refund.currency USING ERRCODE = '22023', DETAIL = 'bic';
    ELSIF p_refund.receiving_account_id IS NULL THEN
        RAISE EXCEPTION 'no account of ours pays %', p_refund.currency USING ERRCODE = '22023', DETAIL = 'account';
    END IF;
END;
$$;

-- There is that much credit, and that much came from the account it goes to. p_credit is what may be used; the caller holds it.
-- Asked when it is proposed, and again when it is carried out.
CREATE OR REPLACE FUNCTION app.check_refundable(p_refund public.refunds, p_credit numeric) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_refund.amount > p_credit THEN  -- [4]
        RAISE EXCEPTION 'the investor has less credit than that' USING ERRCODE = '22023', DETAIL = 'credit', HINT = p_credit::text;
    ELSIF p_refund.amount > app.came_from(p_refund.investor_id, p_refund.currency, p_refund.iban, p_refund.id) THEN  -- [5]
        RAISE EXCEPTION 'less came from that account' USING ERRCODE = '22023', DETAIL = 'came_from';
    END IF;
END;
$$;

-- What an investor paid from an account, less what went or is to go back there; p_but is a refund that does not count.
CREATE OR REPLACE FUNCTION app.came_from(p_investor uuid, p_currency text, p_iban text, p_but uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT sum(r.matched_amount) FROM public.reconciliations r
                       JOIN public.bank_transactions t ON t.id = r.bank_transaction_id
                      WHERE r.investor_id = p_investor AND r.refund_id IS NULL AND t.currency = p_currency
                        AND upper(regexp_replace(t.counterparty_account, '\s', '', 'g')) = p_iban), 0)
           - coalesce((SELECT sum(f.amount) FROM public.refunds f
                        WHERE f.investor_id = p_investor AND f.currency = p_currency AND f.iban = p_iban
                          AND f.id IS DISTINCT FROM p_but AND f.status NOT IN ('rejected', 'cancelled')), 0)
$$;

-- What of an investor's credit others propose to refund already.
CREATE OR REPLACE FUNCTION app.refunds_proposed(p_investor uuid, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(f.amount), 0) FROM public.refunds f
     WHERE f.investor_id = p_investor AND f.currency = p_currency AND f.status = 'proposed'
$$;

-- What an approval of it binds to: how much goes where.
CREATE OR REPLACE FUNCTION app.refund_hash(p_refund uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, f.investor_id, f.amount::text, f.currency, f.bank_transaction_id,
               f.receiving_account_id, f.payee_name, f.iban, f.bic, f.street, f.postcode, f.town, f.country, f.reason,
               f.proposed_by)::text, 'UTF8')), 'hex')
      FROM public.refunds f WHERE f.id = p_refund
$$;
SELECT app.as_internal('app.paying_account(public.bank_transactions)');
SELECT app.as_internal('app.check_payee(public.refunds, jsonb)');
SELECT app.as_internal('app.check_refundable(public.refunds, numeric)');
SELECT app.as_internal('app.came_from(uuid, text, text, uuid)');
SELECT app.as_internal('app.refunds_proposed(uuid, text)');
SELECT app.as_internal('app.refund_hash(uuid, text)');
SELECT app.as_definer('public.fn_propose_refund(uuid, uuid, numeric, jsonb, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_refund(uuid, uuid, numeric, jsonb, text) IS
    'Propose to send an investor''s credit back to the account it came from; the refund. For administrators and operations.';
