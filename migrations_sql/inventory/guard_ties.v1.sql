-- Triggers: what lots and holds tie down in deals, which know neither. A deal with lots keeps its currency, since their cost is
-- in it; and the last person of an investor stays on a deal while it has units on hold there. In the database, because no
-- caller may leave a lot in another currency, or a hold that nobody can act on. The owner is not asked.
-- Locks: none; whoever takes a person off holds the deal row. Errors: 22023 with the detail lots or holds.
CREATE OR REPLACE FUNCTION app.guard_currency() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.share_lots l WHERE l.deal_id = NEW.id) THEN
        RAISE EXCEPTION 'The lots of this deal are in %.', OLD.currency USING ERRCODE = '22023', DETAIL = 'lots';
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION app.guard_last_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM app.who_acts(OLD.deal_id, OLD.investor_id) w(id) WHERE w.id <> OLD.user_id)
       AND EXISTS (SELECT 1 FROM public.reservations r
                    WHERE r.deal_id = OLD.deal_id AND r.investor_id = OLD.investor_id AND r.status = 'pending'
                      AND r.expires_at > clock_timestamp()) THEN
        RAISE EXCEPTION 'This investor has units on hold.' USING ERRCODE = '22023', DETAIL = 'holds';
    END IF;
    RETURN OLD;
END;
$$;
SELECT app.as_definer('app.guard_currency()', 'verso_definer');
SELECT app.as_definer('app.guard_last_member()', 'verso_definer');
COMMENT ON FUNCTION app.guard_currency() IS 'Trigger: a deal with lots keeps its currency. 22023.';
COMMENT ON FUNCTION app.guard_last_member() IS 'Trigger: somebody who can act stays with units on hold. 22023.';
CREATE OR REPLACE TRIGGER guard_currency BEFORE UPDATE OF currency ON public.deals
    FOR EACH ROW WHEN (current_user = 'verso_app' AND NEW.currency IS DISTINCT FROM OLD.currency)
    EXECUTE FUNCTION app.guard_currency();
-- remove_member deletes as the definer.
CREATE OR REPLACE TRIGGER guard_last_member BEFORE DELETE ON public.deal_memberships
    FOR EACH ROW WHEN (current_user <> 'verso_owner' AND OLD.investor_id IS NOT NULL AND OLD.accepted_at IS NOT NULL)
    EXECUTE FUNCTION app.guard_last_member();
