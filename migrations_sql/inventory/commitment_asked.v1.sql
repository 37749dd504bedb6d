-- The subjects that staff decide about here: a commitment, and by themselves a hold or an allocation. Who prepared one, how
-- much counts with it, what is locked, and what its decision carries out. In the database, as fn_decide_approval is.
-- Internal.

-- Who entered a commitment, one whose place it took, or its hold, and how people are bound to what it rests on: the offer prices between its first hold
-- and itself, its fee plan, what was negotiated.
CREATE OR REPLACE FUNCTION app.parties_of_commitment(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE it AS (SELECT c.*, least(c.created_at, (SELECT min(r.created_at) FROM public.reservations r
                                                  WHERE r.commitment_id = c.id)) AS since
                  FROM public.deal_commitments c WHERE c.id = p_ask.entity_id),
    since AS (SELECT it.id, it.created_by FROM it
               UNION ALL
              SELECT e.id, e.created_by FROM since s JOIN public.deal_commitments e ON e.replaced_by = s.id)
    SELECT created_by, 'own_request' FROM since
    UNION ALL
    SELECT a.requested_by, 'own_request' FROM since s JOIN public.approvals a
        ON a.entity_type = 'deal_commitment' AND a.entity_id = s.id
    UNION ALL
    SELECT r.created_by, 'own_request' FROM public.reservations r WHERE r.commitment_id = p_ask.entity_id
    UNION ALL
    SELECT h.set_by, 'changed_price' FROM it CROSS JOIN LATERAL (
        SELECT o.set_by, o.set_at, lead(o.set_at) OVER (ORDER BY o.set_at, o.id) AS until
          FROM public.offer_prices o WHERE o.deal_id = it.deal_id) h
     WHERE h.set_at <= it.created_at AND (h.until IS NULL OR h.until > it.since)
    UNION ALL
    SELECT unnest(f.authors || f.changed_by), 'changed_plan' FROM it
      JOIN public.fee_plans f ON f.id = it.selected_fee_plan_id
    UNION ALL
    SELECT x.proposed_by, 'changed_plan' FROM it JOIN public.deal_changes x ON x.deal_id = it.deal_id AND x.status = 'applied'
       AND x.changes ->> x.kind = it.selected_fee_plan_id::text
    UNION ALL
    SELECT t.overrides_by, 'changed_override' FROM it JOIN public.investor_terms t ON t.deal_id = it.deal_id
       AND t.investor_id = it.investor_id AND t.id::text = (
           SELECT coalesce(s.terms_data ->> 'terms_id', t.id::text) FROM public.term_sheets s WHERE s.id = it.term_sheet_id)
     WHERE t.overrides IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION app.parties_of_hold(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT r.created_by, 'own_request' FROM public.reservations r WHERE r.id = p_ask.entity_id
$$;

-- What an investor has on a deal: in approval, approved, allocated. At the price that counts (app.counted_price).
CREATE OR REPLACE FUNCTION app.deal_exposure(p_deal_id uuid, p_investor_id uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(app.money_round(x.units * app.counted_price(p_deal_id, x.price), d.currency)), 0)
      FROM (SELECT r.requested_units AS units, r.proposed_unit_price AS price FROM public.reservations r
             WHERE r.deal_id = p_deal_id AND r.investor_id = p_investor_id AND r.status = 'pending'
               AND r.commitment_id IS NOT NULL  -- [1]
             UNION ALL
            SELECT a.units, a.unit_price FROM public.allocations a
             WHERE a.deal_id = p_deal_id AND a.investor_id = p_investor_id AND a.status <> 'rejected') x
      JOIN public.deals d ON d.id = p_deal_id
$$;

-- Nothing of this investor was approved before this one.
CREATE OR REPLACE FUNCTION app.is_first_of_investor(p_investor_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM public.deal_commitments c
                        WHERE c.investor_id = p_investor_id AND c.status = 'approved')
$$;

-- A commitment is part of what its investor has there; a hold or an allocation asked about by itself comes on top.
CREATE OR REPLACE FUNCTION app.counts_of_commitment(p_ask public.approvals, OUT counted numeric, OUT is_first boolean)
LANGUAGE sql STABLE AS $$
    SELECT app.deal_exposure(p_ask.deal_id, p_ask.investor_id), app.is_first_of_investor(p_ask.investor_id)
$$;
CREATE OR REPLACE FUNCTION app.counts_beside(p_ask public.approvals, OUT counted numeric, OUT is_first boolean)
LANGUAGE sql STABLE AS $$
    SELECT app.deal_exposure(p_ask.deal_id, p_ask.investor_id) + p_ask.amount, app.is_first_of_investor(p_ask.investor_id)
$$;

CREATE OR REPLACE FUNCTION app.lock_commitment_asked(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.lock_deal_asked(p_ask);
    PERFORM 1 FROM public.deal_commitments c WHERE c.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;
CREATE OR REPLACE FUNCTION app.lock_deal_asked(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.deals d WHERE d.id = p_ask.deal_id FOR KEY SHARE;
    PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
END;
$$;

-- The commitment moves with the decision, its holds become allocations or are free again, and everyone who acts for the
-- investor is told. Errors: those of fn_finalize_allocation, when it is approved; DL006 when it is decided already.
CREATE OR REPLACE FUNCTION app.commitment_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_status text := CASE p_outcome WHEN 'changes_asked' THEN 'under_review' ELSE p_outcome END;
    v_before text;
BEGIN
    SELECT c.status INTO v_before FROM public.deal_commitments c WHERE c.id = p_ask.entity_id;
    IF v_before IS NULL OR v_before NOT IN ('submitted', 'under_review') THEN
        RAISE EXCEPTION 'this commitment is decided' USING ERRCODE = 'DL006', DETAIL = coalesce(v_before, 'gone');
    END IF;
    UPDATE public.deal_commitments SET status = v_status, decision_note = coalesce(p_ask.notes, ''),
           decided_at = CASE WHEN v_status <> 'under_review' THEN p_ask.decided_at END
     WHERE id = p_ask.entity_id;
    PERFORM app.audit_write('commitment.' || p_outcome, 'deal_commitments', p_ask.entity_id, p_ask.deal_id,
        jsonb_build_object('status', v_before), jsonb_build_object('status', v_status, 'note', p_ask.notes));
    PERFORM app.tell_investor(p_ask.investor_id, 'commitment.' || p_outcome,
        CASE p_outcome WHEN 'changes_asked' THEN p_ask.id ELSE p_ask.entity_id END,
        app.commitment_facts(p_ask.entity_id) || jsonb_build_object('reason', p_ask.notes, 'by',
            (SELECT p.display_name FROM public.profiles p WHERE p.id = p_ask.decided_by)));
    IF p_outcome = 'approved' THEN
        -- The first that it pinned, or that was finalised for it already; the rest follow it.
        PERFORM public.fn_finalize_allocation((
            SELECT r.id FROM public.reservations r WHERE r.commitment_id = p_ask.entity_id
             ORDER BY r.status NOT IN ('pending', 'approved'), r.created_at, r.id LIMIT 1));
    ELSIF p_outcome = 'rejected' THEN
        PERFORM public.fn_release_commitment(p_ask.entity_id);
    END IF;
END;
$$;

SELECT app.as_internal('app.parties_of_commitment(public.approvals)');
SELECT app.as_internal('app.parties_of_hold(public.approvals)');
SELECT app.as_internal('app.deal_exposure(uuid, uuid)');
SELECT app.as_internal('app.is_first_of_investor(uuid)');
SELECT app.as_internal('app.counts_of_commitment(public.approvals)');
SELECT app.as_internal('app.counts_beside(public.approvals)');
SELECT app.as_internal('app.lock_commitment_asked(public.approvals)');
SELECT app.as_internal('app.lock_deal_asked(public.approvals)');
SELECT app.as_internal('app.commitment_decided(public.approvals, text)');
SELECT app.register_subject('deal_commitment', p_locks => 'app.lock_commitment_asked', p_hash => 'app.commitment_hash',
    p_parties => 'app.parties_of_commitment', p_counts => 'app.counts_of_commitment', p_decided => 'app.commitment_decided');
SELECT app.register_subject('reservation', p_locks => 'app.lock_deal_asked', p_parties => 'app.parties_of_hold',
                            p_counts => 'app.counts_beside');
SELECT app.register_subject('allocation', p_locks => 'app.lock_deal_asked', p_counts => 'app.counts_beside');
