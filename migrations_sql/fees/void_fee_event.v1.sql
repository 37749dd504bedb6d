-- What answers a fee event that was wrong: it is voided while nobody was billed for it, or adjusted by another event. In the
-- database, because event and ledger change together. Its key stays used: nothing accrues in its place.
-- For administrators and operations, and the owner. Locks, in order: the event (FOR UPDATE) -> what the ledger locks.
-- Errors: 42501 for others and for an event that is not there; 22023 with DETAIL reason (none given), status (not accrued any
-- more), adjusted (events that adjust it count on it), amount (no change, below zero, or none that its currency knows).
CREATE OR REPLACE FUNCTION app.void_fee_event(p_event uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.fee_events := app.lock_fee_event(p_event, p_reason);
BEGIN
    IF v.status <> 'accrued' THEN
        RAISE EXCEPTION 'only what is accrued can be voided' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF EXISTS (SELECT FROM public.fee_events e WHERE e.adjusts_id = p_event AND e.status <> 'voided') THEN
        RAISE EXCEPTION 'events that adjust this one are voided first' USING ERRCODE = '22023', DETAIL = 'adjusted';
    END IF;
    UPDATE public.fee_events SET status = 'voided', void_reason = p_reason WHERE id = p_event;
    PERFORM app.reverse_entry(l.id, 'void:' || p_event, l.asked_date, '')
       FROM public.ledger_entries l WHERE l.key = 'fee_event:' || p_event;
END;
$$;

-- The event, locked. Errors: 42501, 22023 reason, as above.
CREATE OR REPLACE FUNCTION app.lock_fee_event(p_event uuid, p_reason text) RETURNS public.fee_events
LANGUAGE plpgsql AS $$
DECLARE
    v public.fee_events;
BEGIN
    SELECT e.* INTO v FROM public.fee_events e WHERE e.id = p_event FOR UPDATE;  -- [1]
    IF NOT FOUND OR NOT (coalesce(app.role() IN ('staff_admin', 'staff_ops'), false)
                         OR app.uid() IS NULL AND app.may_run_jobs()) THEN
        RAISE EXCEPTION 'this event is not here, or not yours to change' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') = '' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    RETURN v;
END;
$$;
SELECT app.as_internal('app.lock_fee_event(uuid, text)');
SELECT app.as_definer('app.void_fee_event(uuid, text)', 'verso_app');
COMMENT ON FUNCTION app.void_fee_event(uuid, text) IS 'Void an accrued fee event with a reason; its ledger entry is reversed.';

-- What is left of a fee: its event, those that adjust it, and those by which credit notes answered either.
CREATE OR REPLACE FUNCTION app.fee_left(p_event uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(e.computed_amount), 0) FROM public.fee_events e
     WHERE e.status <> 'voided' AND (e.id = p_event OR e.adjusts_id = p_event OR e.adjusts_id IN (
           SELECT a.id FROM public.fee_events a WHERE a.adjusts_id = p_event))
$$;
SELECT app.as_internal('app.fee_left(uuid)');

-- Another event that brings one to its right amount, which is never below zero: an adjustment takes off no more than the fee.
-- Its id. What was adjusted and credited already counts. The day is today's.
CREATE OR REPLACE FUNCTION app.adjust_fee_event(p_event uuid, p_right numeric, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.fee_events := app.lock_fee_event(p_event, p_reason);
    v_derivation jsonb;
    v_accrued numeric;
    v_id uuid;
BEGIN
    v_accrued := app.fee_left(p_event);  -- [2]
    IF v.status = 'voided' OR v.adjusts_id IS NOT NULL OR v.house_only THEN
        RAISE EXCEPTION 'this event is not adjusted' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF NOT coalesce(p_right >= 0 AND p_right < 1e15 AND p_right = app.money_round(p_right, v.currency)  -- [3]
                       AND p_right <> v_accrued, false) THEN
        RAISE EXCEPTION 'an adjustment changes the amount, not below zero, in whole units of its currency'
            USING ERRCODE = '22023', DETAIL = 'amount';
    END IF;
    v_derivation := jsonb_build_object('method', 'correction', 'formula', 'right − accrued', 'convention', NULL, 'rounding', NULL,
        'terms_version', v.derivation -> 'terms_version', 'reason', p_reason,
        'inputs', jsonb_build_object('right', p_right::text, 'accrued', v_accrued::text));
    INSERT INTO public.fee_events (deal_id, investor_id, fee_component_id, event_date, period_start, period_end, base_amount,
        computed_amount, currency, status, kind, allocation_id, commitment_id, occasion, vat_rate_bps, derivation, adjusts_id)
    VALUES (v.deal_id, v.investor_id, v.fee_component_id, app.effective_day(clock_timestamp()), v.period_start, v.period_end,
        v.base_amount, app.fee_of(v_derivation, v.currency), v.currency, 'accrued', v.kind, v.allocation_id, v.commitment_id,
        'adjusts:' || p_event || '/' || (SELECT count(*) + 1 FROM public.fee_events e WHERE e.adjusts_id = p_event),
        v.vat_rate_bps, v_derivation, p_event)
    RETURNING id INTO v_id;
    PERFORM app.post_fee_events(ARRAY[v_id]);
    RETURN v_id;
END;
$$;
SELECT app.as_definer('app.adjust_fee_event(uuid, numeric, text)', 'verso_app');
COMMENT ON FUNCTION app.adjust_fee_event(uuid, numeric, text) IS
    'Bring a fee event to its right amount by another event, with a reason; its id.';
