-- Ends that a person acts for an investor; whether there was such a link. In the database as a function, because
-- whoever may DELETE from a table may also lock all of it against everybody else.
-- Nobody ends their own, nor that of an account that may be theirs or whose password link they saw: who acts for an investor
-- is a party to what it buys and to its KYC, and would step aside for the moment in which they decide it.
-- Locks: the row; what its triggers lock. Errors: 42501 for anybody but staff, and for one's own link (DETAIL own_link).
CREATE OR REPLACE FUNCTION app.unlink_person(p_investor_id uuid, p_user_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.is_staff() THEN
        RAISE EXCEPTION 'Only staff say who acts for an investor.' USING ERRCODE = '42501';
    ELSIF p_user_id = ANY (app.under_one_control(app.uid())) OR EXISTS (
            SELECT 1 FROM public.set_password_links l
             WHERE l.user_id = p_user_id AND l.created_by = ANY (app.under_one_control(app.uid()))) THEN
        RAISE EXCEPTION 'Somebody else ends that you, or an account you made, act for an investor.'
            USING ERRCODE = '42501', DETAIL = 'own_link';
    END IF;
    DELETE FROM public.investor_users t WHERE t.investor_id = p_investor_id AND t.user_id = p_user_id;
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION app.unlink_person(uuid, uuid) IS 'Ends a link between person and investor; false where there is none. 42501.';
SELECT app.as_definer('app.unlink_person(uuid, uuid)', 'verso_app');
