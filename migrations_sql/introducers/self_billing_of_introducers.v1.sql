-- What this app adds to invoices, which stand below it: the path by which self-billing invoices are read, with their lines,
-- taxes and payments, by staff and by the introducer whose commissions they bill. They have no investor.
DROP POLICY IF EXISTS "Introducers and staff read self-billing invoices" ON public.invoices;
CREATE POLICY "Introducers and staff read self-billing invoices" ON public.invoices FOR SELECT TO verso_app
    USING (status <> 'draft' AND id = ANY (ARRAY(SELECT app.visible_self_billing())));
DROP POLICY IF EXISTS "Introducers read lines of self-billing invoices" ON public.invoice_lines;
CREATE POLICY "Introducers read lines of self-billing invoices" ON public.invoice_lines FOR SELECT TO verso_app
    USING (invoice_id = ANY (ARRAY(SELECT app.visible_self_billing())));
DROP POLICY IF EXISTS "Introducers read taxes of self-billing invoices" ON public.invoice_taxes;
CREATE POLICY "Introducers read taxes of self-billing invoices" ON public.invoice_taxes FOR SELECT TO verso_app
    USING (invoice_id = ANY (ARRAY(SELECT app.visible_self_billing())));
DROP POLICY IF EXISTS "Introducers and staff read payouts" ON public.payments;
CREATE POLICY "Introducers and staff read payouts" ON public.payments FOR SELECT TO verso_app
    USING (invoice_id = ANY (ARRAY(SELECT app.visible_self_billing())));

-- A commission that was billed is paid once its invoice is, and no longer when the payment was taken back.
CREATE OR REPLACE FUNCTION app.follow_self_billing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.introducer_commissions c
       SET status = CASE NEW.status WHEN 'paid' THEN 'paid' ELSE 'invoiced' END,
           paid_at = CASE NEW.status WHEN 'paid' THEN clock_timestamp() END
     WHERE c.invoice_id = NEW.id;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.follow_self_billing() FROM PUBLIC;
COMMENT ON FUNCTION app.follow_self_billing() IS 'Trigger: commissions are paid with their self-billing invoice.';
CREATE OR REPLACE TRIGGER follow_self_billing AFTER UPDATE OF status ON public.invoices
    FOR EACH ROW WHEN (NEW.kind = 'self_billing' AND OLD.status <> NEW.status AND OLD.status <> 'draft')
    EXECUTE FUNCTION app.follow_self_billing();
