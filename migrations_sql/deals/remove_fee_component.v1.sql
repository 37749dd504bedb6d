-- Takes a fee out of a plan; whether it was there. In the database as a function, because
-- whoever may DELETE from a table may also lock all of it against everybody else.
-- Locks: the row; what its triggers lock. Errors: 42501 for anybody but staff, 22023 for a plan in use (guard_fee_plan).
CREATE OR REPLACE FUNCTION app.remove_fee_component(p_fee_plan_id uuid, p_component_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.is_staff() THEN
        RAISE EXCEPTION 'Only staff change fee plans.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM public.fee_components t WHERE t.fee_plan_id = p_fee_plan_id AND t.id = p_component_id;
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION app.remove_fee_component(uuid, uuid) IS 'Takes a fee out of a plan; false where it is not. 42501, 22023 for a plan in use.';
SELECT app.as_definer('app.remove_fee_component(uuid, uuid)', 'verso_app');
