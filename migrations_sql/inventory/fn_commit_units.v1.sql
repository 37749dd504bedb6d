-- Commits units, or the units an amount buys, without a hold before: reserves and commits, all or nothing.
-- In the database, so that neither happens without the other. An undecided commitment of the investor on this deal is
-- added to, as fn_commit_hold does it.
-- An amount becomes units rounded down to the deal's lot size, or to 8 decimals; what is paid is computed from those.
-- Locks, in order: deal row (KEY SHARE) -> the investor -> the earlier commitment -> its approvals -> its holds by id ->
-- lots in order.
-- While it is made, the hold counts among the running ones of a deal that caps them.
-- Errors: those of fn_reserve_inventory and fn_commit_hold; 22023 unless exactly one of units and amount is given.
CREATE OR REPLACE FUNCTION public.fn_commit_units(
    p_deal_id uuid, p_investor_id uuid, p_units numeric DEFAULT NULL, p_amount numeric DEFAULT NULL,
    p_unit_price numeric DEFAULT NULL, p_fee_plan_id uuid DEFAULT NULL, p_request_key uuid DEFAULT NULL,
    p_shown_hash text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_deal public.deals;
    v_plan uuid;
    v_price numeric;
    v_units numeric;
    v_id uuid;
BEGIN
    IF NOT app.may_reserve_for(p_deal_id, p_investor_id) THEN
        RAISE EXCEPTION 'this deal or investor is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    v_plan := app.chosen_plan(p_deal_id, p_fee_plan_id);
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = p_deal_id;
    v_price := coalesce(p_unit_price, v_deal.offer_unit_price);
    v_units := coalesce(p_units, app.units_for(p_amount, v_price, v_deal.lot_size));
    IF num_nonnulls(p_units, p_amount) <> 1 OR v_units IS NULL THEN
        RAISE EXCEPTION 'state either units or an amount' USING ERRCODE = '22023', DETAIL = 'units_or_amount';
    END IF;
    PERFORM app.check_hold_values(v_units, v_price, 1, v_deal.currency);
    v_id := app.commitment_of_key(p_request_key, p_deal_id, p_investor_id, NULL, v_units, v_price, p_fee_plan_id);
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;
    v_deal := app.lock_to_commit(p_deal_id, p_investor_id);
    v_id := app.commitment_of_key(p_request_key, p_deal_id, p_investor_id, NULL, v_units, v_price, p_fee_plan_id);
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;

    PERFORM app.lock_undecided(p_deal_id, p_investor_id);
    v_id := public.fn_reserve_inventory(p_deal_id, p_investor_id, v_units, v_price, NULL, NULL);
    RETURN app.commit_units_held(v_deal, v_id, v_plan, p_request_key, p_shown_hash);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- How many units an amount buys at a price, rounded down to the lot size, or to 8 decimals. NaN and infinity are refused.
CREATE OR REPLACE FUNCTION app.units_for(p_amount numeric, p_unit_price numeric, p_lot_size numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_amount IS NULL THEN
        RETURN NULL;
    ELSIF p_amount <= 0 OR p_amount >= 1e15 OR p_unit_price IS NULL OR p_unit_price <= 0 OR p_unit_price >= 1e12 THEN
        RAISE EXCEPTION 'the amount must be above 0 and below 10^15' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF p_lot_size IS NULL THEN
        RETURN div(p_amount * 1e8, p_unit_price) * 0.00000001;  -- exact: a quotient would be rounded to nearest first
    END IF;
    RETURN div(p_amount, p_unit_price * p_lot_size) * p_lot_size;
END;
$$;
SELECT app.as_internal('app.units_for(numeric, numeric, numeric)');
SELECT app.as_definer('public.fn_commit_units(uuid, uuid, numeric, numeric, numeric, uuid, uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_commit_units(uuid, uuid, numeric, numeric, numeric, uuid, uuid, text) IS
    'Reserve and commit units, or what an amount buys; returns the commitment. Same request key, same commitment.';
