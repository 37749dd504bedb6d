-- Takes an approved payout back that the bank never made, once, with a reason: the opposite payment and entry, and the invoice is
-- owed again. In the database, because the bank's line may be matched at the same moment, and what the bank paid stays paid.
-- Administrators alone: after it the invoice can be paid a second time. Locks in order: the invoice -> the payout (NO KEY UPDATE)
-- -> the introducer's account. Gives the payment that answers it.
-- Errors: 42501 not an administrator, or not here; 22023 with DETAIL reason (none given) or matched (a bank line settled it); DL006
-- with DETAIL of its status where it does not count (proposed, rejected, reversed); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_reverse_payout(p_payout uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introducer_payouts;
    v_id uuid;
BEGIN
    PERFORM FROM public.invoices i WHERE i.id = (
        SELECT p.invoice_id FROM public.introducer_payouts p WHERE p.id = p_payout) FOR NO KEY UPDATE;
    SELECT p.* INTO v FROM public.introducer_payouts p WHERE p.id = p_payout AND app.role() = 'staff_admin'  -- [1]
        AND app.uid() <> app.system_profile() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this payout is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v.status <> 'approved' THEN  -- [2]
        RAISE EXCEPTION 'this payout does not count' USING ERRCODE = 'DL006', DETAIL = v.status;
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF app.payouts_without_line(v.invoice_id) < v.amount THEN  -- [3]
        RAISE EXCEPTION 'the bank paid it' USING ERRCODE = '22023', DETAIL = 'matched';
    END IF;
    PERFORM app.hold_running(NULL, p.currency) FROM public.payments p WHERE p.id = v.payment_id;
    INSERT INTO public.payments (invoice_id, amount, currency, paid_at, method, status, reverses_id)
    SELECT p.invoice_id, -p.amount, p.currency, clock_timestamp(), p.method, 'applied', p.id
      FROM public.payments p WHERE p.id = v.payment_id RETURNING id INTO v_id;
    PERFORM app.settle_invoice(v.invoice_id);
    PERFORM app.reverse_entry((SELECT e.id FROM public.ledger_entries e WHERE e.key = 'payment:' || v.payment_id),
        'payment:' || v_id, app.house_day(clock_timestamp()), (SELECT i.number FROM public.invoices i WHERE i.id = v.invoice_id));
    UPDATE public.introducer_payouts SET status = 'reversed', reversal_reason = btrim(p_reason) WHERE id = v.id;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_reverse_payout(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_reverse_payout(uuid, text) IS
    'Take an approved payout back that no bank line settled, with a reason, once; the payment that answers it. For administrators.';
