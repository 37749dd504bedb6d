-- Takes a write-off back, once, with a reason: the opposite payment and entry, and the invoice is open again by its amount. In
-- the database, because the invoice may be paid or the write-off taken back by another at the same moment.
-- Administrators alone: write-offs are theirs. Locks in order: the invoice -> the write-off (NO KEY UPDATE) -> the allocation
-- that the invoice funds -> the investor's account. Gives the payment that answers it.
-- Errors: 42501 not an administrator, or not here; 22023 with DETAIL reason; DL006 with DETAIL of its status where it does
-- not count (proposed, rejected, withdrawn, reversed); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_reverse_write_off(p_write_off uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.write_offs;
    v_id uuid;
BEGIN
    PERFORM 1 FROM public.invoices i JOIN public.write_offs w ON w.invoice_id = i.id WHERE w.id = p_write_off
        FOR NO KEY UPDATE OF i;
    SELECT w.* INTO v FROM public.write_offs w WHERE w.id = p_write_off AND app.role() = 'staff_admin'  -- [2]
        AND app.uid() <> app.system_profile() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this write-off is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v.status <> 'approved' THEN  -- [3]
        RAISE EXCEPTION 'this write-off does not count' USING ERRCODE = 'DL006', DETAIL = v.status;
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    INSERT INTO public.payments (investor_id, invoice_id, amount, currency, paid_at, method, status, reverses_id)
    SELECT p.investor_id, p.invoice_id, -p.amount, p.currency, clock_timestamp(), p.method, 'applied', p.id
      FROM public.payments p WHERE p.id = v.payment_id RETURNING id INTO v_id;
    PERFORM app.settle_invoice(v.invoice_id);
    PERFORM app.reverse_entry((SELECT e.id FROM public.ledger_entries e WHERE e.key = 'payment:' || v.payment_id),
        'payment:' || v_id, app.house_day(clock_timestamp()), (SELECT i.number FROM public.invoices i WHERE i.id = v.invoice_id));
    UPDATE public.write_offs SET status = 'reversed', reversal_reason = btrim(p_reason) WHERE id = v.id;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this invoice' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_reverse_write_off(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_reverse_write_off(uuid, text) IS
    'Take a write-off back with a reason, once: the invoice is open again; the payment that answers it. For administrators.';
