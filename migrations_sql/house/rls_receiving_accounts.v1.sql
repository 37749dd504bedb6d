-- Staff read the accounts into which investors pay; functions write them, for two administrators (approvals/
-- fn_propose_receiving_account). What was agreed to is never changed, by the owner neither: another account takes its place.
SELECT app.table_class('public.receiving_accounts', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
CREATE OR REPLACE TRIGGER keep_columns BEFORE UPDATE ON public.receiving_accounts
    FOR EACH ROW EXECUTE FUNCTION app.keep_columns('id', 'currency', 'holder_name', 'bank_name', 'iban', 'account_number', 'bic',
        'street', 'postcode', 'town', 'country', 'replaces_id', 'reason', 'proposed_by', 'proposed_at');
ALTER TABLE public.receiving_accounts ENABLE ALWAYS TRIGGER keep_columns;
CREATE OR REPLACE TRIGGER keep_start BEFORE UPDATE ON public.receiving_accounts
    FOR EACH ROW WHEN (OLD.active_from IS NOT NULL) EXECUTE FUNCTION app.keep_columns('active_from', 'agreed_by');
ALTER TABLE public.receiving_accounts ENABLE ALWAYS TRIGGER keep_start;
CREATE OR REPLACE TRIGGER keep_end BEFORE UPDATE ON public.receiving_accounts
    FOR EACH ROW WHEN (OLD.active_until IS NOT NULL)
    EXECUTE FUNCTION app.keep_columns('active_until', 'is_default', 'ended_by', 'end_reason');
ALTER TABLE public.receiving_accounts ENABLE ALWAYS TRIGGER keep_end;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.receiving_accounts
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.receiving_accounts ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.receiving_accounts');
