-- What a reservation must satisfy. Small functions of the reserve core, so that it reads as a story and other
-- functions (committing, staff pages) apply the very same rules. Internal.

-- Errors: 22023. NaN is above every bound; a value with more decimals than the column is refused, not rounded.
CREATE OR REPLACE FUNCTION app.check_hold_values(p_units numeric, p_unit_price numeric, p_minutes int, p_currency text)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_units IS NULL OR p_units <= 0 OR p_units >= 1e15 OR p_units <> round(p_units, 8) THEN
        RAISE EXCEPTION 'units must be above 0 and below 10^15, with at most 8 decimals' USING ERRCODE = '22023';
    END IF;
    IF p_unit_price IS NULL OR p_unit_price <= 0 OR p_unit_price >= 1e12
       OR p_unit_price <> round(p_unit_price, 6) THEN
        RAISE EXCEPTION 'the price must be above 0 and below 10^12, with at most 6 decimals' USING ERRCODE = '22023';
    END IF;
    IF p_minutes NOT BETWEEN 1 AND 1440 THEN
        RAISE EXCEPTION 'a hold lasts 1 to 1440 minutes' USING ERRCODE = '22023';
    END IF;
    IF p_units * p_unit_price < 1 AND app.money_round(p_units * p_unit_price, p_currency) = 0 THEN
        RAISE EXCEPTION 'the amount rounds to 0' USING ERRCODE = '22023', DETAIL = 'amount';
    ELSIF p_units * p_unit_price >= 1e15 THEN
        RAISE EXCEPTION 'the amount must be below 10^15' USING ERRCODE = '22023', DETAIL = 'too_much';
    END IF;
END;
$$;

-- Errors: DL003. Investors buy while a deal is open and before it closes; staff also while it is allocated.
CREATE OR REPLACE FUNCTION app.check_deal_sells(p_status text, p_close_at timestamptz, p_staff boolean, p_now timestamptz)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF (p_status = 'open' AND (p_staff OR p_close_at IS NULL OR p_close_at > p_now))
       OR (p_staff AND p_status = 'allocation_pending') THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'this deal takes no reservations now' USING ERRCODE = 'DL003',
        DETAIL = CASE WHEN p_status = 'open' THEN 'past its closing date' ELSE p_status END;
END;
$$;

-- Errors: 22023. Investors buy at exactly the offer price, within the ticket sizes of the deal's terms.
CREATE OR REPLACE FUNCTION app.check_offer(p_units numeric, p_unit_price numeric, p_offer numeric, p_lot_size numeric,
                                           p_terms jsonb)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_min text := p_terms ->> 'min_ticket';
    v_max numeric := app.largest_ticket(p_terms);
BEGIN
    IF p_unit_price IS DISTINCT FROM p_offer THEN
        RAISE EXCEPTION 'the price is not the offer price' USING ERRCODE = '22023', DETAIL = 'offer_price';
    END IF;
    IF v_min ~ '^[0-9]{1,15}(\.[0-9]+)?$' AND p_units * p_unit_price < v_min::numeric THEN
        RAISE EXCEPTION 'below the smallest ticket' USING ERRCODE = '22023', DETAIL = 'min_ticket';
    END IF;
    IF p_units * p_unit_price > v_max THEN
        RAISE EXCEPTION 'above the largest ticket' USING ERRCODE = '22023', DETAIL = 'max_ticket';
    END IF;
    IF p_units % p_lot_size <> 0 THEN
        RAISE EXCEPTION 'units are sold in multiples of %', trim_scale(p_lot_size)
            USING ERRCODE = '22023', DETAIL = 'lot_size';
    END IF;
END;
$$;

-- The largest ticket of a deal's terms, or null where they state none.
CREATE OR REPLACE FUNCTION app.largest_ticket(p_terms jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_terms ->> 'max_ticket' ~ '^[0-9]{1,15}(\.[0-9]+)?$' THEN (p_terms ->> 'max_ticket')::numeric END
$$;
SELECT app.as_internal('app.largest_ticket(jsonb)');

-- What one investor may hold of a deal: so many running holds (those pinned by a commitment do not count), and units ×
-- own price of all that is held, committed and allocated never above the largest ticket. Null: no such cap.
-- Locks: the investor's places on the deal, in order, so that one investor's requests are counted one after the other.
-- Errors: 22023 (DETAIL max_holds, max_total).
CREATE OR REPLACE FUNCTION app.check_caps(p_deal_id uuid, p_investor_id uuid, p_amount numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_cap record;
    v_held record;
BEGIN
    PERFORM 1 FROM public.deal_memberships m WHERE m.deal_id = p_deal_id AND m.investor_id = p_investor_id
      ORDER BY m.user_id FOR NO KEY UPDATE;
    SELECT d.max_holds AS holds, app.largest_ticket(d.terms_schema) AS amount INTO v_cap
      FROM public.deals d WHERE d.id = p_deal_id;
    SELECT count(*) FILTER (WHERE r.commitment_id IS NULL) AS running,
           coalesce(sum(r.requested_units * r.proposed_unit_price), 0) AS amount INTO v_held
      FROM public.reservations r
     WHERE r.investor_id = p_investor_id AND r.deal_id = p_deal_id AND r.status = 'pending'
       AND r.expires_at > clock_timestamp();
    IF v_held.running >= v_cap.holds THEN
        RAISE EXCEPTION 'as many holds as one investor may have here' USING ERRCODE = '22023', DETAIL = 'max_holds';
    ELSIF v_held.amount + p_amount + (SELECT coalesce(sum(a.units * a.unit_price), 0) FROM public.allocations a
            WHERE a.deal_id = p_deal_id AND a.investor_id = p_investor_id AND a.status <> 'rejected') > v_cap.amount THEN
        RAISE EXCEPTION 'above the largest ticket in all' USING ERRCODE = '22023', DETAIL = 'max_total';
    END IF;
END;
$$;
SELECT app.as_internal('app.check_caps(uuid, uuid, numeric)');
SELECT app.as_internal('app.check_hold_values(numeric, numeric, int, text)');
SELECT app.as_internal('app.check_deal_sells(text, timestamptz, boolean, timestamptz)');
SELECT app.as_internal('app.check_offer(numeric, numeric, numeric, numeric, jsonb)');

-- The hold that this profile made with this key, or null. Errors: 22023 when the request was another one.
CREATE OR REPLACE FUNCTION app.hold_of_key(p_profile uuid, p_key uuid, p_deal_id uuid, p_investor_id uuid,
                                           p_units numeric, p_unit_price numeric, p_minutes int)
RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_hold record;
BEGIN
    SELECT r.id, (r.deal_id, r.investor_id, r.requested_units, r.proposed_unit_price) =
                 (p_deal_id, p_investor_id, p_units, p_unit_price)
                 AND r.hold_minutes IS NOT DISTINCT FROM p_minutes AS same
      INTO v_hold
      FROM public.reservations r WHERE r.created_by = p_profile AND r.request_key = p_key;
    IF FOUND AND NOT v_hold.same THEN
        RAISE EXCEPTION 'this request key was used for another request' USING ERRCODE = '22023', DETAIL = 'request_key';
    END IF;
    RETURN v_hold.id;
END;
$$;
SELECT app.as_internal('app.hold_of_key(uuid, uuid, uuid, uuid, numeric, numeric, int)');

-- Errors: DL001 when, in one snapshot that also counts lapsed holds as free, there is too little.
CREATE OR REPLACE FUNCTION app.refuse_if_short(p_deal_id uuid, p_units numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_free numeric := app.free_units(p_deal_id, clock_timestamp());
BEGIN
    IF v_free < p_units THEN
        RAISE EXCEPTION 'not enough units' USING ERRCODE = 'DL001', DETAIL = trim_scale(v_free)::text;
    END IF;
END;
$$;
SELECT app.as_internal('app.refuse_if_short(uuid, numeric)');
