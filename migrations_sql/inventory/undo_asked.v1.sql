-- The subject allocation_undo: once two people approved it, an allocation gives its units back to its lots and its entry is
-- corrected away, as if nothing had been held. In the database, in the decision's own transaction: units, position, and what
-- apps above hang on it (fees voided and credited) happen together or not at all.
-- The allocation becomes rejected, so that its units count no more anywhere, and undone_at says that it was given before. The
-- commitment ends when nothing of it is left. What was negotiated with the investor stays, and so does the hold: both are history.
-- Locks, in order: deal row (NO KEY UPDATE: accruals, exits and undoing of a deal follow each other) -> the investor -> the
-- undo -> what apps above must hold before the allocation, by their triggers on allocation_undos -> the allocation -> its lots
-- -> the position -> what those apps' triggers on allocations lock.
-- Internal. Errors: DL006 decided already; 22023 as fn_propose_undo.
CREATE OR REPLACE FUNCTION app.lock_undo(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.deals d WHERE d.id = p_ask.deal_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.allocation_undos u WHERE u.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

CREATE OR REPLACE FUNCTION app.parties_of_undo(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT u.proposed_by, 'own_request' FROM public.allocation_undos u WHERE u.id = p_ask.entity_id AND u.proposed_by IS NOT NULL
$$;

-- The allocation is part of what its investor has there, so that nothing comes on top.
CREATE OR REPLACE FUNCTION app.counts_of_undo(p_ask public.approvals, OUT counted numeric, OUT is_first boolean)
LANGUAGE sql STABLE AS $$ SELECT app.deal_exposure(p_ask.deal_id, p_ask.investor_id), false $$;

CREATE OR REPLACE FUNCTION app.undo_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_it public.allocation_undos;
BEGIN
    UPDATE public.allocation_undos SET status = p_outcome, decided_at = p_ask.decided_at, decided_by = p_ask.decided_by
     WHERE id = p_ask.entity_id AND status = 'proposed' RETURNING * INTO v_it;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        PERFORM app.carry_out_undo(v_it);
        PERFORM app.tell_of_undo(v_it, p_ask.id);
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION app.carry_out_undo(p_it public.allocation_undos) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.allocations := app.check_undo(p_it.allocation_id);
BEGIN
    PERFORM app.give_back_allocation(v.id);
    PERFORM app.enter_positions(jsonb_agg(jsonb_build_object('investor_id', e.investor_id, 'vehicle_id', e.vehicle_id,
            'deal_id', e.deal_id, 'allocation_id', v.id, 'units', -e.units, 'cost', -e.cost, 'effective_date', e.effective_date,
            'cause', 'correction', 'key', 'undo:' || e.id, 'corrects_id', e.id, 'reason', p_it.reason)))  -- [1]
       FROM public.position_entries e WHERE e.allocation_id = v.id;
    UPDATE public.allocations SET status = 'rejected', undone_at = p_it.decided_at WHERE id = v.id;
    UPDATE public.deal_commitments c SET status = 'cancelled', undone_at = p_it.decided_at, decision_note = p_it.reason
     WHERE c.id = v.commitment_id AND c.status = 'approved'
       AND NOT EXISTS (SELECT FROM public.allocations a WHERE a.commitment_id = c.id AND a.status <> 'rejected');
    PERFORM app.audit_write('allocation.undone', 'allocations', v.id, v.deal_id, jsonb_build_object('status', v.status),
        jsonb_build_object('status', 'rejected', 'reason', p_it.reason, 'undo_id', p_it.id, 'lots', (
            SELECT jsonb_object_agg(i.lot_id, i.units::text) FROM public.allocation_lot_items i WHERE i.allocation_id = v.id)));
END;
$$;

-- Adds what an allocation took to its lots again: in the same moment it can be bought.
CREATE OR REPLACE FUNCTION app.give_back_allocation(p_allocation_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.share_lots l
      WHERE l.id IN (SELECT i.lot_id FROM public.allocation_lot_items i WHERE i.allocation_id = p_allocation_id)
      ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE;
    UPDATE public.share_lots l
       SET units_remaining = l.units_remaining + i.units,
           status = CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END
      FROM public.allocation_lot_items i WHERE i.allocation_id = p_allocation_id AND i.lot_id = l.id;
END;
$$;

-- Everybody who acts for the investor is told, and on staff the relationship manager, whoever proposed it and whoever had
-- approved what is undone. The last approver knows.
CREATE OR REPLACE FUNCTION app.tell_of_undo(p_it public.allocation_undos, p_approval_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_facts jsonb;
    v_commitment uuid;
BEGIN
    SELECT jsonb_strip_nulls(jsonb_build_object('deal_id', d.id, 'deal', d.name, 'investor_id', i.id, 'investor', i.legal_name,
               'units', trim_scale(a.units)::text, 'amount', app.amount_of(a.units, a.unit_price, d.currency)::text,
               'currency', d.currency, 'reason', p_it.reason, 'commitment_id', a.commitment_id)), a.commitment_id
      INTO v_facts, v_commitment
      FROM public.allocations a JOIN public.deals d ON d.id = a.deal_id JOIN public.investors i ON i.id = a.investor_id
     WHERE a.id = p_it.allocation_id;
    PERFORM app.tell_investor(p_it.investor_id, 'allocation.undone', p_it.id, v_facts);
    INSERT INTO public.notices (user_id, kind, entity_id, facts, created_at)
    SELECT p.id, 'approval.undone', p_it.id, v_facts - 'investor_id' - 'commitment_id'
               || jsonb_build_object('approval_id', p_approval_id), clock_timestamp()
      FROM public.profiles p
     WHERE p.is_active AND p.role LIKE 'staff%' AND p.id <> app.system_profile() AND p.id IS DISTINCT FROM app.uid()
       AND (p.id = p_it.proposed_by
            OR EXISTS (SELECT FROM public.investors i WHERE i.id = p_it.investor_id AND i.rm_id = p.id)
            OR EXISTS (SELECT FROM public.approvals a WHERE a.decided_by = p.id AND a.status = 'approved'
                          AND a.entity_id IN (v_commitment, p_it.id)))
     ORDER BY p.id
    ON CONFLICT (user_id, kind, entity_id) DO NOTHING;
END;
$$;
SELECT app.as_internal('app.lock_undo(public.approvals)');
SELECT app.as_internal('app.parties_of_undo(public.approvals)');
SELECT app.as_internal('app.counts_of_undo(public.approvals)');
SELECT app.as_internal('app.undo_decided(public.approvals, text)');
SELECT app.as_internal('app.carry_out_undo(public.allocation_undos)');
SELECT app.as_internal('app.give_back_allocation(uuid)');
SELECT app.as_internal('app.tell_of_undo(public.allocation_undos, uuid)');
SELECT app.register_subject('allocation_undo', p_locks => 'app.lock_undo', p_hash => 'app.undo_hash',
    p_parties => 'app.parties_of_undo', p_counts => 'app.counts_of_undo', p_decided => 'app.undo_decided',
    p_may_ask_changes => false);
