-- Turns drafts into issued invoices: lines of fees, taxes, frozen parties, ledger, numbers. The one place that issues, for fees
-- and for funding, one and many. In the database, because all of it is one transaction whoever asks; set by set, because a
-- run issues thousands. Internal.
--
-- p_events are accrued events that the caller has locked, each beside the draft that it goes on. Lines are rounded amounts;
-- tax is taken for each rate on their sum. A net that is not above zero makes a draft a credit note, whose amount becomes the
-- investor's credit at once. Numbers follow the order of p_invoices.
-- Locks in order: (the caller's events) -> the investors' running accounts by id -> the rows of the number series, INV first.
-- Errors: 22023 with DETAIL identity or account where the house has not said who it is, or into which account a deal is paid.
CREATE OR REPLACE FUNCTION app.issue_drafts(p_invoices uuid[], p_event_invoices uuid[], p_events uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_moment constant timestamptz := clock_timestamp();
    v_today constant date := app.house_day(v_moment);
    v_due_days constant int := app.house_setting('invoice_due_days')::int;
    v record;
    v_sums record;
    v_numbers text[];
    v_notes text[];
BEGIN
    SELECT array_agg(app.invoice_parties(i.investor_id, a.account, v_today) ORDER BY o.n) AS parties,
           array_agg((a.account).id ORDER BY o.n) AS accounts
      INTO v FROM unnest(p_invoices) WITH ORDINALITY o(id, n) JOIN public.invoices i ON i.id = o.id
     CROSS JOIN LATERAL (SELECT app.receiving_account_for(i.deal_id, i.currency) OFFSET 0) a(account);
    PERFORM app.add_fee_lines(p_invoices, v.parties, p_event_invoices, p_events);
    UPDATE public.fee_events SET status = 'invoiced' WHERE id = ANY (p_events);
    SELECT array_agg(s.subtotal ORDER BY o.n) AS subtotals, array_agg(s.tax ORDER BY o.n) AS taxes,
           count(*) FILTER (WHERE s.subtotal + s.tax > 0)::int AS invoices, count(*)::int AS drafts
      INTO v_sums FROM unnest(p_invoices) WITH ORDINALITY o(id, n) CROSS JOIN LATERAL app.invoice_sums(o.id) s;
    PERFORM app.hold_accounts(p_invoices, v_sums.subtotals, v_sums.taxes);
    v_numbers := app.next_numbers('INV', v_today, v_sums.invoices);
    v_notes := app.next_numbers('CRN', v_today, v_sums.drafts - v_sums.invoices);
    UPDATE public.invoices i SET (kind, number, reference, status, subtotal, tax, total, parties, receiving_account_id,
                                  issue_date, due_date, issued_at, issued_by)
        = (CASE WHEN x.owes THEN 'invoice' ELSE 'credit_note' END, x.number, app.rf_reference(x.number),
           CASE WHEN x.owes THEN 'sent' ELSE 'paid' END, x.subtotal, x.tax, x.subtotal + x.tax, x.parties, x.account, v_today,
           v_today + CASE WHEN x.owes THEN v_due_days ELSE 0 END, v_moment, app.uid())
      FROM (SELECT o.id, o.parties, o.account, o.subtotal, o.tax, o.subtotal + o.tax > 0 AS owes,
                   CASE WHEN o.subtotal + o.tax > 0
                        THEN v_numbers[count(*) FILTER (WHERE o.subtotal + o.tax > 0) OVER w]
                        ELSE v_notes[count(*) FILTER (WHERE o.subtotal + o.tax <= 0) OVER w] END AS number
              FROM unnest(p_invoices, v.parties, v.accounts, v_sums.subtotals, v_sums.taxes)
                   WITH ORDINALITY o(id, parties, account, subtotal, tax, n)
            WINDOW w AS (ORDER BY o.n)) x
     WHERE i.id = x.id;
    PERFORM app.post_invoices(p_invoices);
END;
$$;

-- One of them; its id.
CREATE OR REPLACE FUNCTION app.issue_draft(p_invoice uuid, p_events uuid[]) RETURNS uuid
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.issue_drafts(ARRAY[p_invoice], array_fill(p_invoice, ARRAY[coalesce(cardinality(p_events), 0)]), p_events);
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

-- The lines of events, each below what its draft has, and the taxes of all lines. A rate counts only where VAT is charged.
CREATE OR REPLACE FUNCTION app.add_fee_lines(p_invoices uuid[], p_parties jsonb[], p_event_invoices uuid[], p_events uuid[])
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.invoice_lines (invoice_id, kind, description, amount, fee_event_id, position, vat_rate_bps)
    SELECT o.id, CASE e.kind WHEN 'spread_markup' THEN 'spread' ELSE 'fee' END, app.fee_words(e),
           app.money_round(e.computed_amount, e.currency), e.id,
           (SELECT count(*) FROM public.invoice_lines l WHERE l.invoice_id = o.id)
               + row_number() OVER (PARTITION BY o.id
                                    ORDER BY e.event_date, e.period_start NULLS FIRST, e.kind, e.created_at, e.id),
           app.vat_rate_charged(e.vat_rate_bps, o.parties -> 'buyer')
      FROM unnest(p_event_invoices, p_events) a(invoice, event)
      JOIN unnest(p_invoices, p_parties) WITH ORDINALITY o(id, parties, n) ON o.id = a.invoice
      JOIN public.fee_events e ON e.id = a.event ORDER BY o.n, 6;
    INSERT INTO public.invoice_taxes (invoice_id, rate_bps, treatment, base, amount)
    SELECT i.id, l.vat_rate_bps,
           CASE WHEN l.vat_rate_bps > 0 THEN 'standard' WHEN bool_and(l.kind = 'investment') THEN 'exempt'
                WHEN o.treatment = 'domestic' THEN 'zero' ELSE o.treatment END,
           sum(l.amount), app.vat_of(sum(l.amount), l.vat_rate_bps, i.currency)
      FROM (SELECT u.id, u.parties -> 'buyer' ->> 'vat_treatment', u.n
              FROM unnest(p_invoices, p_parties) WITH ORDINALITY u(id, parties, n)) o(id, treatment, n)
      JOIN public.invoices i ON i.id = o.id JOIN public.invoice_lines l ON l.invoice_id = i.id
     GROUP BY o.n, i.id, o.treatment, l.vat_rate_bps ORDER BY o.n, l.vat_rate_bps;
END;
$$;

-- What the lines of a draft come to, and the taxes on them.
CREATE OR REPLACE FUNCTION app.invoice_sums(p_invoice uuid) RETURNS TABLE (subtotal numeric, tax numeric)
LANGUAGE sql STABLE AS $$
    SELECT (SELECT coalesce(sum(l.amount), 0) FROM public.invoice_lines l WHERE l.invoice_id = p_invoice),
           (SELECT coalesce(sum(t.amount), 0) FROM public.invoice_taxes t WHERE t.invoice_id = p_invoice)
$$;

-- Locks the running accounts of investors, in the ledger's order, before a number is taken: nothing is waited for after it.
CREATE OR REPLACE FUNCTION app.hold_accounts(p_invoices uuid[], p_subtotals numeric[], p_taxes numeric[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.accounts_of_lines(c.currency, c.kinds, c.investors, NULL)
       FROM (SELECT i.currency, array_agg(CASE WHEN o.subtotal + o.tax > 0 THEN 'receivable' ELSE 'credit' END) AS kinds,
                    array_agg(i.investor_id) AS investors
               FROM unnest(p_invoices, p_subtotals, p_taxes) o(id, subtotal, tax) JOIN public.invoices i ON i.id = o.id
              GROUP BY i.currency) c;
    PERFORM FROM public.ledger_accounts a
      WHERE (a.investor_id, a.currency) IN (
                SELECT i.investor_id, i.currency FROM public.invoices i WHERE i.id = ANY (p_invoices))
        AND a.kind IN ('receivable', 'credit') ORDER BY a.id FOR NO KEY UPDATE;
END;
$$;

-- The same for one investor, as a credit note needs it.
CREATE OR REPLACE FUNCTION app.hold_account(p_kind text, p_currency text, p_investor uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.ledger_account(p_kind, p_currency, p_investor);
    PERFORM FROM public.ledger_accounts a WHERE a.investor_id = p_investor AND a.currency = p_currency
        AND a.kind IN ('receivable', 'credit') ORDER BY a.id FOR NO KEY UPDATE;
END;
$$;

-- Fees were earned when they accrued: an invoice moves them to what is owed. What it asks for units is principal due.
CREATE OR REPLACE FUNCTION app.post_invoices(p_invoices uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_currency text;
    v record;
    v_lines record;
BEGIN
    FOR v_currency IN SELECT DISTINCT i.currency FROM public.invoices i WHERE i.id = ANY (p_invoices) ORDER BY 1 LOOP
        SELECT array_agg('invoice:' || i.id ORDER BY o.n) AS keys, array_agg(i.issue_date ORDER BY o.n) AS days,
               array_agg(i.id ORDER BY o.n) AS ids, array_agg(i.number ORDER BY o.n) AS numbers,
               array_agg(p.principal ORDER BY o.n) AS principals
          INTO v FROM unnest(p_invoices) WITH ORDINALITY o(id, n) JOIN public.invoices i ON i.id = o.id
         CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount), 0) FROM public.invoice_lines l
                              WHERE l.invoice_id = i.id AND l.kind = 'investment') p(principal)
         WHERE i.currency = v_currency AND (i.total <> 0 OR i.tax <> 0 OR p.principal <> 0);
        SELECT array_agg(o.n::int ORDER BY o.n, x.k) AS entries, array_agg(x.account ORDER BY o.n, x.k) AS accounts,
               array_agg(x.amount ORDER BY o.n, x.k) AS amounts, array_agg(x.investor ORDER BY o.n, x.k) AS investors,
               array_agg(i.deal_id ORDER BY o.n, x.k) AS deals
          INTO v_lines
          FROM unnest(v.ids, v.principals) WITH ORDINALITY o(id, principal, n) JOIN public.invoices i ON i.id = o.id
         CROSS JOIN LATERAL (VALUES
                (1, CASE i.kind WHEN 'invoice' THEN 'receivable' ELSE 'credit' END, i.investor_id, i.total),
                (2, 'accrued_fees', i.investor_id, o.principal - i.subtotal),
                (3, 'principal_due', NULL::uuid, -o.principal),
                (4, 'vat', NULL::uuid, -i.tax)) AS x(k, account, investor, amount)
         WHERE x.amount <> 0;
        PERFORM app.post_entries('invoice_issued', v_currency, 'invoices', v.keys, v.days, v.ids, v.numbers, v_lines.entries,
            v_lines.accounts, v_lines.amounts, v_lines.investors, NULL, v_lines.deals);
    END LOOP;
END;
$$;

SELECT app.as_internal('app.issue_drafts(uuid[], uuid[], uuid[])');
SELECT app.as_internal('app.issue_draft(uuid, uuid[])');
SELECT app.as_internal('app.invoice_parties(uuid, public.receiving_accounts, date)');
SELECT app.as_internal('app.missing_to_issue(uuid, text)');
SELECT app.as_internal('app.fee_words(public.fee_events)');
SELECT app.as_internal('app.add_fee_lines(uuid[], jsonb[], uuid[], uuid[])');
SELECT app.as_internal('app.invoice_sums(uuid)');
SELECT app.as_internal('app.hold_accounts(uuid[], numeric[], numeric[])');
SELECT app.as_internal('app.hold_account(text, text, uuid)');
SELECT app.as_internal('app.post_invoices(uuid[])');
COMMENT ON FUNCTION app.issue_drafts(uuid[], uuid[], uuid[]) IS
    'Issue drafts with these accrued events: lines, taxes, parties, numbers, ledger. For definer functions.';
COMMENT ON FUNCTION app.issue_draft(uuid, uuid[]) IS 'Issue one draft with these accrued events. For definer functions.';
