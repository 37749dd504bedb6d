-- Ends commitments that nobody decided in time: their limit is their hold's. What was asked is withdrawn, the units
-- are free, the investors are told. In the database, set-based, because a decision may fall at the same moment.
-- It also gives back what a rejection made by hand left on hold.
-- Locks, in order: deal rows by id (KEY SHARE) -> commitments (SKIP LOCKED: somebody is deciding) -> their approvals by id
-- -> reservations by id -> lots.
-- Errors: 42501 for who may not run jobs. Returns how many commitments ended; a second run changes nothing.
CREATE OR REPLACE FUNCTION public.fn_lapse_commitments(p_limit int DEFAULT 500) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_ids uuid[];
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs end commitments' USING ERRCODE = '42501';
    END IF;
    v_ids := ARRAY(SELECT c.id FROM public.deal_commitments c
                    WHERE c.status IN ('submitted', 'under_review') AND c.decide_by <= v_now
                    ORDER BY c.decide_by, c.id LIMIT greatest(least(p_limit, 5000), 0));
    PERFORM 1 FROM public.deals d
      WHERE d.id IN (SELECT c.deal_id FROM public.deal_commitments c WHERE c.id = ANY (v_ids)) ORDER BY d.id FOR KEY SHARE;
    v_ids := ARRAY(SELECT c.id FROM public.deal_commitments c
                    WHERE c.id = ANY (v_ids) AND c.status IN ('submitted', 'under_review')
                    ORDER BY c.id FOR NO KEY UPDATE SKIP LOCKED);
    v_ids := app.end_commitments(v_ids, 'commitment.lapsed', NULL, app.system_profile(), 'hold.lapsed');
    PERFORM app.tell_investor(c.investor_id, 'commitment.lapsed', c.id, app.commitment_facts(c.id))
       FROM public.deal_commitments c WHERE c.id = ANY (v_ids);
    PERFORM app.release_holds(
        ARRAY(SELECT r.id FROM public.reservations r JOIN public.deal_commitments c ON c.id = r.commitment_id
               WHERE r.status = 'pending' AND c.status IN ('rejected', 'cancelled') ORDER BY r.id
                 FOR NO KEY UPDATE OF r SKIP LOCKED), 'cancelled', 'hold.released', app.system_profile());
    RETURN cardinality(v_ids);
END;
$$;
SELECT app.as_definer('public.fn_lapse_commitments(int)', 'verso_app');
COMMENT ON FUNCTION public.fn_lapse_commitments(int) IS 'End commitments past their limit; returns how many. Safe to repeat and to run in parallel.';
