-- Carries out the cancelling of a deal: undecided commitments end, what was asked about them is withdrawn, every hold
-- is given back, and the investors are told. In the database, set-based, because nothing may be forgotten and a buyer
-- may come in at the same moment. Called in the transaction that cancelled the deal.
-- Locks, in order: deal row (UPDATE) -> commitments by id -> their approvals by id -> reservations by id -> lots.
-- Errors: 42501 not staff or not there, DL003 the deal is not cancelled. Returns how many holds ended; repeating it, 0.
CREATE OR REPLACE FUNCTION public.fn_release_deal(p_deal_id uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_deal public.deals;
    v_ended uuid[];
    v_held uuid[];
BEGIN
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = p_deal_id AND app.is_staff() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this deal is not here, or not yours to release' USING ERRCODE = '42501';
    ELSIF v_deal.status IS DISTINCT FROM 'cancelled' THEN
        RAISE EXCEPTION 'only a cancelled deal is released' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    END IF;
    v_held := ARRAY(SELECT r.id FROM public.reservations r WHERE r.deal_id = p_deal_id AND r.status = 'pending');
    v_ended := app.end_commitments(
        ARRAY(SELECT c.id FROM public.deal_commitments c
               WHERE c.deal_id = p_deal_id AND c.status IN ('submitted', 'under_review')),
        'commitment.cancelled', v_deal.end_reason, app.uid(), 'hold.released');
    PERFORM app.release_holds(v_held, 'cancelled', 'hold.released', app.uid());
    PERFORM app.tell_investor(i.investor_id, 'deal.cancelled', p_deal_id, jsonb_build_object(
                'deal_id', p_deal_id, 'deal', v_deal.name, 'reason', nullif(v_deal.end_reason, ''),
                'investor_id', i.investor_id, 'investor', i.legal_name))
       FROM (SELECT DISTINCT x.investor_id, n.legal_name
               FROM (SELECT r.investor_id FROM public.reservations r WHERE r.id = ANY (v_held)
                     UNION SELECT c.investor_id FROM public.deal_commitments c WHERE c.id = ANY (v_ended)) x
               JOIN public.investors n ON n.id = x.investor_id ORDER BY x.investor_id) i;
    RETURN cardinality(v_held);
END;
$$;
SELECT app.as_definer('public.fn_release_deal(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_release_deal(uuid) IS 'Give back every hold of a cancelled deal and end its commitments; returns how many holds.';
