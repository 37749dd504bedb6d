-- Trigger: KYC is approved by somebody who neither made the investor nor acts for it, nor was shown a password link of its
-- people, nor may be the same person as one who did. In the database, because one person could otherwise make a buyer and
-- be it, from psql too.
-- The owner and definer functions are not asked. Runs after guard_investor.
-- Errors: 42501 with the detail kyc_party.
CREATE OR REPLACE FUNCTION app.guard_kyc() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.is_kyc_party(NEW.id, NEW.created_by) THEN
        RAISE EXCEPTION 'Somebody else approves the KYC.' USING ERRCODE = '42501', DETAIL = 'kyc_party';
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION app.is_kyc_party(p_investor_id uuid, p_created_by uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    WITH mine AS (SELECT CASE WHEN app.is_relaxed('not_independent', NULL) THEN ARRAY[app.uid()]
                              ELSE app.under_one_control(app.uid()) END AS accounts)
    SELECT p_created_by = ANY (accounts)  -- [1]
        OR EXISTS (SELECT 1 FROM public.investor_users u WHERE u.investor_id = p_investor_id AND u.user_id = ANY (accounts))
        OR EXISTS (SELECT 1 FROM public.set_password_links l JOIN public.investor_users u ON u.user_id = l.user_id
                    WHERE u.investor_id = p_investor_id AND l.created_by = ANY (accounts))
      FROM mine
$$;
SELECT app.as_internal('app.is_kyc_party(uuid, uuid)');
SELECT app.as_definer('app.guard_kyc()', 'verso_definer');
COMMENT ON FUNCTION app.guard_kyc() IS 'Trigger: who made an investor, or a link for its people, does not approve its KYC. 42501.';
CREATE OR REPLACE TRIGGER guard_kyc BEFORE INSERT ON public.investors
    FOR EACH ROW WHEN (current_user = 'verso_app' AND NEW.kyc_status = 'approved') EXECUTE FUNCTION app.guard_kyc();
CREATE OR REPLACE TRIGGER guard_kyc_changed BEFORE UPDATE OF kyc_status, kyc_reason ON public.investors
    FOR EACH ROW WHEN (current_user = 'verso_app' AND NEW.kyc_status = 'approved'
                       AND (NEW.kyc_status, NEW.kyc_reason) IS DISTINCT FROM (OLD.kyc_status, OLD.kyc_reason))
    EXECUTE FUNCTION app.guard_kyc();
