-- What adding, editing and blocking a lot have in common. Internal.

-- Errors: 22023. NaN is above every bound; a value with more decimals than the column is refused, not rounded.
CREATE OR REPLACE FUNCTION app.check_lot_values(p_units numeric, p_unit_cost numeric, p_dates date[])
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_units IS NULL OR p_units <= 0 OR p_units >= 1e15 OR p_units <> round(p_units, 8) THEN
        RAISE EXCEPTION 'units must be above 0 and below 10^15, with at most 8 decimals' USING ERRCODE = '22023';
    END IF;
    IF p_unit_cost IS NULL OR p_unit_cost < 0 OR p_unit_cost >= 1e12 OR p_unit_cost <> round(p_unit_cost, 6) THEN
        RAISE EXCEPTION 'the unit cost must be 0 or more and below 10^12, with at most 6 decimals' USING ERRCODE = '22023';
    END IF;
    IF p_units * p_unit_cost >= 1e15 THEN
        RAISE EXCEPTION 'the cost of a lot must be below 10^15' USING ERRCODE = '22023', DETAIL = 'too_much';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(p_dates) d WHERE d NOT BETWEEN '1900-01-01' AND '2200-01-01') THEN
        RAISE EXCEPTION 'this date cannot be' USING ERRCODE = '22023', DETAIL = 'date';
    END IF;
END;
$$;
SELECT app.as_internal('app.check_lot_values(numeric, numeric, date[])');

-- Locks the deal (KEY SHARE) for work on its lots and returns its currency.
-- Errors: 42501 not staff or no such deal, DL003 the deal is over.
CREATE OR REPLACE FUNCTION app.deal_for_lots(p_deal_id uuid) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_deal record;
BEGIN
    SELECT d.status, d.currency INTO v_deal
      FROM public.deals d WHERE d.id = p_deal_id AND app.is_staff() FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this deal is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v_deal.status NOT IN ('draft', 'open', 'allocation_pending') THEN
        RAISE EXCEPTION 'this deal is over' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    END IF;
    RETURN v_deal.currency;
END;
$$;
SELECT app.as_internal('app.deal_for_lots(uuid)');

-- Writes what changed between two versions of a lot; nothing changed writes nothing.
CREATE OR REPLACE FUNCTION app.audit_lot(p_action text, p_before public.share_lots, p_after public.share_lots)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_before jsonb := to_jsonb(p_before);
    v_after jsonb := to_jsonb(p_after);
    v_changed text[] := app.audit_changed(v_before, v_after);
BEGIN
    IF cardinality(v_changed) > 0 THEN
        PERFORM app.audit_write(p_action, 'share_lots', p_after.id, p_after.deal_id,
                                app.audit_picked(v_before, v_changed), app.audit_picked(v_after, v_changed));
    END IF;
END;
$$;
SELECT app.as_internal('app.audit_lot(text, public.share_lots, public.share_lots)');
