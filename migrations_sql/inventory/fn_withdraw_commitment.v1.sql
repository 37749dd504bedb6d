-- The investor, or staff for them, takes an undecided commitment back: its question to staff is withdrawn and its
-- units are free at once. In the database, because a decision may fall at the same moment and only one may count.
-- Locks, in order: deal row (KEY SHARE) -> the commitment -> its approvals by id -> its holds by id -> their lots.
-- Errors: 42501 not yours or not there, DL006 decided already (DETAIL: how) or replaced: the one that took its place waits.
-- Withdrawing twice changes nothing.
CREATE OR REPLACE FUNCTION public.fn_withdraw_commitment(p_commitment_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_it public.deal_commitments;
BEGIN
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF NOT FOUND OR NOT app.may_reserve_for(v_it.deal_id, v_it.investor_id) THEN
        RAISE EXCEPTION 'this commitment is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.deals d WHERE d.id = v_it.deal_id FOR KEY SHARE;
    PERFORM app.lock_commitments(ARRAY[p_commitment_id]);
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF v_it.status IN ('approved', 'rejected') THEN
        RAISE EXCEPTION 'this commitment is decided' USING ERRCODE = 'DL006', DETAIL = v_it.status;
    ELSIF v_it.replaced_by IS NOT NULL THEN
        RAISE EXCEPTION 'another commitment took its place' USING ERRCODE = 'DL006', DETAIL = 'replaced';
    END IF;
    PERFORM app.end_commitments(ARRAY[p_commitment_id], 'commitment.withdrawn', NULL, app.uid(), 'hold.released');
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is deciding this at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_withdraw_commitment(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_withdraw_commitment(uuid) IS 'Take an undecided commitment back. Repeating it changes nothing.';
