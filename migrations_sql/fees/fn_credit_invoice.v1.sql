-- Answers an issued invoice, whole or in part, with a credit note: negated lines that name the lines they answer. In the
-- database, because an invoice may be paid while it is credited, and two people may credit one line at once.
-- p_lines is an array of {"line": id, "amount": "12.34"}; null credits all that is left. "left" beside them is what the line had
-- left when it was shown: where it has less now, a form that was sent twice is not carried out twice. Never more than a line has left, or its invoice,
-- and never a cent more tax than the invoice took: the last part of a rate takes what is left of its tax.
-- What the invoice has open is taken off first (a payment of method credit_note); the rest becomes the investor's credit.
-- Each credited fee has an event of its own that answers it, with its entry in the ledger; once nothing of a fee's line is
-- left, all of them are voided and their entries reversed. The key of the fee stays used.
-- No fee comes to less than nothing: what an adjustment took off it, billed or not, is not credited once more. Undoing an
-- allocation takes all papers of its fees together, and looks at their sum (fees/undo_fees).
-- Locks in order: the invoice (NO KEY UPDATE) -> its fees by id (NO KEY UPDATE) -> the investor's accounts by id -> the row of
-- the number series.
-- Errors: 42501 not administrators or operations, or not there; 22023 with DETAIL reason, draft, credit_note, credited
-- (nothing is left), line (none of this invoice, or twice), amount, changed ("left" is not what a line
-- has left), adjusted (a fee has less left than that); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_credit_invoice(p_invoice uuid, p_reason text, p_lines jsonb DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v_note uuid;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' AND app.role() IS DISTINCT FROM 'staff_ops' THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    END IF;
    v_note := app.credit_invoice(p_invoice, p_reason, p_lines);
    IF EXISTS (SELECT FROM app.fees_of(p_invoice) f(id) WHERE app.fee_left(f.id) < 0) THEN  -- [5]
        RAISE EXCEPTION 'an adjustment took that off already' USING ERRCODE = '22023', DETAIL = 'adjusted';
    END IF;
    RETURN v_note;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- The fees that an invoice bills: of an adjustment, the one that it adjusts.
CREATE OR REPLACE FUNCTION app.fees_of(p_invoice uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT coalesce(e.adjusts_id, e.id) FROM public.invoice_lines l JOIN public.fee_events e ON e.id = l.fee_event_id
     WHERE l.invoice_id = p_invoice
$$;

-- The same without asking who. Internal.
CREATE OR REPLACE FUNCTION app.credit_invoice(p_invoice uuid, p_reason text, p_lines jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v public.invoices;
    v_note uuid;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice FOR NO KEY UPDATE;  -- [1]
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    ELSIF v.status = 'draft' OR v.kind <> 'invoice' THEN
        RAISE EXCEPTION 'only an issued invoice is credited'
            USING ERRCODE = '22023', DETAIL = CASE WHEN v.status = 'draft' THEN 'draft' ELSE 'credit_note' END;
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    -- Whoever adjusts one of them meanwhile waits, and then counts on what was credited.
    PERFORM FROM public.fee_events e WHERE e.id IN (SELECT f FROM app.fees_of(p_invoice) f) ORDER BY e.id FOR NO KEY UPDATE;  -- [6]
    PERFORM app.check_credit(v, p_lines);
    INSERT INTO public.invoices (investor_id, deal_id, currency, kind, generated_from, credits_id, parties,
                                 receiving_account_id, note)
    VALUES (v.investor_id, v.deal_id, v.currency, 'credit_note', 'credit', v.id, v.parties, v.receiving_account_id, btrim(p_reason))
    RETURNING id INTO v_note;
    PERFORM app.add_credit_lines(v, v_note, p_lines, btrim(p_reason));
    RETURN app.issue_credit(v, v_note);
END;
$$;

-- What each line of an invoice has left to credit.
CREATE OR REPLACE FUNCTION app.creditable_lines(p_invoice uuid) RETURNS TABLE (line_id uuid, left_over numeric)
LANGUAGE sql STABLE AS $$
    SELECT l.id, l.amount + coalesce((SELECT sum(c.amount) FROM public.invoice_lines c WHERE c.credits_line_id = l.id), 0)
      FROM public.invoice_lines l WHERE l.invoice_id = p_invoice
$$;

-- Lines and amounts to credit, as asked or all that is left.
CREATE OR REPLACE FUNCTION app.asked_credit(p_invoice uuid, p_lines jsonb) RETURNS TABLE (line_id uuid, amount numeric)
LANGUAGE sql STABLE AS $$
    SELECT c.line_id, c.left_over FROM app.creditable_lines(p_invoice) c WHERE p_lines IS NULL AND c.left_over <> 0
    UNION ALL
    SELECT (x ->> 'line')::uuid, (x ->> 'amount')::numeric FROM jsonb_array_elements(p_lines) x
$$;

-- Errors: 22023, as above.
CREATE OR REPLACE FUNCTION app.check_credit(p_invoice public.invoices, p_lines jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v record;
BEGIN
    IF p_lines IS NOT NULL AND jsonb_typeof(p_lines) <> 'array' THEN
        RAISE EXCEPTION 'lines are an array' USING ERRCODE = '22023', DETAIL = 'line';
    END IF;
    SELECT count(*) AS asked, count(DISTINCT a.line_id) FILTER (WHERE c.line_id IS NOT NULL) AS known,
           coalesce(bool_and(a.amount <> 0 AND a.amount = app.money_round(a.amount, p_invoice.currency)
               AND sign(a.amount) = sign(c.left_over) AND abs(a.amount) <= abs(c.left_over)), false) AS sound,  -- [2]
           sum(a.amount) AS total
      INTO v FROM app.asked_credit(p_invoice.id, p_lines) a
      LEFT JOIN app.creditable_lines(p_invoice.id) c ON c.line_id = a.line_id;
    IF v.asked = 0 THEN
        RAISE EXCEPTION 'nothing is left to credit' USING ERRCODE = '22023', DETAIL = 'credited';
    ELSIF v.known <> v.asked THEN
        RAISE EXCEPTION 'each line is one of this invoice, once' USING ERRCODE = '22023', DETAIL = 'line';
    ELSIF EXISTS (SELECT FROM jsonb_array_elements(p_lines) x
                    JOIN app.creditable_lines(p_invoice.id) c ON c.line_id = (x ->> 'line')::uuid
                   WHERE x ? 'left' AND (x ->> 'left')::numeric IS DISTINCT FROM c.left_over) THEN  -- [7]
        RAISE EXCEPTION 'somebody credited a part of that meanwhile' USING ERRCODE = '22023', DETAIL = 'changed';
    ELSIF NOT v.sound OR v.total <= 0 THEN
        RAISE EXCEPTION 'no more is credited than a line has left' USING ERRCODE = '22023', DETAIL = 'amount';
    END IF;
END;
$$;

-- The lines of a credit note, the events that answer events, and its taxes.
CREATE OR REPLACE FUNCTION app.add_credit_lines(p_invoice public.invoices, p_note uuid, p_lines jsonb, p_reason text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT l.*, a.amount AS credited, c.left_over, row_number() OVER (ORDER BY l.position)::int AS place
               FROM app.asked_credit(p_invoice.id, p_lines) a JOIN public.invoice_lines l ON l.id = a.line_id
               JOIN app.creditable_lines(p_invoice.id) c ON c.line_id = l.id ORDER BY l.position LOOP
        INSERT INTO public.invoice_lines (invoice_id, kind, description, amount, fee_event_id, position, vat_rate_bps,
                                          credits_line_id)
        VALUES (p_note, v.kind, v.description, -v.credited,
                app.answer_event(v.fee_event_id, v.credited, v.left_over, 'credit:' || p_note, p_reason),
                v.place, v.vat_rate_bps, v.id);
        IF v.credited = v.left_over THEN
            PERFORM app.void_line_events(v.id, p_reason);
        END IF;
    END LOOP;
    INSERT INTO public.invoice_taxes (invoice_id, rate_bps, treatment, base, amount)
    SELECT p_note, x.rate_bps, x.treatment, -x.net, -CASE WHEN x.net = x.net_left THEN x.tax_left  -- [3]
               ELSE least(app.vat_of(x.net, x.rate_bps, p_invoice.currency), x.tax_left) END
      FROM (SELECT t.rate_bps, t.treatment, -sum(c.amount) AS net,
                   t.base + coalesce((SELECT sum(b.base) FROM public.invoice_taxes b JOIN public.invoices i ON i.id = b.invoice_id
                                       WHERE i.credits_id = p_invoice.id AND b.rate_bps = t.rate_bps), 0) AS net_left,
                   t.amount + coalesce((SELECT sum(b.amount) FROM public.invoice_taxes b JOIN public.invoices i ON i.id = b.invoice_id
                                         WHERE i.credits_id = p_invoice.id AND b.rate_bps = t.rate_bps), 0) AS tax_left
              FROM public.invoice_lines c JOIN public.invoice_taxes t ON t.invoice_id = p_invoice.id AND t.rate_bps = c.vat_rate_bps
             WHERE c.invoice_id = p_note GROUP BY t.rate_bps, t.treatment, t.base, t.amount) x;
END;
$$;

-- The event that takes an amount off one that was billed, with its entry; null for a line without an event.
CREATE OR REPLACE FUNCTION app.answer_event(p_event uuid, p_credited numeric, p_left numeric, p_occasion text, p_reason text)
RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v public.fee_events;
BEGIN
    SELECT e.* INTO v FROM public.fee_events e WHERE e.id = p_event;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.fee_events (deal_id, investor_id, fee_component_id, event_date, period_start, period_end, computed_amount,
        currency, status, kind, allocation_id, commitment_id, occasion, vat_rate_bps, adjusts_id, derivation)
    VALUES (v.deal_id, v.investor_id, v.fee_component_id, app.house_day(clock_timestamp()), v.period_start, v.period_end,
        -p_credited, v.currency, 'invoiced', v.kind, v.allocation_id, v.commitment_id, p_occasion || '/' || v.id,
        v.vat_rate_bps, p_event, jsonb_build_object('method', 'correction', 'formula', 'right − accrued', 'convention', NULL,
            'rounding', NULL, 'terms_version', v.derivation -> 'terms_version', 'reason', p_reason,
            'inputs', jsonb_build_object('right', (p_left - p_credited)::text, 'accrued', p_left::text)))
    RETURNING * INTO v;
    PERFORM app.post_entry('fee_accrued', 'fee_event:' || v.id, v.event_date, v.currency, 'fee_events', v.id, '',
        jsonb_build_array(
            jsonb_build_object('account', 'accrued_fees', 'investor', v.investor_id, 'deal', v.deal_id, 'amount', (-p_credited)::text),
            jsonb_build_object('account', 'fee_income_' || CASE v.kind WHEN 'spread_markup' THEN 'spread' ELSE v.kind END,
                               'deal', v.deal_id, 'amount', p_credited::text)));
    RETURN v.id;
END;
$$;

-- Voids the event of a line and those that answered it, of which nothing is left together, and reverses their entries.
CREATE OR REPLACE FUNCTION app.void_line_events(p_line uuid, p_reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_events constant uuid[] := ARRAY(
        SELECT l.fee_event_id FROM public.invoice_lines l
         WHERE p_line IN (l.id, l.credits_line_id) AND l.fee_event_id IS NOT NULL ORDER BY 1);
BEGIN
    UPDATE public.fee_events SET status = 'voided', void_reason = p_reason WHERE id = ANY (v_events);
    PERFORM app.reverse_entry(e.id, 'void:' || e.source_id, e.asked_date, '')
       FROM public.ledger_entries e JOIN unnest(v_events) v(id) ON e.key = 'fee_event:' || v.id;
END;
$$;

-- Totals, number, what is taken off the invoice, and the ledger.
CREATE OR REPLACE FUNCTION app.issue_credit(p_invoice public.invoices, p_note uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_moment constant timestamptz := clock_timestamp();
    v_today constant date := app.house_day(v_moment);
    v_net constant numeric := (SELECT sum(l.amount) FROM public.invoice_lines l WHERE l.invoice_id = p_note);
    v_tax constant numeric := (SELECT sum(t.amount) FROM public.invoice_taxes t WHERE t.invoice_id = p_note);
    v_applied constant numeric := least(-v_net - v_tax, app.invoice_open_amount(p_invoice.id));
    v_left constant numeric := p_invoice.total + (
        SELECT coalesce(sum(c.total), 0) FROM public.invoices c WHERE c.credits_id = p_invoice.id AND c.number IS NOT NULL);
    v_number text;
    v_lines jsonb;
BEGIN
    -- A line may have more left than its invoice, where another one takes something off.
    IF -v_net - v_tax > v_left THEN  -- [4]
        RAISE EXCEPTION 'no more is credited than the invoice asks for' USING ERRCODE = '22023', DETAIL = 'amount';
    END IF;
    PERFORM app.hold_account('receivable', p_invoice.currency, p_invoice.investor_id);
    IF v_applied < -v_net - v_tax THEN
        PERFORM app.hold_account('credit', p_invoice.currency, p_invoice.investor_id);
    END IF;
    IF v_applied > 0 THEN
        INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, status, credited_from_id)
        VALUES (p_invoice.investor_id, p_invoice.id, v_applied, p_invoice.currency, v_moment, 'credit_note', 'applied', p_note);
        PERFORM app.settle_invoice(p_invoice.id);
    END IF;
    SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('account', x.account, 'investor', x.investor,
                                                          'deal', p_invoice.deal_id, 'amount', x.amount::text))) INTO v_lines
      FROM (VALUES ('receivable', p_invoice.investor_id, -v_applied),
                   ('credit', p_invoice.investor_id, v_net + v_tax + v_applied), ('vat', NULL::uuid, -v_tax)
             UNION ALL
            SELECT CASE WHEN l.kind = 'investment' THEN 'principal_due' ELSE 'accrued_fees' END,
                   CASE WHEN l.kind <> 'investment' THEN p_invoice.investor_id END, -sum(l.amount)
              FROM public.invoice_lines l WHERE l.invoice_id = p_note GROUP BY 1, 2) AS x(account, investor, amount)
     WHERE x.amount <> 0;
    v_number := app.next_number('CRN', v_today);
    UPDATE public.invoices SET (number, reference, status, subtotal, tax, total, issue_date, due_date, issued_at, issued_by)
        = (v_number, app.rf_reference(v_number), 'paid', v_net, v_tax, v_net + v_tax, v_today, v_today, v_moment, app.uid())
     WHERE id = p_note;
    PERFORM app.post_entry('credit_note', 'invoice:' || p_note, v_today, p_invoice.currency, 'invoices', p_note, v_number, v_lines);
    RETURN p_note;
END;
$$;
SELECT app.as_internal('app.fees_of(uuid)');
SELECT app.as_internal('app.credit_invoice(uuid, text, jsonb)');
SELECT app.as_internal('app.creditable_lines(uuid)');
SELECT app.as_internal('app.asked_credit(uuid, jsonb)');
SELECT app.as_internal('app.check_credit(public.invoices, jsonb)');
SELECT app.as_internal('app.add_credit_lines(public.invoices, uuid, jsonb, text)');
SELECT app.as_internal('app.answer_event(uuid, numeric, numeric, text, text)');
SELECT app.as_internal('app.void_line_events(uuid, text)');
SELECT app.as_internal('app.issue_credit(public.invoices, uuid)');
SELECT app.as_definer('public.fn_credit_invoice(uuid, text, jsonb)', 'verso_app');
COMMENT ON FUNCTION public.fn_credit_invoice(uuid, text, jsonb) IS
    'Answer an issued invoice with a credit note, whole or line by line; the note. For administrators and operations.';
