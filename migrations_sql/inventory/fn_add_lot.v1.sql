-- Adds a lot to a deal. In the database, because what a lot has left to sell moves through functions only, so
-- that no caller can make units that are not in the sum. The lot is in the deal's currency.
-- Locks, in order: deal row (KEY SHARE).
-- Errors: 22023 bad value, 42501 not staff or no such deal, DL003 the deal is over, 23503 no such source.
-- With an id that was given before, the lot of that id comes back: a form sent twice makes one lot.
CREATE OR REPLACE FUNCTION public.fn_add_lot(
    p_deal_id uuid, p_units numeric, p_unit_cost numeric, p_source_id uuid DEFAULT NULL,
    p_acquired_at date DEFAULT NULL, p_lockup_until date DEFAULT NULL, p_lot_id uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_currency text := app.deal_for_lots(p_deal_id);
    v_lot public.share_lots;
BEGIN
    PERFORM app.check_lot_values(p_units, p_unit_cost, ARRAY[p_acquired_at, p_lockup_until]);
    INSERT INTO public.share_lots (id, deal_id, source_id, units_total, units_remaining, unit_cost, currency,
                                   acquired_at, lockup_until)
    VALUES (coalesce(p_lot_id, gen_random_uuid()), p_deal_id, p_source_id, p_units, p_units, p_unit_cost, v_currency,
            p_acquired_at, p_lockup_until)
    ON CONFLICT (id) DO NOTHING RETURNING * INTO v_lot;
    IF NOT FOUND THEN
        PERFORM 1 FROM public.share_lots l WHERE l.id = p_lot_id AND l.deal_id = p_deal_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this id belongs to another lot' USING ERRCODE = '22023', DETAIL = 'lot_id';
        END IF;
        RETURN p_lot_id;
    END IF;
    PERFORM app.audit_write('lot.added', 'share_lots', v_lot.id, p_deal_id, NULL,
                            app.audit_picked(to_jsonb(v_lot), NULL));
    RETURN v_lot.id;
END;
$$;
SELECT app.as_definer('public.fn_add_lot(uuid, numeric, numeric, uuid, date, date, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_add_lot IS 'Add a lot to a deal, in its currency; returns the lot. Staff only.';
