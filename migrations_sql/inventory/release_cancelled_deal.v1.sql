-- Trigger: a deal that is cancelled gives everything back in the same transaction: undecided commitments end, what was
-- asked about them is withdrawn, every hold returns its units, and the investors are told. In the database, because it
-- has to be so whoever cancels, in psql too, and a buyer may come in at the same moment.
-- Locks, in order: deal row (UPDATE, by guard_deal) -> commitments by id -> their approvals by id -> reservations by id
-- -> lots.
CREATE OR REPLACE FUNCTION app.release_cancelled_deal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_asked uuid[] := ARRAY(SELECT c.id FROM public.deal_commitments c
                             WHERE c.deal_id = NEW.id AND c.status IN ('submitted', 'under_review'));
    v_held uuid[] := ARRAY(SELECT r.id FROM public.reservations r WHERE r.deal_id = NEW.id AND r.status = 'pending');
    v_ended uuid[];
BEGIN
    -- All of them before the first lot: the job that ends lapsed holds takes no lock on the deal.
    PERFORM app.lock_commitments(v_asked, v_held);  -- [1]
    v_ended := app.end_commitments(v_asked, 'commitment.cancelled', NEW.end_reason, app.uid(), 'hold.released');
    PERFORM app.release_holds(v_held, 'cancelled', 'hold.released', app.uid());
    PERFORM app.tell_investor(i.investor_id, 'deal.cancelled', NEW.id, jsonb_build_object(
                'deal_id', NEW.id, 'deal', NEW.name, 'reason', nullif(NEW.end_reason, ''),
                'investor_id', i.investor_id, 'investor', i.legal_name))
       FROM (SELECT DISTINCT x.investor_id, n.legal_name
               FROM (SELECT r.investor_id FROM public.reservations r WHERE r.id = ANY (v_held)
                     UNION SELECT c.investor_id FROM public.deal_commitments c WHERE c.id = ANY (v_ended)
                     UNION SELECT a.investor_id FROM public.allocations a
                            WHERE a.deal_id = NEW.id AND a.status <> 'rejected') x
               JOIN public.investors n ON n.id = x.investor_id ORDER BY x.investor_id) i;
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.release_cancelled_deal()', 'verso_definer');
COMMENT ON FUNCTION app.release_cancelled_deal() IS
    'Trigger: a cancelled deal gives back every hold and ends its commitments.';
CREATE OR REPLACE TRIGGER release_cancelled_deal AFTER UPDATE OF status ON public.deals
    FOR EACH ROW WHEN (NEW.status = 'cancelled' AND OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION app.release_cancelled_deal();
