-- Trigger: what the application may write in an investor. In the database, because who made an investor and who decided
-- its KYC are noted and not taken from the caller: both are parties to what it buys. An RM approves any amount for own
-- investors: so no RM takes an investor over by a plain UPDATE. Who may approve the KYC is approvals/guard_kyc.
-- Definer functions and the owner are not asked.
-- Errors: 42501, 22023 a status without a reason.
CREATE OR REPLACE FUNCTION app.guard_investor() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := app.uid();
        NEW.created_at := clock_timestamp();  -- [1]
        NEW.kyc_changed_at := CASE WHEN coalesce(NEW.kyc_status, 'pending') <> 'pending' THEN clock_timestamp() END;
        NEW.kyc_decided_by := CASE WHEN coalesce(NEW.kyc_status, 'pending') <> 'pending' THEN app.uid() END;
        RETURN NEW;
    END IF;
    IF NEW.rm_id IS DISTINCT FROM OLD.rm_id AND app.role() NOT IN ('staff_admin', 'staff_ops') THEN
        RAISE EXCEPTION 'Operations or an administrator says who looks after an investor.' USING ERRCODE = '42501';
    END IF;
    IF (OLD.id, OLD.created_at, OLD.created_by) IS DISTINCT FROM (NEW.id, NEW.created_at, NEW.created_by) THEN
        RAISE EXCEPTION 'This never changes.' USING ERRCODE = '42501';
    END IF;
    NEW.kyc_decided_by := OLD.kyc_decided_by;
    NEW.kyc_changed_at := OLD.kyc_changed_at;
    IF (NEW.kyc_status, NEW.kyc_reason) IS DISTINCT FROM (OLD.kyc_status, OLD.kyc_reason) THEN
        NEW.kyc_decided_by := app.uid();  -- [2]
        NEW.kyc_changed_at := clock_timestamp();
        IF coalesce(NEW.kyc_reason, '') !~ '\S' THEN
            RAISE EXCEPTION 'Say why.' USING ERRCODE = '22023', DETAIL = 'reason';
        END IF;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_investor() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_investor() IS 'Trigger: who made an investor, who decided its KYC, and who may not. 42501, 22023.';
CREATE OR REPLACE TRIGGER guard_investor BEFORE INSERT OR UPDATE ON public.investors
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.guard_investor();
