-- The subject write_off: approved, what was proposed is applied to the invoice and leaves what the investor owes. In the
-- database, in the decision's own transaction: neither happens without the other, and an invoice that was paid or credited
-- meanwhile is not the one that was decided about. VAT stays as it was declared: a credit note corrects it.
-- Locks, in order: the investor -> the invoice -> the write-off (all NO KEY UPDATE) -> (its approvals) -> the allocation that
-- the invoice funds -> the investor's account.
-- Internal. Errors: DL006 decided already; 22023 as fn_propose_write_off.
CREATE OR REPLACE FUNCTION app.lock_write_off(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.invoices i JOIN public.write_offs w ON w.invoice_id = i.id WHERE w.id = p_ask.entity_id
        FOR NO KEY UPDATE OF i;  -- [1]
    PERFORM 1 FROM public.write_offs w WHERE w.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

-- Whoever proposed it; and of one that a single person decides, whoever changed the limit or tolerance it keeps to within 30
-- days, where there is another administrator: nobody raises a limit and then decides by it.
CREATE OR REPLACE FUNCTION app.parties_of_write_off(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT w.proposed_by, 'own_request' FROM public.write_offs w WHERE w.id = p_ask.entity_id AND w.proposed_by IS NOT NULL
    UNION
    SELECT s.changed_by, 'changed_limit'
      FROM public.write_offs w
     CROSS JOIN LATERAL (SELECT CASE w.kind WHEN 'bank_fee' THEN 'bank_fee_tolerance' ELSE 'write_off_limit' END) k(name)
      JOIN public.house_settings s ON s.key IN (k.name, k.name || ':' || w.currency)
     WHERE w.id = p_ask.entity_id AND p_ask.steps_needed = 1 AND s.changed_at > clock_timestamp() - interval '30 days'  -- [4]
       AND EXISTS (SELECT FROM public.profiles p WHERE p.role = 'staff_admin' AND p.is_active
                      AND p.id NOT IN (s.changed_by, app.system_profile()))  -- [5]
$$;

-- Write-offs are the administrators'. What a bank kept is small, and is decided as any amount is.
CREATE OR REPLACE FUNCTION app.refuses_write_off(p_ask public.approvals) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT 'administrators' FROM public.write_offs w
     WHERE w.id = p_ask.entity_id AND w.kind = 'write_off' AND app.role() IS DISTINCT FROM 'staff_admin'  -- [2]
$$;

CREATE OR REPLACE FUNCTION app.write_off_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.write_offs;
    v_payment uuid;
BEGIN
    SELECT w.* INTO v FROM public.write_offs w WHERE w.id = p_ask.entity_id AND w.status = 'proposed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this write-off is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        IF v.kind = 'bank_fee' THEN
            PERFORM app.check_bank_charges(v.invoice_id, v.amount, v.bank_transaction_id);  -- [3]
        END IF;
        v_payment := app.apply_write_off(v);
    END IF;
    UPDATE public.write_offs SET status = p_outcome, decided_by = p_ask.decided_by, decided_at = p_ask.decided_at,
           payment_id = v_payment WHERE id = v.id;
END;
$$;

-- Applies it to its invoice, which the caller holds: payment, entry, status. Gives the payment.
CREATE OR REPLACE FUNCTION app.apply_write_off(p_it public.write_offs) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v public.invoices;
    v_id uuid;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_it.invoice_id;
    INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, status)
    VALUES (v.investor_id, v.id, p_it.amount, v.currency, clock_timestamp(), p_it.kind, 'applied') RETURNING id INTO v_id;
    PERFORM app.settle_invoice(v.id);
    PERFORM app.post_entry(p_it.kind, 'payment:' || v_id, app.house_day(clock_timestamp()), v.currency, 'payments', v_id, v.number,
        jsonb_build_array(
            jsonb_build_object('account', CASE p_it.kind WHEN 'bank_fee' THEN 'bank_charges' ELSE 'write_offs' END,
                               'deal', v.deal_id, 'amount', p_it.amount::text),
            jsonb_build_object('account', 'receivable', 'investor', v.investor_id, 'deal', v.deal_id,
                               'amount', (-p_it.amount)::text)));
    RETURN v_id;
END;
$$;
SELECT app.as_internal('app.lock_write_off(public.approvals)');
SELECT app.as_internal('app.parties_of_write_off(public.approvals)');
SELECT app.as_internal('app.refuses_write_off(public.approvals)');
SELECT app.as_internal('app.write_off_decided(public.approvals, text)');
SELECT app.as_internal('app.apply_write_off(public.write_offs)');
SELECT app.register_subject('write_off', p_locks => 'app.lock_write_off', p_hash => 'app.write_off_hash',
    p_parties => 'app.parties_of_write_off', p_decided => 'app.write_off_decided', p_may_ask_changes => false);
SELECT app.subject_refuses_by('write_off', 'app.refuses_write_off');
