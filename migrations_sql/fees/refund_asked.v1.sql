-- The subject refund: approved, its amount leaves the investor's credit and waits in refunds_clearing until the bank has paid it.
-- In the database, in the decision's own transaction, so that no credit is spent between approval and payment.
-- Locks, in order: the investor -> the refund (NO KEY UPDATE) -> (its approvals) -> the investor's accounts.
-- Internal. Errors: DL006 decided already; 22023 as fn_propose_refund.
CREATE OR REPLACE FUNCTION app.lock_refund(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.refunds f WHERE f.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

CREATE OR REPLACE FUNCTION app.parties_of_refund(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT f.proposed_by, 'own_request' FROM public.refunds f WHERE f.id = p_ask.entity_id AND f.proposed_by IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION app.refund_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.refunds;
BEGIN
    SELECT f.* INTO v FROM public.refunds f WHERE f.id = p_ask.entity_id AND f.status = 'proposed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this refund is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        PERFORM app.check_refundable(v, app.credit_of(v.investor_id, v.currency));  -- [1]
        PERFORM app.post_entry('refund', 'refund:' || v.id, app.house_day(clock_timestamp()), v.currency, 'refunds', v.id,
            v.end_to_end_id, jsonb_build_array(
                jsonb_build_object('account', 'credit', 'investor', v.investor_id, 'amount', v.amount::text),
                jsonb_build_object('account', 'refunds_clearing', 'amount', (-v.amount)::text)));
    END IF;
    UPDATE public.refunds SET status = p_outcome, decided_by = p_ask.decided_by, decided_at = p_ask.decided_at WHERE id = v.id;
END;
$$;

-- Ends a refund that is not paid: what was approved is the investor's credit again. Once it is in a file only an administrator
-- ends it, who knows from the bank that it was not paid.
-- Locks, in order: the investor -> the refund -> its approvals by id -> the investor's accounts.
-- Errors: 42501 not administrators or operations, or not here; or in a file (DETAIL exported) and not an administrator;
-- 22023 reason; DL006 with DETAIL of its status where it is over; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_cancel_refund(p_refund uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.refunds;
BEGIN
    PERFORM 1 FROM public.investors i JOIN public.refunds f ON f.investor_id = i.id WHERE f.id = p_refund FOR NO KEY UPDATE OF i;
    SELECT f.* INTO v FROM public.refunds f WHERE f.id = p_refund AND app.role() IN ('staff_admin', 'staff_ops')  -- [2]
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this refund is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v.status NOT IN ('proposed', 'approved', 'exported') THEN  -- [3]
        RAISE EXCEPTION 'this refund is over' USING ERRCODE = 'DL006', DETAIL = v.status;
    ELSIF v.status = 'exported' AND app.role() <> 'staff_admin' THEN  -- [4]
        RAISE EXCEPTION 'administrators end what is in a file' USING ERRCODE = '42501', DETAIL = 'exported';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    IF v.status = 'proposed' THEN
        PERFORM app.withdraw_approvals('refund', v.id);
    ELSE
        PERFORM app.credit_of(v.investor_id, v.currency);
        PERFORM app.reverse_entry((SELECT e.id FROM public.ledger_entries e WHERE e.key = 'refund:' || v.id),
            'refund_cancelled:' || v.id, app.house_day(clock_timestamp()), v.end_to_end_id);
    END IF;
    UPDATE public.refunds SET status = 'cancelled', cancel_reason = btrim(p_reason) WHERE id = v.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this refund' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.lock_refund(public.approvals)');
SELECT app.as_internal('app.parties_of_refund(public.approvals)');
SELECT app.as_internal('app.refund_decided(public.approvals, text)');
SELECT app.as_definer('public.fn_cancel_refund(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_cancel_refund(uuid, text) IS
    'End a refund that is not paid, with a reason: what was approved is credit again. For administrators and operations.';
SELECT app.register_subject('refund', p_locks => 'app.lock_refund', p_hash => 'app.refund_hash',
    p_parties => 'app.parties_of_refund', p_decided => 'app.refund_decided', p_may_ask_changes => false);
