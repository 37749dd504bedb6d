-- The parts of committing, withdrawing and lapsing that they share. Internal: no role of a person may execute it.
-- Locks, in order everywhere: deal row (KEY SHARE) -> the investor (so that one investor commits one thing at a
-- time and KYC stays as it was read) -> commitments by id -> their approvals by id -> reservations by id -> lots.

-- The deal as it is under the locks that committing begins with. Who may act was asked before the wait; it is
-- asked again here. Errors: 42501 no longer theirs, DL003 not selling, DL004 KYC.
CREATE OR REPLACE FUNCTION app.lock_to_commit(p_deal_id uuid, p_investor_id uuid) RETURNS public.deals
LANGUAGE plpgsql AS $$
DECLARE
    v_deal public.deals;
    v_kyc text;
BEGIN
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = p_deal_id FOR KEY SHARE;
    SELECT i.kyc_status INTO v_kyc FROM public.investors i WHERE i.id = p_investor_id FOR NO KEY UPDATE;
    IF NOT app.may_reserve_for(p_deal_id, p_investor_id) THEN
        RAISE EXCEPTION 'this deal or investor is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    PERFORM app.check_deal_sells(v_deal.status, v_deal.close_at, app.is_staff(), clock_timestamp());
    IF v_kyc IS DISTINCT FROM 'approved' THEN
        RAISE EXCEPTION 'the investor''s KYC is not valid' USING ERRCODE = 'DL004';
    END IF;
    RETURN v_deal;
END;
$$;
SELECT app.as_internal('app.lock_to_commit(uuid, uuid)');

-- Locks commitments, their open approvals and these holds with theirs, in the one order.
CREATE OR REPLACE FUNCTION app.lock_commitments(p_ids uuid[], p_hold_ids uuid[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.deal_commitments c WHERE c.id = ANY (p_ids) ORDER BY c.id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.approvals a
      WHERE a.entity_type = 'deal_commitment' AND a.entity_id = ANY (p_ids) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.reservations r
      WHERE r.id = ANY (p_hold_ids) OR r.commitment_id = ANY (p_ids) ORDER BY r.id FOR NO KEY UPDATE;
END;
$$;
SELECT app.as_internal('app.lock_commitments(uuid[], uuid[])');

-- Ends the undecided ones among these commitments: withdraws what is asked about them and gives their units back.
-- Returns which ended. p_action is the audit action; 'hold.lapsed' holds end as lapsed, all others as released.
CREATE OR REPLACE FUNCTION app.end_commitments(p_ids uuid[], p_action text, p_note text, p_actor uuid, p_hold_action text)
RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
    v_asked uuid[];
BEGIN
    PERFORM app.lock_commitments(p_ids);
    v_ids := ARRAY(SELECT c.id FROM public.deal_commitments c
                    WHERE c.id = ANY (p_ids) AND c.status IN ('submitted', 'under_review') ORDER BY c.id);
    v_asked := ARRAY(SELECT a.id FROM public.approvals a WHERE a.entity_type = 'deal_commitment'
                        AND a.entity_id = ANY (v_ids) AND a.status = 'pending' ORDER BY a.id);
    PERFORM app.audit_write_many(p_action, 'deal_commitments', array_agg(c.id), array_agg(c.deal_id),
                array_agg(jsonb_build_object('status', c.status)),
                array_agg(jsonb_build_object('status', 'cancelled', 'note', p_note)), p_actor)
       FROM (SELECT * FROM public.deal_commitments WHERE id = ANY (v_ids) ORDER BY id) c HAVING count(*) > 0;
    UPDATE public.deal_commitments SET status = 'cancelled', decided_at = clock_timestamp(),
           decision_note = coalesce(p_note, '') WHERE id = ANY (v_ids);
    PERFORM app.audit_write_many('approval.withdrawn', 'approvals', array_agg(a.id), array_agg(a.deal_id),
                array_agg(jsonb_build_object('status', a.status)),
                array_agg(jsonb_build_object('status', 'withdrawn')), p_actor)
       FROM (SELECT * FROM public.approvals WHERE id = ANY (v_asked) ORDER BY id) a HAVING count(*) > 0;
    UPDATE public.approvals SET status = 'withdrawn', decided_at = clock_timestamp() WHERE id = ANY (v_asked);
    PERFORM app.release_holds(
        ARRAY(SELECT r.id FROM public.reservations r WHERE r.commitment_id = ANY (v_ids)),
        CASE p_hold_action WHEN 'hold.lapsed' THEN 'expired' ELSE 'cancelled' END, p_hold_action, p_actor);
    RETURN v_ids;
END;
$$;
SELECT app.as_internal('app.end_commitments(uuid[], text, text, uuid, text)');

-- The commitment that this profile made with this key, or null. Errors: 22023 when the request was another one.
-- What was asked then is told from what it came to: its units without those of the one whose place it took; and its hold
-- is its own, or belongs to one that took its place since.
CREATE OR REPLACE FUNCTION app.commitment_of_key(p_key uuid, p_deal_id uuid, p_investor_id uuid, p_hold_id uuid,
                                                 p_units numeric, p_unit_price numeric, p_plan_id uuid)
RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
    v record;
BEGIN
    IF p_key IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT c.id, c.deal_id = p_deal_id AND c.investor_id = p_investor_id
             AND coalesce(c.requested_units - coalesce(e.requested_units, 0) = p_units, true)
             AND coalesce(c.unit_price = p_unit_price, true)
             AND coalesce(c.selected_fee_plan_id = p_plan_id, p_plan_id IS NULL)
             AND (p_hold_id IS NULL OR EXISTS (
                    WITH RECURSIVE since AS (
                        SELECT c.id, c.replaced_by
                        UNION ALL
                        SELECT n.id, n.replaced_by FROM since s JOIN public.deal_commitments n ON n.id = s.replaced_by)
                    SELECT 1 FROM since s JOIN public.reservations r ON r.commitment_id = s.id WHERE r.id = p_hold_id)) AS same
      INTO v FROM public.deal_commitments c LEFT JOIN public.deal_commitments e ON e.replaced_by = c.id
     WHERE c.created_by = app.uid() AND c.request_key = p_key;
    IF FOUND AND NOT v.same THEN
        RAISE EXCEPTION 'this request key was used for another request' USING ERRCODE = '22023', DETAIL = 'request_key';
    END IF;
    RETURN v.id;
END;
$$;
SELECT app.as_internal('app.commitment_of_key(uuid, uuid, uuid, uuid, numeric, numeric, uuid)');

-- What a notice says about a commitment, with the sums of its frozen quotation; amounts and units as text, so that nothing
-- rounds them on the way.
CREATE OR REPLACE FUNCTION app.commitment_facts(p_commitment_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('commitment_id', c.id, 'deal_id', d.id, 'deal', d.name, 'investor_id', i.id,
               'investor', i.legal_name, 'units', trim_scale(c.requested_units)::text,
               'unit_price', trim_scale(c.unit_price)::text, 'amount', c.requested_amount::text, 'currency', d.currency,
               'subscription_fee', s.terms_data -> 'subscription_fee',
               'wire', coalesce(s.terms_data ->> 'wire', c.requested_amount::text))
      FROM public.deal_commitments c LEFT JOIN public.term_sheets s ON s.id = c.term_sheet_id
      JOIN public.deals d ON d.id = c.deal_id JOIN public.investors i ON i.id = c.investor_id
     WHERE c.id = p_commitment_id
$$;
SELECT app.as_internal('app.commitment_facts(uuid)');
