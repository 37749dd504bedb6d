-- Proposes to give up what an invoice has open, whole or in part; a second person decides (write_off_asked). In the database,
-- because what is proposed is bound to what is open at that moment, whoever asks, and only one waits for an invoice.
-- With p_bank_transaction it is what a bank kept of that payment: all that the invoice still has open, at most the setting
-- bank_fee_tolerance of its currency. Without, it is a write-off of any amount: up to the setting write_off_limit of its currency
-- one administrator decides, above it two do. What counts is all that is given up for the investor: what waits, and what was
-- approved within 30 days, so that no sum is split to pass by the second one.
-- Locks in order: the investor, but for bank charges -> the invoice (NO KEY UPDATE). Gives the write-off.
-- Errors: 42501 not staff, or an invoice that is not here; 22023 with DETAIL reason, amount, open (more than the invoice has
-- open), waits (one is proposed already), line (that payment paid nothing of this invoice), rest (charges are all that is
-- open), tolerance (more than the setting: HINT says it); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_propose_write_off(
    p_invoice uuid, p_amount numeric, p_reason text, p_bank_transaction uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.invoices;
    v_open numeric;
    v_id uuid;
    v_ask uuid;
BEGIN
    PERFORM FROM public.investors o WHERE p_bank_transaction IS NULL AND app.is_staff() AND o.id = (
        SELECT i.investor_id FROM public.invoices i WHERE i.id = p_invoice) FOR NO KEY UPDATE;  -- [7]
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND i.status <> 'draft' AND i.kind = 'invoice'
        AND app.is_staff() AND app.uid() <> app.system_profile() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    v_open := app.invoice_open_amount(p_invoice);
    IF p_amount IS NULL OR NOT (p_amount > 0 AND p_amount < 1e15 AND p_amount = app.money_round(p_amount, v.currency)) THEN
        RAISE EXCEPTION 'an amount above zero, in whole units of the currency' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF p_amount > v_open THEN  -- [1]
        RAISE EXCEPTION '% has less open than that', v.number USING ERRCODE = '22023', DETAIL = 'open', HINT = v.number;
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    IF p_bank_transaction IS NOT NULL THEN
        PERFORM app.check_bank_charges(p_invoice, p_amount, p_bank_transaction);
    END IF;
    INSERT INTO public.write_offs (invoice_id, kind, amount, currency, open_amount, bank_transaction_id, reason)
    VALUES (v.id, CASE WHEN p_bank_transaction IS NULL THEN 'write_off' ELSE 'bank_fee' END, p_amount, v.currency, v_open,
            p_bank_transaction, btrim(p_reason))
    ON CONFLICT (invoice_id) WHERE status = 'proposed' DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RAISE EXCEPTION 'a write-off of % waits already', v.number USING ERRCODE = '22023', DETAIL = 'waits';
    END IF;
    v_ask := app.open_approval('write_off', v_id, v.deal_id, v.investor_id, p_amount, p_amount, v.currency,
                               app.write_off_hash(v_id));
    IF p_bank_transaction IS NULL
       AND app.given_up(v.investor_id, v.currency) > app.house_setting('write_off_limit:' || v.currency)::numeric THEN  -- [6]
        PERFORM app.needs_people(v_ask, 2);
    END IF;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;

-- What is given up for an investor in a currency: write-offs that wait, and those approved within 30 days.
CREATE OR REPLACE FUNCTION app.given_up(p_investor uuid, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(w.amount), 0) FROM public.write_offs w JOIN public.invoices i ON i.id = w.invoice_id
     WHERE i.investor_id = p_investor AND w.currency = p_currency AND w.kind = 'write_off'
       AND (w.status = 'proposed'  -- [8]
            OR w.status = 'approved' AND w.decided_at > clock_timestamp() - interval '30 days')
$$;

-- What a bank kept of a payment closes an invoice, and is small. Asked when it is proposed, and again when it is carried out.
CREATE OR REPLACE FUNCTION app.check_bank_charges(p_invoice uuid, p_amount numeric, p_line uuid) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_currency constant text := (SELECT i.currency FROM public.invoices i WHERE i.id = p_invoice);
    v_tolerance constant numeric := app.house_setting('bank_fee_tolerance:' || v_currency)::numeric;
BEGIN
    IF coalesce((SELECT sum(r.matched_amount) FROM public.reconciliations r
                  WHERE r.bank_transaction_id = p_line AND r.invoice_id = p_invoice), 0) <= 0 THEN  -- [2]
        RAISE EXCEPTION 'this line paid nothing of the invoice' USING ERRCODE = '22023', DETAIL = 'line';
    ELSIF p_amount <> app.invoice_open_amount(p_invoice) THEN
        RAISE EXCEPTION 'charges are all that is missing' USING ERRCODE = '22023', DETAIL = 'rest';
    ELSIF p_amount > v_tolerance THEN  -- [3]
        RAISE EXCEPTION 'more than banks keep' USING ERRCODE = '22023', DETAIL = 'tolerance', HINT = v_tolerance::text;
    END IF;
END;
$$;

-- What an approval of it binds to: the invoice, the amount, and what is open.
CREATE OR REPLACE FUNCTION app.write_off_hash(p_write_off uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, w.invoice_id, w.kind, w.amount::text, w.currency, w.bank_transaction_id,
               w.reason, w.proposed_by, app.invoice_open_amount(w.invoice_id)::text)::text, 'UTF8')), 'hex')  -- [4]
      FROM public.write_offs w WHERE w.id = p_write_off
$$;

-- Takes a proposal back: nobody decides about it any more. Whoever proposed it does so, administrators and operations.
-- Locks: the invoice, the write-off, its approvals by id. Errors: 42501 not theirs or not here; DL006 decided already.
CREATE OR REPLACE FUNCTION public.fn_withdraw_write_off(p_write_off uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.write_offs;
BEGIN
    PERFORM 1 FROM public.invoices i JOIN public.write_offs w ON w.invoice_id = i.id WHERE w.id = p_write_off
        FOR NO KEY UPDATE OF i;
    SELECT w.* INTO v FROM public.write_offs w WHERE w.id = p_write_off AND app.is_staff()
        AND (w.proposed_by = app.uid() OR app.role() IN ('staff_admin', 'staff_ops')) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this write-off is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v.status <> 'proposed' THEN  -- [5]
        RAISE EXCEPTION 'this write-off is decided' USING ERRCODE = 'DL006', DETAIL = v.status;
    END IF;
    PERFORM app.withdraw_approvals('write_off', v.id);
    UPDATE public.write_offs SET status = 'withdrawn', decided_at = clock_timestamp() WHERE id = v.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is deciding this at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.given_up(uuid, text)');
SELECT app.as_internal('app.check_bank_charges(uuid, numeric, uuid)');
SELECT app.as_internal('app.write_off_hash(uuid, text)');
SELECT app.as_definer('public.fn_propose_write_off(uuid, numeric, text, uuid)', 'verso_app');
SELECT app.as_definer('public.fn_withdraw_write_off(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_write_off(uuid, numeric, text, uuid) IS
    'Propose to give up what an invoice has open, or what a bank kept of a payment; the write-off. For staff.';
COMMENT ON FUNCTION public.fn_withdraw_write_off(uuid) IS 'Take a proposed write-off back. DL006 once it is decided.';
