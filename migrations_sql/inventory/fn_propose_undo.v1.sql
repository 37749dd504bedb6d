-- Proposes to undo an approved allocation, which two other people approve. In the database, because the proposal and the
-- question to staff appear together, whoever calls, and because nothing that was paid, sold or undone is undone again.
-- The same person with the same reason gets the proposal that waits; nothing is written twice.
-- Locks, in order: deal row (NO KEY UPDATE: reserving goes on) -> the allocation.
-- Errors: 42501 not staff or not there; 22023 with DETAIL: reason (none given), settled (its funding invoice is paid), undone,
-- not_allocated (no position follows from it), sold (some of its units left it), undo_waits; DL002 busy.
-- Returns the proposal.
CREATE OR REPLACE FUNCTION public.fn_propose_undo(p_allocation_id uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v public.allocations;
    v_waits public.allocation_undos;
    v_id uuid;
BEGIN
    SELECT a.* INTO v FROM public.allocations a WHERE a.id = p_allocation_id AND app.is_staff();
    IF NOT FOUND OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this allocation is not here, or not yours to undo' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM 1 FROM public.deals d WHERE d.id = v.deal_id FOR NO KEY UPDATE;  -- [1]
    SELECT u.* INTO v_waits FROM public.allocation_undos u WHERE u.allocation_id = v.id AND u.status = 'proposed';
    IF FOUND AND (v_waits.proposed_by, v_waits.reason) IS NOT DISTINCT FROM (app.uid(), btrim(p_reason)) THEN
        RETURN v_waits.id;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'this is proposed already' USING ERRCODE = '22023', DETAIL = 'undo_waits';
    END IF;
    v := app.check_undo(v.id);
    INSERT INTO public.allocation_undos (allocation_id, deal_id, investor_id, reason, proposed_by, proposed_at)
    VALUES (v.id, v.deal_id, v.investor_id, btrim(p_reason), app.uid(), clock_timestamp()) RETURNING id INTO v_id;
    PERFORM app.ask_undo(v_id, v);
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Takes a proposal back: nobody decides about it any more. For who proposed it, administrators and operations.
-- Locks, in order, as its decision: deal row (NO KEY UPDATE) -> the investor -> the proposal -> its approvals.
-- Errors: 42501 not there, or not yours; DL006 with DETAIL of its status once it is decided or withdrawn; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_withdraw_undo(p_undo uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v public.allocation_undos;
BEGIN
    SELECT u.* INTO v FROM public.allocation_undos u WHERE u.id = p_undo AND app.is_staff()
        AND (u.proposed_by = app.uid() OR app.role() IN ('staff_admin', 'staff_ops'));  -- [4]
    IF NOT FOUND OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this proposal is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.deals d WHERE d.id = v.deal_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.investors i WHERE i.id = v.investor_id FOR NO KEY UPDATE;
    SELECT u.* INTO v FROM public.allocation_undos u WHERE u.id = p_undo FOR NO KEY UPDATE;
    IF v.status <> 'proposed' THEN  -- [5]
        RAISE EXCEPTION 'this is decided' USING ERRCODE = 'DL006', DETAIL = v.status;
    END IF;
    PERFORM app.withdraw_approvals('allocation_undo', v.id);
    UPDATE public.allocation_undos SET status = 'withdrawn', decided_at = clock_timestamp(), decided_by = app.uid() WHERE id = v.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- The allocation, locked, as long as it can be undone. Asked at the proposal, and again at the decision. Errors: 22023, as above.
CREATE OR REPLACE FUNCTION app.check_undo(p_allocation_id uuid) RETURNS public.allocations
LANGUAGE plpgsql AS $$
DECLARE
    v public.allocations;
    v_held numeric;
    v_word text;
BEGIN
    SELECT a.* INTO v FROM public.allocations a WHERE a.id = p_allocation_id FOR NO KEY UPDATE;
    SELECT sum(e.units) INTO v_held FROM public.position_entries e WHERE e.allocation_id = v.id;
    v_word := CASE WHEN v.status = 'settled' THEN 'settled'  -- [2]
                   WHEN v.undone_at IS NOT NULL THEN 'undone'
                   WHEN v.status <> 'approved' OR v_held IS NULL THEN 'not_allocated'
                   WHEN v_held <> v.units THEN 'sold' END;  -- [3]
    IF v_word IS NOT NULL THEN
        RAISE EXCEPTION 'this allocation cannot be undone' USING ERRCODE = '22023', DETAIL = v_word;
    END IF;
    RETURN v;
END;
$$;

-- The question to staff: two people, whatever it amounts to.
CREATE OR REPLACE FUNCTION app.ask_undo(p_undo_id uuid, p_allocation public.allocations) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.deals;
BEGIN
    SELECT d.* INTO v FROM public.deals d WHERE d.id = p_allocation.deal_id;
    PERFORM app.needs_people(app.open_approval('allocation_undo', p_undo_id, v.id, p_allocation.investor_id,
        app.amount_of(p_allocation.units, p_allocation.unit_price, v.currency),
        app.amount_of(p_allocation.units, coalesce(v.offer_unit_price, p_allocation.unit_price), v.currency),
        v.currency, app.undo_hash(p_undo_id)), 2);
END;
$$;

-- What an approval of it binds to.
CREATE OR REPLACE FUNCTION app.undo_hash(p_undo_id uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, u.allocation_id, u.deal_id, u.investor_id, trim_scale(a.units)::text,
               trim_scale(a.unit_price)::text, u.reason, u.proposed_by)::text, 'UTF8')), 'hex')
      FROM public.allocation_undos u JOIN public.allocations a ON a.id = u.allocation_id WHERE u.id = p_undo_id
$$;
SELECT app.as_internal('app.check_undo(uuid)');
SELECT app.as_internal('app.ask_undo(uuid, public.allocations)');
SELECT app.as_internal('app.undo_hash(uuid, text)');
SELECT app.as_definer('public.fn_propose_undo(uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_withdraw_undo(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_withdraw_undo(uuid) IS 'Take a proposal to undo an allocation back. DL006 once it is decided.';
COMMENT ON FUNCTION public.fn_propose_undo(uuid, text) IS
    'Propose to undo an approved allocation, which two other people approve; returns the proposal. For staff.';
