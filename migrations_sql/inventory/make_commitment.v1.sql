-- One commitment over all the holds pinned for it, and what becomes of the one whose place it takes. In the database,
-- because holds, terms, term sheet and the question to staff move together. Internal: the caller holds, in the order of
-- commitments_internal, the deal, the investor, the earlier commitment with its approvals, and every one of the holds.

-- The commitment to these holds, which are of one investor and at one price. Its units are theirs together. Where it
-- takes the place of an earlier one (p_earlier, else null), no unit moves and the time for a decision stays what it
-- was: a hold's end moves once, and adding to it does not keep units for ever. The question to staff is a new one, with
-- a clock, an urgency and deciders by the new sum.
CREATE OR REPLACE FUNCTION app.make_commitment(p_deal public.deals, p_hold_ids uuid[], p_plan_id uuid, p_key uuid,
                                               p_earlier public.deal_commitments, p_shown_hash text) RETURNS public.deal_commitments
LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_id uuid := gen_random_uuid();
    v_held record;
    v_sheet public.term_sheets;
    v_new public.deal_commitments;
    v_asked uuid;
BEGIN
    SELECT r.investor_id, r.proposed_unit_price AS price, sum(r.requested_units) AS units INTO STRICT v_held
      FROM public.reservations r WHERE r.id = ANY (p_hold_ids) GROUP BY r.investor_id, r.proposed_unit_price;
    IF p_earlier.id IS NOT NULL THEN
        PERFORM app.replace_commitment(p_earlier, v_id);
    END IF;
    v_sheet := app.draft_terms(p_deal, v_held.investor_id, v_held.units, v_held.price, p_plan_id);
    PERFORM app.check_shown(v_sheet.terms_data ->> 'hash', p_shown_hash);
    INSERT INTO public.deal_commitments (id, deal_id, investor_id, requested_units, requested_amount,
        selected_fee_plan_id, term_sheet_id, status, created_by, created_at, unit_price, decide_by, request_key)
    VALUES (v_id, p_deal.id, v_held.investor_id, v_held.units, (v_sheet.terms_data ->> 'amount')::numeric, p_plan_id,
        v_sheet.id, 'submitted', app.uid(), v_now, v_held.price,
        coalesce(p_earlier.decide_by, v_now + make_interval(days => p_deal.decision_days)), p_key);
    UPDATE public.deal_commitments SET content_hash = app.commitment_hash(id) WHERE id = v_id RETURNING * INTO v_new;
    UPDATE public.deal_commitments SET replaced_by = v_id WHERE id = p_earlier.id;
    PERFORM app.audit_write('commitment.submitted', 'deal_commitments', v_id, p_deal.id, NULL, jsonb_build_object(
        'units', v_new.requested_units::text, 'unit_price', v_new.unit_price::text,
        'amount', v_new.requested_amount::text, 'currency', p_deal.currency, 'investor_id', v_new.investor_id,
        'fee_plan_id', p_plan_id, 'term_sheet_id', v_sheet.id, 'reservation_ids', p_hold_ids,
        'replaces', p_earlier.id, 'content_hash', v_new.content_hash));
    PERFORM app.pin_holds(p_hold_ids, v_new);
    v_asked := app.ask_to_approve(p_deal, v_new);
    IF p_earlier.id IS NOT NULL THEN
        PERFORM app.tell_of_replacement(p_earlier, v_new, v_asked);
    END IF;
    RETURN v_new;
END;
$$;
SELECT app.as_internal('app.make_commitment(public.deals, uuid[], uuid, uuid, public.deal_commitments, text)');

-- Consent is bound to what was shown: the hash of the quotation that was agreed to is that of the one that is frozen, in
-- the same statement's sight. Null: the caller was shown nothing (psql). Errors: DL007 (DETAIL: the hash of now).
CREATE OR REPLACE FUNCTION app.check_shown(p_hash text, p_shown_hash text) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_shown_hash IS DISTINCT FROM p_hash AND p_shown_hash IS NOT NULL THEN
        RAISE EXCEPTION 'this is not what was shown' USING ERRCODE = 'DL007', DETAIL = coalesce(p_hash, 'none');
    END IF;
END;
$$;
SELECT app.as_internal('app.check_shown(text, text)');

-- The holds are this commitment's, and end with the time for its decision.
CREATE OR REPLACE FUNCTION app.pin_holds(p_hold_ids uuid[], p_commitment public.deal_commitments) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.audit_write_many('hold.committed', 'reservations', array_agg(r.id), array_agg(r.deal_id),
                array_agg(jsonb_build_object('expires_at', r.expires_at, 'commitment_id', r.commitment_id)),
                array_agg(jsonb_build_object('expires_at', p_commitment.decide_by, 'commitment_id', p_commitment.id)))
       FROM (SELECT * FROM public.reservations WHERE id = ANY (p_hold_ids) ORDER BY id) r;
    UPDATE public.reservations SET commitment_id = p_commitment.id, expires_at = p_commitment.decide_by
     WHERE id = ANY (p_hold_ids);
END;
$$;
SELECT app.as_internal('app.pin_holds(uuid[], public.deal_commitments)');

-- Closes an undecided commitment and what is asked about it, as replaced by one that is about to be written (its foreign
-- key may be checked at once, so the caller notes it afterwards). Nothing is released.
CREATE OR REPLACE FUNCTION app.replace_commitment(p_earlier public.deal_commitments, p_by uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_asked uuid[] := ARRAY(SELECT a.id FROM public.approvals a WHERE a.entity_type = 'deal_commitment'
                               AND a.entity_id = p_earlier.id AND a.status = 'pending' ORDER BY a.id);
BEGIN
    UPDATE public.deal_commitments SET status = 'cancelled', decided_at = clock_timestamp() WHERE id = p_earlier.id;
    PERFORM app.audit_write('commitment.replaced', 'deal_commitments', p_earlier.id, p_earlier.deal_id,
        jsonb_build_object('status', p_earlier.status),
        jsonb_build_object('status', 'cancelled', 'replaced_by', p_by));
    PERFORM app.audit_write_many('approval.replaced', 'approvals', v_asked,
        array_fill(p_earlier.deal_id, ARRAY[cardinality(v_asked)]),
        array_fill(jsonb_build_object('status', 'pending'), ARRAY[cardinality(v_asked)]),
        array_fill(jsonb_build_object('status', 'replaced', 'replaced_by', p_by), ARRAY[cardinality(v_asked)]));
    UPDATE public.approvals SET status = 'replaced', decided_at = clock_timestamp() WHERE id = ANY (v_asked);
END;
$$;
SELECT app.as_internal('app.replace_commitment(public.deal_commitments, uuid)');

-- Tells whoever acts for the investor, and on staff the investor's relationship manager and who had to do with the
-- earlier question: it was given to them, they gave a first approval, or asked for changes. The actor knows.
CREATE OR REPLACE FUNCTION app.tell_of_replacement(p_earlier public.deal_commitments, p_new public.deal_commitments,
                                                   p_approval_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_facts jsonb := app.commitment_facts(p_new.id) || jsonb_build_object(
        'earlier_units', trim_scale(p_earlier.requested_units)::text,
        'change', trim_scale(abs(p_new.requested_units - p_earlier.requested_units))::text,
        'added', p_new.requested_units > p_earlier.requested_units);
BEGIN
    PERFORM app.tell_investor(p_new.investor_id, 'commitment.replaced', p_new.id, v_facts);
    INSERT INTO public.notices (user_id, kind, entity_id, facts, created_at)
    SELECT p.id, 'approval.replaced', p_approval_id,
           v_facts - 'investor_id' || jsonb_build_object('approval_id', p_approval_id), clock_timestamp()
      FROM public.profiles p
     WHERE p.is_active AND p.role LIKE 'staff%' AND p.id <> app.system_profile() AND p.id IS DISTINCT FROM app.uid()
       AND (EXISTS (SELECT 1 FROM public.investors i WHERE i.id = p_new.investor_id AND i.rm_id = p.id)
            OR EXISTS (SELECT 1 FROM public.approvals a
                        WHERE a.entity_type = 'deal_commitment' AND a.entity_id = p_earlier.id
                          AND p.id IN (a.decided_by, a.assigned_to)))
     ORDER BY p.id
    ON CONFLICT (user_id, kind, entity_id) DO NOTHING;
END;
$$;
SELECT app.as_internal('app.tell_of_replacement(public.deal_commitments, public.deal_commitments, uuid)');

-- The investor's undecided commitment on this deal, read under its locks; a null row where there is none. One whose
-- time for a decision is over ends here as the job would end it: its units are free and count no more. For that, all lots
-- of the deal are locked in order first: the caller may go on to take from any of them.
CREATE OR REPLACE FUNCTION app.lock_undecided(p_deal_id uuid, p_investor_id uuid, p_hold_ids uuid[] DEFAULT '{}')
RETURNS public.deal_commitments LANGUAGE plpgsql AS $$
DECLARE
    v_it public.deal_commitments;
BEGIN
    SELECT c.* INTO v_it FROM public.deal_commitments c
     WHERE c.deal_id = p_deal_id AND c.investor_id = p_investor_id AND c.status IN ('submitted', 'under_review');
    PERFORM app.lock_commitments(array_remove(ARRAY[v_it.id], NULL), p_hold_ids);
    SELECT c.* INTO v_it FROM public.deal_commitments c
     WHERE c.id = v_it.id AND c.status IN ('submitted', 'under_review');
    IF v_it.decide_by <= clock_timestamp() THEN
        PERFORM 1 FROM public.share_lots l WHERE l.deal_id = p_deal_id
          ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE;
        PERFORM app.end_commitments(ARRAY[v_it.id], 'commitment.lapsed', NULL, app.system_profile(), 'hold.lapsed');
        PERFORM app.tell_investor(p_investor_id, 'commitment.lapsed', v_it.id, app.commitment_facts(v_it.id));
        RETURN NULL;
    END IF;
    RETURN v_it;
END;
$$;
SELECT app.as_internal('app.lock_undecided(uuid, uuid, uuid[])');
