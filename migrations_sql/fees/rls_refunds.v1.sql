-- Staff read refunds; functions alone write them. What was proposed never changes but for what came of it, and a refund that is
-- in a file stays in that one. Investors read the entry on their statement of account.
SELECT app.table_class('public.refunds', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows', p_deal => '',
    p_functions => 'SELECT, INSERT, UPDATE (status, decided_by, decided_at, batch_id, cancel_reason)');
GRANT SELECT (id, investor_id, amount, currency, bank_transaction_id, receiving_account_id, status, proposed_at, decided_at,
    batch_id) ON public.refunds TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.refunds;
CREATE POLICY "Analysts read the figures of all" ON public.refunds FOR SELECT TO verso_readonly USING (true);
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.refunds
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.refunds');

CREATE OR REPLACE FUNCTION app.keep_refund() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id THEN  -- [1]
        RAISE EXCEPTION 'A refund is in one file, for ever.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.keep_refund() FROM PUBLIC;
COMMENT ON FUNCTION app.keep_refund() IS 'Trigger: a refund that is in a file is in no other.';
CREATE OR REPLACE TRIGGER keep_refund BEFORE UPDATE OF batch_id ON public.refunds
    FOR EACH ROW EXECUTE FUNCTION app.keep_refund();
ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER keep_refund;
