-- Where a deal's units are. In the database, because investors have no row of a lot: they learn the sums, never
-- the parts. Reads only, locks nothing. A lapsed hold counts as free from the second it ended.
-- Errors: 42501 for a deal that is not here or not yours.

-- One row per visible deal among these; what others hold is null for all but staff.
CREATE OR REPLACE FUNCTION app.deal_availability(p_deal_ids uuid[])
RETURNS TABLE (deal_id uuid, total_units numeric, available_units numeric, reserved_units numeric,
               committed_units numeric, allocated_units numeric, blocked_units numeric, utilization_percent numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH me AS MATERIALIZED (SELECT app.is_staff() AS staff, clock_timestamp() AS now),
    mine AS MATERIALIZED (SELECT v AS id FROM app.visible_deals() v WHERE v = ANY (p_deal_ids)),
    lots AS (
        SELECT l.deal_id, sum(l.units_total) AS total,
               sum(l.units_remaining) FILTER (WHERE l.status <> 'held') AS open,
               sum(l.units_remaining) FILTER (WHERE l.status = 'held') AS blocked
          FROM public.share_lots l JOIN mine ON mine.id = l.deal_id GROUP BY l.deal_id),
    holds AS (
        SELECT r.deal_id,
               sum(i.units) FILTER (WHERE r.expires_at > me.now) AS live,
               sum(i.units) FILTER (WHERE r.expires_at > me.now AND r.commitment_id IS NOT NULL) AS committed,
               sum(i.units) FILTER (WHERE r.expires_at <= me.now AND l.status <> 'held') AS lapsed_open,
               sum(i.units) FILTER (WHERE r.expires_at <= me.now AND l.status = 'held') AS lapsed_blocked
          FROM me, public.reservations r JOIN mine ON mine.id = r.deal_id
          JOIN public.reservation_lot_items i ON i.reservation_id = r.id
          JOIN public.share_lots l ON l.id = i.lot_id
         WHERE r.status = 'pending' GROUP BY r.deal_id),
    given AS (
        SELECT a.deal_id, sum(i.units) AS units
          FROM public.allocations a JOIN mine ON mine.id = a.deal_id
          JOIN public.allocation_lot_items i ON i.allocation_id = a.id
         WHERE a.status <> 'rejected' GROUP BY a.deal_id),
    sums AS (
        SELECT mine.id, coalesce(lots.total, 0) AS total,
               coalesce(lots.open, 0) + coalesce(holds.lapsed_open, 0) AS available,
               coalesce(holds.live, 0) AS reserved, coalesce(holds.committed, 0) AS committed,
               coalesce(given.units, 0) AS allocated,
               coalesce(lots.blocked, 0) + coalesce(holds.lapsed_blocked, 0) AS blocked
          FROM mine LEFT JOIN lots ON lots.deal_id = mine.id LEFT JOIN holds ON holds.deal_id = mine.id
          LEFT JOIN given ON given.deal_id = mine.id)
    SELECT s.id, s.total, s.available,
           CASE WHEN me.staff THEN s.reserved END, CASE WHEN me.staff THEN s.committed END,
           CASE WHEN me.staff THEN s.allocated END, CASE WHEN me.staff THEN s.blocked END,
           CASE WHEN s.total > 0 THEN round((s.total - s.available) / s.total * 100, 2) ELSE 0 END
      FROM sums s, me
$$;
SELECT app.as_definer('app.deal_availability(uuid[])', 'verso_app');

CREATE OR REPLACE FUNCTION public.fn_get_deal_inventory(p_deal_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_answer jsonb;
BEGIN
    SELECT to_jsonb(a) - 'deal_id' || jsonb_build_object('deal_id', a.deal_id) INTO v_answer
      FROM app.deal_availability(ARRAY[p_deal_id]) a;
    IF v_answer IS NULL THEN
        RAISE EXCEPTION 'this deal is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    RETURN v_answer;
END;
$$;
SELECT app.as_definer('public.fn_get_deal_inventory(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_get_deal_inventory(uuid) IS 'Where the units of a deal are; what the caller may not know is null.';

-- By code, as people type it; a text that is a uuid is tried as one first.
CREATE OR REPLACE FUNCTION public.fn_get_deal_inventory(p_code text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    IF p_code ~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' THEN
        SELECT d.id INTO v_id FROM public.deals d WHERE d.id = p_code::uuid;
    END IF;
    IF v_id IS NULL THEN
        SELECT d.id INTO v_id FROM public.deals d WHERE d.code = p_code;
    END IF;
    RETURN public.fn_get_deal_inventory(v_id);
END;
$$;
SELECT app.as_definer('public.fn_get_deal_inventory(text)', 'verso_app');
COMMENT ON FUNCTION public.fn_get_deal_inventory(text) IS 'As by uuid, for a deal code.';
