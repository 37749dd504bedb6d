-- Issues an introducer's invoice on its behalf, of everything accrued in one currency: frozen parties, lines, VAT, number,
-- ledger. In the database, because all of it is one transaction, and two people may issue at once.
-- The introducer is its seller and the house its buyer; the account is the introducer's. What was taken back is a line below
-- zero. Null where there is nothing to bill, or no more than what was taken back.
-- Locks in order: the introducer (NO KEY UPDATE) -> its accounts in the ledger -> its commissions by id -> the row of the number
-- series. Errors: 42501 not administrators or operations, or not there; 22023 with DETAIL identity (the house has not said who
-- it is) or details (address or account of the introducer are missing); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_issue_self_billing(p_introducer uuid, p_currency text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introducers;
    v_parties jsonb;
    v_ids uuid[];
    v_net numeric;
    v_invoice uuid;
BEGIN
    SELECT i.* INTO v FROM public.introducers i
     WHERE i.id = p_introducer AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this introducer is not here, or not yours to bill' USING ERRCODE = '42501';
    END IF;
    PERFORM app.hold_payables(ARRAY[p_introducer]);
    SELECT array_agg(c.id), sum(c.accrual_amount) INTO v_ids, v_net FROM (
        SELECT o.id, o.accrual_amount FROM public.introducer_commissions o
         WHERE o.introducer_id = p_introducer AND o.currency = p_currency AND o.status = 'accrued'  -- [1]
         ORDER BY o.id FOR NO KEY UPDATE) c;
    IF v_net IS NULL OR v_net <= 0 THEN
        RETURN NULL;
    END IF;
    v_parties := app.self_billing_parties(v, app.house_day(clock_timestamp()));
    INSERT INTO public.invoices (currency, kind, generated_from) VALUES (p_currency, 'self_billing', 'introducer_commissions')
    RETURNING id INTO v_invoice;
    PERFORM app.add_commission_lines(v_invoice, v_ids, CASE v.vat_treatment WHEN 'domestic' THEN v.vat_rate_bps ELSE 0 END, v, p_currency);
    UPDATE public.introducer_commissions SET status = 'invoiced', invoice_id = v_invoice WHERE id = ANY (v_ids);
    PERFORM app.number_self_billing(v_invoice, p_introducer, p_currency, v_parties);
    RETURN v_invoice;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is billing this introducer at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Who bills whom, and where the money goes, as it is frozen. Errors: 22023 as above.
CREATE OR REPLACE FUNCTION app.self_billing_parties(p_introducer public.introducers, p_on date) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_house constant jsonb := app.house_identity_on(p_on);
BEGIN
    IF v_house IS NULL THEN
        RAISE EXCEPTION 'the house has not said who it is' USING ERRCODE = '22023', DETAIL = 'identity';
    ELSIF p_introducer.legal_name IS NULL OR '' IN (p_introducer.town, p_introducer.country, p_introducer.iban) THEN  -- [2]
        RAISE EXCEPTION 'the introducer has no address or account' USING ERRCODE = '22023', DETAIL = 'details';
    END IF;
    RETURN jsonb_build_object(
        'seller', jsonb_build_object('legal_name', p_introducer.legal_name, 'street', p_introducer.street,
            'postcode', p_introducer.postcode, 'town', p_introducer.town, 'country', p_introducer.country,
            'vat_id', p_introducer.vat_id, 'email', p_introducer.email),
        'buyer', v_house || jsonb_build_object('vat_treatment', p_introducer.vat_treatment, 'vat_rate_bps', p_introducer.vat_rate_bps),
        'account', jsonb_build_object('holder_name', coalesce(nullif(p_introducer.account_holder, ''), p_introducer.legal_name),
            'bank_name', p_introducer.bank_name, 'iban', p_introducer.iban, 'account_number', '', 'bic', p_introducer.bic));
END;
$$;

-- What a line says of a commission: never units or a price.
CREATE OR REPLACE FUNCTION app.commission_words(p_commission public.introducer_commissions) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_commission.accrual_amount < 0 THEN 'Claw-back, ' ELSE 'Commission, ' END
           || CASE p_commission.basis_type WHEN 'invested_amount' THEN 'amount funded' WHEN 'spread' THEN 'margin'
                   WHEN 'management_fee' THEN 'management fee' WHEN 'performance_fee' THEN 'carried interest' ELSE 'other' END
           || coalesce(', ' || (SELECT d.name FROM public.deals d WHERE d.id = p_commission.deal_id), '')
           || coalesce(', ' || to_char(p_commission.accrued_on, 'FMDD Mon YYYY'), '')
$$;

CREATE OR REPLACE FUNCTION app.add_commission_lines(p_invoice uuid, p_ids uuid[], p_rate_bps int, p_introducer public.introducers,
                                                    p_currency text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO public.invoice_lines (invoice_id, kind, description, amount, position, vat_rate_bps)
    SELECT p_invoice, 'other', app.commission_words(c), c.accrual_amount,
           row_number() OVER (ORDER BY c.accrued_on, c.created_at, c.id), p_rate_bps
      FROM public.introducer_commissions c WHERE c.id = ANY (p_ids) ORDER BY 5;
    INSERT INTO public.invoice_taxes (invoice_id, rate_bps, treatment, base, amount)
    SELECT p_invoice, p_rate_bps, CASE WHEN p_rate_bps > 0 THEN 'standard' WHEN p_introducer.vat_treatment = 'domestic' THEN 'zero'
               ELSE p_introducer.vat_treatment END,
           sum(l.amount), app.vat_of(sum(l.amount), p_rate_bps, p_currency)
      FROM public.invoice_lines l WHERE l.invoice_id = p_invoice
$$;

-- Totals, number and ledger: what was owed by accrual is owed by invoice now, and the VAT with it.
CREATE OR REPLACE FUNCTION app.number_self_billing(p_invoice uuid, p_introducer uuid, p_currency text, p_parties jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_moment constant timestamptz := clock_timestamp();
    v_today constant date := app.house_day(v_moment);
    v_net constant numeric := (SELECT sum(l.amount) FROM public.invoice_lines l WHERE l.invoice_id = p_invoice);
    v_tax constant numeric := (SELECT sum(t.amount) FROM public.invoice_taxes t WHERE t.invoice_id = p_invoice);
    v_account constant uuid := app.ledger_account('introducer_payable', p_currency, NULL, p_introducer);
    v_number text;
BEGIN
    PERFORM FROM public.ledger_accounts a WHERE a.id = v_account FOR NO KEY UPDATE;
    v_number := app.next_number('SBI', v_today);
    UPDATE public.invoices SET (number, reference, status, subtotal, tax, total, parties, issue_date, due_date, issued_at, issued_by)
        = (v_number, app.rf_reference(v_number), 'sent', v_net, v_tax, v_net + v_tax, p_parties, v_today,
           v_today + app.house_setting('invoice_due_days')::int, v_moment, app.uid())
     WHERE id = p_invoice;
    PERFORM app.post_entry('self_billing_invoice', 'invoice:' || p_invoice, v_today, p_currency, 'invoices', p_invoice, v_number,
        jsonb_build_array(
            jsonb_build_object('account', 'introducer_payable', 'holder', p_introducer, 'amount', v_net::text),
            jsonb_build_object('account', 'introducer_payable', 'holder', p_introducer, 'amount', (-v_net - v_tax)::text))
        || CASE WHEN v_tax = 0 THEN '[]'::jsonb
                ELSE jsonb_build_array(jsonb_build_object('account', 'vat', 'amount', v_tax::text)) END);
END;
$$;
SELECT app.as_internal('app.self_billing_parties(public.introducers, date)');
SELECT app.as_internal('app.commission_words(public.introducer_commissions)');
SELECT app.as_internal('app.add_commission_lines(uuid, uuid[], int, public.introducers, text)');
SELECT app.as_internal('app.number_self_billing(uuid, uuid, text, jsonb)');
SELECT app.as_definer('public.fn_issue_self_billing(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_issue_self_billing(uuid, text) IS
    'Issue an introducer''s self-billing invoice of what accrued in a currency; the invoice, or null. For administrators and operations.';

-- Names the paper of a self-billing invoice, once; for staff. Errors: 42501 others, not there, or another paper is named.
CREATE OR REPLACE FUNCTION app.file_self_billing(p_invoice uuid, p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.invoices i SET doc_id = p_document
     WHERE i.id = p_invoice AND i.kind = 'self_billing' AND i.number IS NOT NULL AND coalesce(i.doc_id, p_document) = p_document
       AND app.is_staff();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here, or has its paper' USING ERRCODE = '42501';
    END IF;
END;
$$;
SELECT app.as_definer('app.file_self_billing(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION app.file_self_billing(uuid, uuid) IS 'Name the paper of a self-billing invoice, once. For staff.';
