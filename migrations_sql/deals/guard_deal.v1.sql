-- Trigger: a deal moves draft -> open -> allocation_pending -> closed, or from any of these but closed to cancelled,
-- and keeps its code, currency and vehicle once it was opened. In the database, because links, holds, prices and
-- positions rest on it and any caller could break it. The application only makes drafts.
-- A change of status locks the row as its deletion would, before it is changed: who reserves holds it FOR KEY SHARE and
-- would pass a plain UPDATE by, with the status of before.
-- The offer price of a deal that is open or in allocation changes by a proposal that a second person approves
-- (fn_propose_change): what buyers pay is not one person's to move, also not for a minute.
-- Errors: 22023, with what was refused as the detail; 42501 with the detail deal_change.
CREATE OR REPLACE FUNCTION app.guard_deal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status IS DISTINCT FROM 'draft' AND current_user = 'verso_app' THEN
            RAISE EXCEPTION 'A deal begins as a draft.' USING ERRCODE = '22023', DETAIL = 'status';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status AND (OLD.status, NEW.status) IN (
        ('draft', 'open'), ('open', 'allocation_pending'), ('allocation_pending', 'closed'),
        ('draft', 'cancelled'), ('open', 'cancelled'), ('allocation_pending', 'cancelled')) IS NOT TRUE THEN
        RAISE EXCEPTION 'A deal cannot go from % to %.', OLD.status, NEW.status
            USING ERRCODE = '22023', DETAIL = 'status';
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status THEN
        PERFORM 1 FROM public.deals d WHERE d.id = OLD.id FOR UPDATE;
    END IF;
    IF OLD.status IN ('open', 'allocation_pending') AND NEW.offer_unit_price IS DISTINCT FROM OLD.offer_unit_price
       AND current_user = 'verso_app' THEN
        RAISE EXCEPTION 'A second person approves the price of an open deal.' USING ERRCODE = '42501', DETAIL = 'deal_change';
    END IF;
    IF OLD.status IS DISTINCT FROM 'draft'
       AND (OLD.code, OLD.currency, OLD.vehicle_id) IS DISTINCT FROM (NEW.code, NEW.currency, NEW.vehicle_id) THEN
        RAISE EXCEPTION 'Code, currency and vehicle are fixed once a deal was opened.'
            USING ERRCODE = '22023', DETAIL = 'frozen';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_deal() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_deal() IS 'Trigger: the allowed moves of a deal, and what is fixed once it was opened. 22023.';
CREATE OR REPLACE TRIGGER guard_deal BEFORE INSERT OR UPDATE OF status, code, currency, vehicle_id, offer_unit_price ON public.deals
    FOR EACH ROW EXECUTE FUNCTION app.guard_deal();
