-- Who works here and need not be asked before being put on a deal: every staff profile, for staff; nobody for anybody
-- else. In the database, for the policy of places on deals, which may read no table.
CREATE OR REPLACE FUNCTION app.staff_profiles() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT p.id FROM public.profiles p WHERE p.role <> 'investor' AND app.is_staff();
END;
$$;
SELECT app.as_definer('app.staff_profiles()', 'verso_app');
COMMENT ON FUNCTION app.staff_profiles() IS 'Ids of everybody on the staff, for staff; no row for others.';
