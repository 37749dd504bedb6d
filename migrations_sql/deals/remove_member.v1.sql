-- Takes a person off a deal; whether there was such a place. In the database as a function, because
-- whoever may DELETE from a table may also lock all of it against everybody else.
-- Locks: the row; what its triggers lock. Errors: 42501 for anybody but staff.
CREATE OR REPLACE FUNCTION app.remove_member(p_deal_id uuid, p_user_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.is_staff() THEN
        RAISE EXCEPTION 'Only staff take people off a deal.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM public.deal_memberships t WHERE t.deal_id = p_deal_id AND t.user_id = p_user_id;
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION app.remove_member(uuid, uuid) IS 'Takes a person off a deal; false where there was no place. 42501.';
SELECT app.as_definer('app.remove_member(uuid, uuid)', 'verso_app');
