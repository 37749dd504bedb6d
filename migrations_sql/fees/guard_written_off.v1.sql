-- An invoice of which something was written off is not credited before that was taken back: a credit note takes off what is
-- open, and gives the rest back as money, which nobody paid. In the database as a trigger, because an invoice is credited from
-- several places, and each comes by here. Whoever credits holds the invoice. What a bank kept counts as paid.
-- Locks: none. Errors: 22023 with DETAIL written_off.
CREATE OR REPLACE FUNCTION app.guard_written_off() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(p.amount) FROM public.payments p WHERE p.invoice_id = NEW.credits_id AND p.method = 'write_off') > 0 THEN  -- [1]
        RAISE EXCEPTION 'a part of this invoice is written off' USING ERRCODE = '22023', DETAIL = 'written_off';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_written_off() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_written_off() IS 'Trigger: no credit note for an invoice while a part of it is written off.';
CREATE OR REPLACE TRIGGER guard_written_off BEFORE INSERT ON public.invoices
    FOR EACH ROW WHEN (NEW.credits_id IS NOT NULL) EXECUTE FUNCTION app.guard_written_off();
ALTER TABLE public.invoices ENABLE ALWAYS TRIGGER guard_written_off;
