-- Carries out a rejection: the units of a commitment that staff rejected are free again. In the database, because they
-- must come back exactly once. Called in the decision's own transaction; fn_lapse_commitments repairs what a decision
-- made by hand left out.
-- Locks, in order: deal row (KEY SHARE) -> the commitment -> its approvals by id -> its holds by id -> their lots.
-- Errors: 42501 not staff or not there, DL005 it is not rejected. Returns how many holds ended; repeating it, 0.
CREATE OR REPLACE FUNCTION public.fn_release_commitment(p_commitment_id uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_it public.deal_commitments;
BEGIN
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id AND app.is_staff();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this commitment is not here, or not yours to release' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.deals d WHERE d.id = v_it.deal_id FOR KEY SHARE;
    PERFORM app.lock_commitments(ARRAY[p_commitment_id]);
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF v_it.status <> 'rejected' THEN
        RAISE EXCEPTION 'only a rejected commitment is released' USING ERRCODE = 'DL005', DETAIL = v_it.status;
    END IF;
    RETURN app.release_holds(ARRAY(SELECT r.id FROM public.reservations r WHERE r.commitment_id = p_commitment_id),
                             'cancelled', 'hold.released', app.uid());
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_release_commitment(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_release_commitment(uuid) IS 'Give back the units of a rejected commitment; returns how many holds ended.';
