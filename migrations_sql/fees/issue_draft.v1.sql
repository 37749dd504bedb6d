-- Turns a draft into an issued invoice: lines of fees, taxes, frozen parties, ledger, number. The one place that issues,
-- for fees and for funding. In the database, because all of it is one transaction whoever asks. Internal.
--
-- p_events are accrued events that the caller has locked. Lines are rounded amounts; tax is taken for each rate on their sum.
-- A net that is not above zero makes it a credit note, whose amount becomes the investor's credit at once.
-- Locks in order: (the caller's events) -> the investor's running account -> the row of the number series.
-- Errors: 22023 with DETAIL identity or account where the house has not said who it is, or into which account the deal is paid.
CREATE OR REPLACE FUNCTION app.issue_draft(p_invoice uuid, p_events uuid[]) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_moment constant timestamptz := clock_timestamp();
    v_today constant date := app.house_day(v_moment);
    v public.invoices;
    v_parties jsonb;
    v_account public.receiving_accounts;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice;
    v_account := app.receiving_account_for(v.deal_id, v.currency);
    v_parties := app.invoice_parties(v.investor_id, v_account, v_today);
    PERFORM app.add_fee_lines(v, p_events, v_parties -> 'buyer');
    UPDATE public.fee_events SET status = 'invoiced' WHERE id = ANY (p_events);
    SELECT s.subtotal, s.tax, s.subtotal + s.tax INTO v.subtotal, v.tax, v.total
      FROM (SELECT (SELECT coalesce(sum(l.amount), 0) FROM public.invoice_lines l WHERE l.invoice_id = p_invoice) AS subtotal,
                   (SELECT coalesce(sum(t.amount), 0) FROM public.invoice_taxes t WHERE t.invoice_id = p_invoice) AS tax) s;
    v.kind := CASE WHEN v.total > 0 THEN 'invoice' ELSE 'credit_note' END;
    PERFORM app.hold_account(CASE v.kind WHEN 'invoice' THEN 'receivable' ELSE 'credit' END, v.currency, v.investor_id);
    v.number := app.next_number(CASE v.kind WHEN 'invoice' THEN 'INV' ELSE 'CRN' END, v_today);
    UPDATE public.invoices SET (kind, number, reference, status, subtotal, tax, total, parties, receiving_account_id, issue_date,
                                due_date, issued_at, issued_by)
        = (v.kind, v.number, app.rf_reference(v.number), CASE v.kind WHEN 'invoice' THEN 'sent' ELSE 'paid' END, v.subtotal,
           v.tax, v.total, v_parties, v_account.id, v_today,
           v_today + CASE v.kind WHEN 'invoice' THEN app.house_setting('invoice_due_days')::int ELSE 0 END, v_moment, app.uid())
     WHERE id = p_invoice;
    PERFORM app.post_invoice(p_invoice);
    RETURN p_invoice;
END;
$$;

-- Who bills whom into which account, as it is frozen: {"seller", "buyer", "account"}. An investor without billing details is
-- billed by name and country, without VAT but for what a fee states. Errors: 22023 as above.
CREATE OR REPLACE FUNCTION app.invoice_parties(p_investor uuid, p_account public.receiving_accounts, p_on date) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_seller constant jsonb := app.house_identity_on(p_on);
BEGIN
    IF v_seller IS NULL THEN
        RAISE EXCEPTION 'the house has not said who it is' USING ERRCODE = '22023', DETAIL = 'identity';
    ELSIF p_account.id IS NULL THEN
        RAISE EXCEPTION 'no account receives this currency for the deal' USING ERRCODE = '22023', DETAIL = 'account';
    END IF;
    RETURN jsonb_build_object('seller', v_seller, 'buyer', coalesce(app.billing_of(p_investor, p_on), (
            SELECT jsonb_build_object('legal_name', i.legal_name, 'country', i.country, 'vat_treatment', 'domestic')
              FROM public.investors i WHERE i.id = p_investor)),
        'account', jsonb_build_object('holder_name', p_account.holder_name, 'bank_name', p_account.bank_name,
            'iban', p_account.iban, 'account_number', p_account.account_number, 'bic', p_account.bic));
END;
$$;

-- What a draft of this deal lacks to be issued today: identity, account, or null. Staff read it on the list of drafts.
CREATE OR REPLACE FUNCTION app.missing_to_issue(p_deal uuid, p_currency text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_account constant public.receiving_accounts := app.receiving_account_for(p_deal, p_currency);
BEGIN
    RETURN CASE WHEN app.house_identity_on(app.house_day(clock_timestamp())) IS NULL THEN 'identity'
                WHEN v_account.id IS NULL THEN 'account' END;
END;
$$;

-- What a line says of a fee.
CREATE OR REPLACE FUNCTION app.fee_words(p_event public.fee_events) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE p_event.kind WHEN 'subscription' THEN 'Subscription fee' WHEN 'management' THEN 'Management fee'
                WHEN 'performance' THEN 'Carried interest' WHEN 'spread_markup' THEN 'Fee per unit'
                WHEN 'flat' THEN 'Flat fee' ELSE 'Other fee' END
           || CASE WHEN p_event.adjusts_id IS NOT NULL THEN ', adjustment' ELSE '' END
           || coalesce(', ' || to_char(p_event.period_start, 'FMDD Mon YYYY') || ' to '
                            || to_char(p_event.period_end, 'FMDD Mon YYYY'), '')
$$;

-- The lines of events, below what the draft has, and the taxes of all its lines. A rate counts only where VAT is charged.
CREATE OR REPLACE FUNCTION app.add_fee_lines(p_invoice public.invoices, p_events uuid[], p_buyer jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_charged constant boolean := p_buyer ->> 'vat_treatment' = 'domestic';
BEGIN
    INSERT INTO public.invoice_lines (invoice_id, kind, description, amount, fee_event_id, position, vat_rate_bps)
    SELECT p_invoice.id, CASE e.kind WHEN 'spread_markup' THEN 'spread' ELSE 'fee' END, app.fee_words(e),
           app.money_round(e.computed_amount, p_invoice.currency), e.id,
           (SELECT count(*) FROM public.invoice_lines l WHERE l.invoice_id = p_invoice.id)
               + row_number() OVER (ORDER BY e.event_date, e.period_start NULLS FIRST, e.kind, e.created_at, e.id),
           CASE WHEN v_charged THEN coalesce(e.vat_rate_bps, (p_buyer ->> 'vat_rate_bps')::int, 0) ELSE 0 END
      FROM public.fee_events e WHERE e.id = ANY (p_events) ORDER BY 6;
    INSERT INTO public.invoice_taxes (invoice_id, rate_bps, treatment, base, amount)
    SELECT p_invoice.id, l.vat_rate_bps,
           CASE WHEN l.vat_rate_bps > 0 THEN 'standard' WHEN bool_and(l.kind = 'investment') THEN 'exempt'
                WHEN v_charged THEN 'zero' ELSE p_buyer ->> 'vat_treatment' END,
           sum(l.amount), app.vat_of(sum(l.amount), l.vat_rate_bps, p_invoice.currency)
      FROM public.invoice_lines l WHERE l.invoice_id = p_invoice.id GROUP BY l.vat_rate_bps;
END;
$$;

-- Locks the running accounts of an investor, in the ledger's order, before a number is taken: nothing is waited for after it.
CREATE OR REPLACE FUNCTION app.hold_account(p_kind text, p_currency text, p_investor uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.ledger_account(p_kind, p_currency, p_investor);
    PERFORM FROM public.ledger_accounts a WHERE a.investor_id = p_investor AND a.currency = p_currency
        AND a.kind IN ('receivable', 'credit') ORDER BY a.id FOR NO KEY UPDATE;
END;
$$;

-- Fees were earned when they accrued: the invoice moves them to what is owed. What it asks for units is principal due.
CREATE OR REPLACE FUNCTION app.post_invoice(p_invoice uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.invoices;
    v_principal numeric;
    v_lines jsonb;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice;
    SELECT coalesce(sum(l.amount) FILTER (WHERE l.kind = 'investment'), 0) INTO v_principal
      FROM public.invoice_lines l WHERE l.invoice_id = p_invoice;
    SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('account', x.account, 'investor', x.investor, 'deal', v.deal_id,
                                                          'amount', x.amount::text))) INTO v_lines
      FROM (VALUES (CASE v.kind WHEN 'invoice' THEN 'receivable' ELSE 'credit' END, v.investor_id, v.total),
                   ('accrued_fees', v.investor_id, v_principal - v.subtotal),
                   ('principal_due', NULL::uuid, -v_principal),
                   ('vat', NULL::uuid, -v.tax)) AS x(account, investor, amount)
     WHERE x.amount <> 0;
    IF v_lines IS NOT NULL THEN
        PERFORM app.post_entry('invoice_issued', 'invoice:' || v.id, v.issue_date, v.currency, 'invoices', v.id, v.number, v_lines);
    END IF;
END;
$$;
SELECT app.as_internal('app.issue_draft(uuid, uuid[])');
SELECT app.as_internal('app.invoice_parties(uuid, public.receiving_accounts, date)');
SELECT app.as_internal('app.missing_to_issue(uuid, text)');
SELECT app.as_internal('app.fee_words(public.fee_events)');
SELECT app.as_internal('app.add_fee_lines(public.invoices, uuid[], jsonb)');
SELECT app.as_internal('app.hold_account(text, text, uuid)');
SELECT app.as_internal('app.post_invoice(uuid)');
COMMENT ON FUNCTION app.issue_draft(uuid, uuid[]) IS
    'Issue a draft with these accrued events: lines, taxes, parties, number, ledger. For definer functions.';
