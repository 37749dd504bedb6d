-- Turns a live hold into a commitment: the investor's request to buy its units at its price, with a fee plan.
-- In the database, because the hold, the commitment, its terms and the question to staff must appear together or
-- not at all, whoever calls, and because two tabs at once must make one commitment.
-- Where the investor has an undecided commitment on this deal, this adds to it: one commitment to all its holds and this
-- one takes its place, and nothing is released. The hold is pinned: it stays pending and moves its end once, to the
-- limit for a decision. This is the only lengthening there is, and adding does not move the limit.
-- Locks, in order: deal row (KEY SHARE) -> the investor -> the earlier commitment -> its approvals -> all holds by id.
-- p_shown_hash: of the quotation (app.quotation) that was shown for all the units together; null where none was.
-- Errors: DL007 that is not what it costs now, 42501 not yours or not there (hold or plan), DL003 deal not selling, DL004 KYC, DL006 the hold ended or is
-- in approval already, 22023 the request key was used for another request, or the earlier commitment is at another
-- price (DETAIL other_price), DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_commit_hold(
    p_reservation_id uuid, p_fee_plan_id uuid DEFAULT NULL, p_request_key uuid DEFAULT NULL,
    p_shown_hash text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_hold public.reservations;
    v_deal public.deals;
    v_plan uuid;
    v_id uuid;
BEGIN
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id;
    IF NOT FOUND OR NOT app.may_reserve_for(v_hold.deal_id, v_hold.investor_id) THEN
        RAISE EXCEPTION 'this hold is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    v_plan := app.chosen_plan(v_hold.deal_id, p_fee_plan_id);
    v_id := app.commitment_of_key(p_request_key, v_hold.deal_id, v_hold.investor_id, p_reservation_id,
                                  NULL, NULL, p_fee_plan_id);
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;
    v_deal := app.lock_to_commit(v_hold.deal_id, v_hold.investor_id);
    -- The first of two tabs may have finished while this one waited for the investor's lock.
    v_id := app.commitment_of_key(p_request_key, v_hold.deal_id, v_hold.investor_id, p_reservation_id,
                                  NULL, NULL, p_fee_plan_id);
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;
    RETURN app.commit_units_held(v_deal, p_reservation_id, v_plan, p_request_key, p_shown_hash);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- The commitment to this hold and to those of the investor's earlier undecided one, under the locks of lock_to_commit.
CREATE OR REPLACE FUNCTION app.commit_units_held(p_deal public.deals, p_hold_id uuid, p_plan_id uuid, p_key uuid,
                                                 p_shown_hash text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_hold public.reservations;
    v_earlier public.deal_commitments;
    v_pinned uuid[];
BEGIN
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_hold_id;
    v_earlier := app.lock_undecided(p_deal.id, v_hold.investor_id, ARRAY[p_hold_id]);
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_hold_id;
    IF v_hold.status <> 'pending' OR v_hold.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'this hold has ended' USING ERRCODE = 'DL006', DETAIL = v_hold.status;
    ELSIF v_hold.commitment_id IS NOT NULL THEN
        RAISE EXCEPTION 'this hold is in approval' USING ERRCODE = 'DL006', DETAIL = 'in_approval';
    ELSIF v_earlier.unit_price <> v_hold.proposed_unit_price THEN
        RAISE EXCEPTION 'a commitment at another price waits' USING ERRCODE = '22023', DETAIL = 'other_price';
    END IF;
    v_pinned := ARRAY(SELECT r.id FROM public.reservations r
                       WHERE r.commitment_id = v_earlier.id AND r.status = 'pending' ORDER BY r.id);
    RETURN (app.make_commitment(p_deal, v_pinned || p_hold_id, p_plan_id, p_key, v_earlier, p_shown_hash)).id;
END;
$$;

-- The question to staff. Urgency follows from units × offer price; who may decide, and how many it takes, from the highest
-- of the price stated and the offer prices of the last 30 days: no limit is passed by stating another price.
CREATE OR REPLACE FUNCTION app.ask_to_approve(p_deal public.deals, p_commitment public.deal_commitments) RETURNS uuid
LANGUAGE sql AS $$
    SELECT app.open_approval('deal_commitment', p_commitment.id, p_deal.id, p_commitment.investor_id,
        app.money_round(p_commitment.requested_units * app.counted_price(p_deal.id, p_commitment.unit_price), p_deal.currency),
        app.money_round(p_commitment.requested_units * coalesce(p_deal.offer_unit_price, p_commitment.unit_price), p_deal.currency),
        p_deal.currency,
        p_commitment.content_hash)
$$;
SELECT app.as_internal('app.commit_units_held(public.deals, uuid, uuid, uuid, text)');
SELECT app.as_internal('app.ask_to_approve(public.deals, public.deal_commitments)');
SELECT app.as_definer('public.fn_commit_hold(uuid, uuid, uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_commit_hold(uuid, uuid, uuid, text) IS
    'Commit a live hold with a fee plan; returns the commitment. Same request key, same commitment.';
