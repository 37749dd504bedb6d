-- Takes units out of a deal's lots for an investor, all or nothing, until the hold's end.
-- In the database, because two buyers at once must neither oversell nor be refused falsely, whoever calls.
--
-- Locks, in order: the request key where one is given (advisory: its second request waits for the first one's end)
-- -> deal row (KEY SHARE) -> [where the deal has a cap for each investor: the investor's places on it, which is the lock
-- on that pair; a deal without caps pays nothing] -> [slow path: lapsed reservations, SKIP LOCKED] -> lots in order.
-- The reservation is written before any lot is locked, and its audit row with it where the deal has one lot, which is then
-- the lot it names: a hot lot stays locked only from its UPDATE to the commit. Where there are several, others take from
-- another meanwhile, and the row is written once it is known which they are. A lot whose condition fails on re-check stays locked, so each try at lots sits in a
-- subtransaction that drops what it picked up before anything is waited for.
-- A refusal for lack of units is decided only from one unlocked snapshot in which the total is too small.
--
-- Errors: 42501 not yours or not there, DL003 deal not open, DL004 KYC, 22023 bad value (DETAIL max_holds or
-- max_total: a cap of the deal for each investor, whoever asks), DL001 not enough units
-- (DETAIL: how many are free), DL002 busy.

CREATE OR REPLACE FUNCTION public.fn_reserve_inventory(
    p_deal_id uuid, p_investor_id uuid, p_units numeric, p_unit_price numeric,
    p_hold_minutes int DEFAULT NULL, p_request_key uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_me uuid := app.uid();
    v_now timestamptz := clock_timestamp();
    v_who record;
    v_minutes int;
    v_id uuid;
    v_facts jsonb;
    v_lots uuid[];
    v_remaining numeric;
BEGIN
    SELECT p.role, p.role <> 'investor' AS staff, d.status, d.close_at, d.offer_unit_price, d.hold_minutes,
           d.lot_size, d.terms_schema, d.max_holds, d.currency, i.kyc_status
      INTO v_who
      FROM public.profiles p, public.deals d, public.investors i
     WHERE p.id = v_me AND p.is_active AND d.id = p_deal_id AND i.id = p_investor_id
       AND EXISTS (SELECT 1 FROM public.deal_memberships m
                    WHERE m.deal_id = d.id AND m.investor_id = i.id AND m.accepted_at IS NOT NULL
                      AND (p.role <> 'investor' OR m.user_id = p.id))
       AND (p.role <> 'investor' OR EXISTS (SELECT 1 FROM public.investor_users u
                                             WHERE u.investor_id = i.id AND u.user_id = p.id));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this deal or investor is not here, or not yours' USING ERRCODE = '42501';
    END IF;

    v_minutes := coalesce(p_hold_minutes, v_who.hold_minutes, 30);
    PERFORM app.check_hold_values(p_units, p_unit_price, v_minutes, v_who.currency);
    IF p_request_key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('hold ' || v_me || p_request_key, 0));
        v_id := app.hold_of_key(v_me, p_request_key, p_deal_id, p_investor_id, p_units, p_unit_price, p_hold_minutes);
        IF v_id IS NOT NULL THEN
            RETURN v_id;
        END IF;
    END IF;
    PERFORM app.check_deal_sells(v_who.status, v_who.close_at, v_who.staff, v_now);
    IF v_who.kyc_status IS DISTINCT FROM 'approved' THEN
        RAISE EXCEPTION 'the investor''s KYC is not valid' USING ERRCODE = 'DL004';
    END IF;
    IF NOT v_who.staff THEN
        PERFORM app.check_offer(p_units, p_unit_price, v_who.offer_unit_price, v_who.lot_size, v_who.terms_schema);
    END IF;

    SELECT array_agg(l.id), sum(l.units_remaining) FILTER (WHERE l.status = 'available') INTO v_lots, v_remaining
      FROM public.share_lots l WHERE l.deal_id = p_deal_id;
    IF v_remaining IS NULL OR v_remaining < p_units THEN
        PERFORM app.refuse_if_short(p_deal_id, p_units);
    END IF;

    -- From here on something is written. Status and offer are read again under the lock that closing waits for.
    SELECT d.status, d.close_at, d.offer_unit_price INTO v_who.status, v_who.close_at, v_who.offer_unit_price
      FROM public.deals d WHERE d.id = p_deal_id FOR KEY SHARE;
    PERFORM app.check_deal_sells(v_who.status, v_who.close_at, v_who.staff, v_now);  -- [1]
    IF NOT v_who.staff AND p_unit_price IS DISTINCT FROM v_who.offer_unit_price THEN
        RAISE EXCEPTION 'the price is not the offer price' USING ERRCODE = '22023', DETAIL = 'offer_price';
    END IF;
    IF v_who.max_holds IS NOT NULL OR v_who.terms_schema ->> 'max_ticket' IS NOT NULL THEN
        PERFORM app.check_caps(p_deal_id, p_investor_id, p_units * p_unit_price);
    END IF;

    INSERT INTO public.reservations (id, deal_id, investor_id, requested_units, proposed_unit_price, expires_at,
                                     status, created_by, created_at, hold_minutes, request_key)
    VALUES (gen_random_uuid(), p_deal_id, p_investor_id, p_units, p_unit_price,
            v_now + make_interval(mins => v_minutes), 'pending', v_me, v_now, p_hold_minutes, p_request_key)
    RETURNING id, jsonb_strip_nulls(to_jsonb(reservations)) INTO v_id, v_facts;
    PERFORM app.take_and_tell(p_deal_id, v_id, p_units, v_lots, v_facts, v_who.role);
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Takes the units of a hold that is written, and writes its audit row: all its columns (p_facts) and its lots.
CREATE OR REPLACE FUNCTION app.take_and_tell(
    p_deal_id uuid, p_hold_id uuid, p_units numeric, p_lots uuid[], p_facts jsonb, p_role text
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_planned jsonb;
    v_taken jsonb;
BEGIN
    IF cardinality(p_lots) = 1 THEN
        v_planned := jsonb_build_object(p_lots[1], p_units);
        PERFORM app.audit_write('hold.placed', 'reservations', p_hold_id, p_deal_id, NULL,  -- [2]
                                p_facts || jsonb_build_object('lots', v_planned), app.uid(), p_role);
        v_taken := app.take_only_lot(p_lots[1], p_hold_id, p_units);
    ELSE
        v_taken := app.take_oldest_lot(p_deal_id, p_hold_id, p_units);
    END IF;
    v_taken := coalesce(v_taken, app.take_lots(p_deal_id, p_hold_id, p_units));
    IF v_planned IS NULL THEN  -- [3]
        PERFORM app.audit_write('hold.placed', 'reservations', p_hold_id, p_deal_id, NULL,
                                p_facts || jsonb_build_object('lots', v_taken), app.uid(), p_role);
    ELSIF v_planned <> v_taken THEN
        PERFORM app.audit_write('hold.moved', 'reservations', p_hold_id, p_deal_id, jsonb_build_object('lots', v_planned),
                                jsonb_build_object('lots', v_taken), app.uid(), p_role);
    END IF;
END;
$$;
SELECT app.as_internal('app.take_and_tell(uuid, uuid, numeric, uuid[], jsonb, text)');
SELECT app.as_definer('public.fn_reserve_inventory(uuid, uuid, numeric, numeric, int, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_reserve_inventory(uuid, uuid, numeric, numeric, int, uuid) IS
    'Reserve units of a deal for an investor; returns the reservation. Same request key, same reservation.';
