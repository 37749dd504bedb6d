-- What of an invoice is open, and the status that follows. In the database, because payments, credit notes and reversals
-- may come at once, and none may pass another by.

-- Total less everything applied; 0 for a draft and for a credit note. Locks: none. Internal; staff and people read it as a
-- column of app.invoice_balances.
CREATE OR REPLACE FUNCTION app.invoice_open_amount(p_invoice uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN i.kind = 'credit_note' OR i.status = 'draft' THEN 0.00
                ELSE i.total - coalesce((SELECT sum(p.amount) FROM public.payments p WHERE p.invoice_id = i.id), 0) END
      FROM public.invoices i WHERE i.id = p_invoice
$$;
SELECT app.as_internal('app.invoice_open_amount(uuid)');
COMMENT ON FUNCTION app.invoice_open_amount(uuid) IS 'What of an invoice is not paid or credited yet, in its currency.';

-- Sets the status that payments and credit notes give an invoice: sent, partial, paid, or cancelled when credit notes alone
-- answered it. The allocation that an invoice funds is settled once it is paid, and no longer when that was taken back.
-- Call it after each row of payments. Gives the status.
-- Locks: the invoice (NO KEY UPDATE), then its allocation. Take the invoice's lock before you read what is open.
-- Errors: 42501 not there, or a draft; 22023 with DETAIL open where more was applied than the total, or less than nothing.
CREATE OR REPLACE FUNCTION app.settle_invoice(p_invoice uuid) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v public.invoices;
    v_applied numeric;
    v_money numeric;
    v_status text;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice FOR NO KEY UPDATE;
    IF NOT FOUND OR v.status = 'draft' OR v.kind = 'credit_note' THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    END IF;
    SELECT coalesce(sum(p.amount), 0), coalesce(sum(p.amount) FILTER (WHERE p.method IS DISTINCT FROM 'credit_note'), 0)
      INTO v_applied, v_money FROM public.payments p WHERE p.invoice_id = p_invoice;
    IF v_applied NOT BETWEEN 0 AND v.total THEN  -- [1]
        RAISE EXCEPTION 'no more is applied than the invoice asks for' USING ERRCODE = '22023', DETAIL = 'open';
    END IF;
    v_status := CASE WHEN v_applied = v.total AND v_money = 0 AND v.total > 0 THEN 'cancelled'
                     WHEN v_applied = v.total THEN 'paid'
                     WHEN v_applied > 0 THEN 'partial' ELSE 'sent' END;
    IF v_status <> v.status THEN
        UPDATE public.invoices SET status = v_status WHERE id = p_invoice;
    END IF;
    IF v.generated_from = 'allocation' THEN
        UPDATE public.allocations a SET status = CASE v_status WHEN 'paid' THEN 'settled' ELSE 'approved' END
         WHERE a.id = v.allocation_id AND a.status = CASE v_status WHEN 'paid' THEN 'approved' ELSE 'settled' END;
    END IF;
    RETURN v_status;
END;
$$;
SELECT app.as_internal('app.settle_invoice(uuid)');
COMMENT ON FUNCTION app.settle_invoice(uuid) IS
    'Set the status of an invoice from what was applied to it, and settle the allocation it funds. For definer functions.';
