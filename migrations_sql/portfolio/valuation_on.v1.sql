-- The valuation that counts on a day: the newest approved one with a value per unit, on or before it. In the database,
-- because accrual, pages and metrics must read the same one. Reads only, under the caller's row level security. No errors:
-- no row, or null, where there is no valuation, never 0.
CREATE OR REPLACE FUNCTION app.valuation_on(p_vehicle uuid, p_on date) RETURNS SETOF public.valuations
LANGUAGE sql STABLE AS $$
    SELECT v.* FROM public.valuations v
     WHERE v.vehicle_id = p_vehicle AND v.as_of_date <= p_on AND v.status = 'approved' AND v.nav_per_unit IS NOT NULL  -- [1]
     ORDER BY v.as_of_date DESC LIMIT 1
$$;
COMMENT ON FUNCTION app.valuation_on(uuid, date) IS 'The newest approved valuation with a value per unit, on or before a day.';

-- Its value per unit, in the vehicle's currency.
CREATE OR REPLACE FUNCTION app.nav_per_unit_on(p_vehicle uuid, p_on date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT v.nav_per_unit FROM app.valuation_on(p_vehicle, p_on) v
$$;
COMMENT ON FUNCTION app.nav_per_unit_on(uuid, date) IS
    'Value per unit of a vehicle on a day, from its newest approved valuation; null where there is none.';
REVOKE ALL ON FUNCTION app.valuation_on(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.valuation_on(uuid, date) TO verso_app, verso_definer;
REVOKE ALL ON FUNCTION app.nav_per_unit_on(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.nav_per_unit_on(uuid, date) TO verso_app, verso_definer;
