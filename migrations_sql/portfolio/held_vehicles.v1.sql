-- Vehicles of which an own investor has a position, and those it subscribed to; all for staff. In the database,
-- because policies are built on them.
CREATE OR REPLACE FUNCTION app.held_vehicles() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.id FROM public.vehicles v WHERE app.is_staff()
    UNION
    SELECT p.vehicle_id FROM public.positions p
     WHERE NOT app.is_staff() AND p.investor_id = ANY (ARRAY(SELECT app.visible_investors()))
$$;
COMMENT ON FUNCTION app.held_vehicles() IS 'Vehicles of which an own investor has a position; all for staff.';
SELECT app.as_definer('app.held_vehicles()', 'verso_app');

CREATE OR REPLACE FUNCTION app.subscribed_vehicles() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.vehicle_id FROM public.subscriptions s
     WHERE NOT app.is_staff() AND s.investor_id = ANY (ARRAY(SELECT app.visible_investors()))
$$;
COMMENT ON FUNCTION app.subscribed_vehicles() IS 'Vehicles to which an own investor subscribed; none for staff, who read all.';
SELECT app.as_definer('app.subscribed_vehicles()', 'verso_app');
