-- Trigger: a deal moves draft -> open -> allocation_pending -> closed, or from any of these but closed to cancelled,
-- and keeps its currency and vehicle once it was opened. In the database, because holds, prices and positions rest
-- on it and any caller could break it. The application only makes drafts.
-- Errors: 22023, with what was refused as the detail.
CREATE OR REPLACE FUNCTION app.guard_deal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status IS DISTINCT FROM 'draft' AND current_user = 'verso_app' THEN
            RAISE EXCEPTION 'A deal begins as a draft.' USING ERRCODE = '22023', DETAIL = 'status';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'open'), ('open', 'allocation_pending'), ('allocation_pending', 'closed'),
        ('draft', 'cancelled'), ('open', 'cancelled'), ('allocation_pending', 'cancelled')) THEN
        RAISE EXCEPTION 'A deal cannot go from % to %.', OLD.status, NEW.status
            USING ERRCODE = '22023', DETAIL = 'status';
    END IF;
    IF OLD.status <> 'draft' AND (OLD.currency, OLD.vehicle_id) IS DISTINCT FROM (NEW.currency, NEW.vehicle_id) THEN
        RAISE EXCEPTION 'Currency and vehicle are fixed once a deal was opened.'
            USING ERRCODE = '22023', DETAIL = 'frozen';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_deal() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_deal() IS 'Trigger: the allowed moves of a deal, and what is fixed once it was opened. 22023.';
CREATE TRIGGER guard_deal BEFORE INSERT OR UPDATE OF status, currency, vehicle_id ON public.deals
    FOR EACH ROW EXECUTE FUNCTION app.guard_deal();
