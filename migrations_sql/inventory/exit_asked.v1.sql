-- The subject deal_exit: with its approval every allocation gives its units and its cost pro rata, and what it got is
-- written down. In the database, in the decision's own transaction: neither happens without the other.
-- Locks, in order: deal row (NO KEY UPDATE: two exits of one deal follow each other, reserving goes on) -> the exit ->
-- positions by investor and vehicle.
-- Internal. Errors: DL006 decided already; 22023 as fn_propose_exit; 23514 a position would fall below zero.
CREATE OR REPLACE FUNCTION app.lock_exit(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.deals d WHERE d.id = p_ask.deal_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.deal_exits e WHERE e.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

CREATE OR REPLACE FUNCTION app.parties_of_exit(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT e.proposed_by, 'own_request' FROM public.deal_exits e WHERE e.id = p_ask.entity_id AND e.proposed_by IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION app.exit_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_it public.deal_exits;
BEGIN
    SELECT e.* INTO v_it FROM public.deal_exits e WHERE e.id = p_ask.entity_id AND e.status = 'proposed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this exit is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        PERFORM app.check_exit(v_it.deal_id, v_it.exit_date, v_it.fraction, v_it.unit_price);
        PERFORM app.carry_out_exit(v_it);
    END IF;
    UPDATE public.deal_exits SET status = p_outcome, decided_at = p_ask.decided_at, decided_by = p_ask.decided_by
     WHERE id = v_it.id;
END;
$$;

CREATE OR REPLACE FUNCTION app.carry_out_exit(p_it public.deal_exits) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.deal_exit_items (exit_id, deal_id, allocation_id, investor_id, exit_date, unit_price, units, cost,
                                        proceeds, currency)
    SELECT p_it.id, p_it.deal_id, i.allocation_id, i.investor_id, p_it.exit_date, p_it.unit_price, i.units, i.cost,
           i.proceeds, d.currency
      FROM public.deals d, app.exit_items(d.id, p_it.exit_date, p_it.fraction, p_it.unit_price) i WHERE d.id = p_it.deal_id;
    PERFORM app.enter_positions(jsonb_agg(jsonb_build_object('investor_id', i.investor_id, 'vehicle_id', e.vehicle_id,
            'deal_id', p_it.deal_id, 'allocation_id', i.allocation_id, 'units', -i.units, 'cost', -i.cost,
            'effective_date', p_it.exit_date, 'cause', 'exit', 'key', 'exit:' || p_it.id || ':' || i.allocation_id)))
      FROM public.deal_exit_items i JOIN public.position_entries e ON e.key = 'allocation:' || i.allocation_id
     WHERE i.exit_id = p_it.id;
END;
$$;
SELECT app.as_internal('app.lock_exit(public.approvals)');
SELECT app.as_internal('app.parties_of_exit(public.approvals)');
SELECT app.as_internal('app.exit_decided(public.approvals, text)');
SELECT app.as_internal('app.carry_out_exit(public.deal_exits)');
SELECT app.register_subject('deal_exit', p_locks => 'app.lock_exit', p_hash => 'app.exit_hash',
    p_parties => 'app.parties_of_exit', p_decided => 'app.exit_decided', p_may_ask_changes => false);
