-- What was held on a day, as known on a moment: entries effective up to the day, without those recorded later. In the
-- database, because accrual, exits and pages must count alike. Reads only; under the caller's row level security, so that
-- whoever may not read an entry counts none of it. Units and cost (the vehicle's currency) are 0 where nothing was held.
-- No errors. A null p_known means all that is known.
CREATE OR REPLACE FUNCTION app.position_on(p_investor uuid, p_vehicle uuid, p_as_of date, p_known timestamptz DEFAULT NULL)
RETURNS TABLE (units numeric, cost numeric)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(e.units), 0), coalesce(sum(e.cost), 0) FROM public.position_entries e
     WHERE e.investor_id = p_investor AND e.vehicle_id = p_vehicle AND e.effective_date <= p_as_of
       AND (p_known IS NULL OR e.recorded_at <= p_known)  -- [1]
$$;
COMMENT ON FUNCTION app.position_on(uuid, uuid, date, timestamptz) IS
    'Units and cost that an investor held of a vehicle on a day, as known on a moment.';

-- The same of one allocation: what is left of it after transfers and part-exits. What fees are worked out on. Internal.
CREATE OR REPLACE FUNCTION app.allocation_units_on(p_allocation uuid, p_as_of date, p_known timestamptz DEFAULT NULL)
RETURNS TABLE (units numeric, cost numeric)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(e.units), 0), coalesce(sum(e.cost), 0) FROM public.position_entries e
     WHERE e.allocation_id = p_allocation AND e.effective_date <= p_as_of
       AND (p_known IS NULL OR e.recorded_at <= p_known)
$$;
COMMENT ON FUNCTION app.allocation_units_on(uuid, date, timestamptz) IS
    'Units and cost of an allocation still held on a day, as known on a moment.';
REVOKE ALL ON FUNCTION app.position_on(uuid, uuid, date, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.position_on(uuid, uuid, date, timestamptz) TO verso_app, verso_definer;
SELECT app.as_internal('app.allocation_units_on(uuid, date, timestamptz)');
