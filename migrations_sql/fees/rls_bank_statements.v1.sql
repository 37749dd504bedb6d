-- Staff read bank statements; the import alone writes them, and changes its counts until the statement is whole.
SELECT app.table_class('public.bank_statements', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, receiving_account_id, format, sequence, currency, from_date, to_date, opening, closing, lines_total,
    lines_read, lines_new, is_whole, imported_at) ON public.bank_statements TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.bank_statements;
CREATE POLICY "Analysts read the figures of all" ON public.bank_statements FOR SELECT TO verso_readonly USING (true);

CREATE OR REPLACE FUNCTION app.keep_bank_statement() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_whole THEN
        RAISE EXCEPTION 'A bank statement never changes once it is whole.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.keep_bank_statement() FROM PUBLIC;
COMMENT ON FUNCTION app.keep_bank_statement() IS 'Trigger: refuses, with 42501, a change of a statement that is whole.';
CREATE OR REPLACE TRIGGER keep_bank_statement BEFORE UPDATE ON public.bank_statements
    FOR EACH ROW EXECUTE FUNCTION app.keep_bank_statement();
ALTER TABLE public.bank_statements ENABLE ALWAYS TRIGGER keep_bank_statement;

-- A statement is whole when its transaction ends, or not there: lines that nobody added up are in no books.
CREATE OR REPLACE FUNCTION app.guard_whole_statement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.bank_statements s WHERE s.id = NEW.id AND NOT s.is_whole) THEN  -- [1]
        RAISE EXCEPTION 'this statement was not closed' USING ERRCODE = '22023', DETAIL = 'unfinished';
    END IF;
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.guard_whole_statement()', 'verso_definer');
COMMENT ON FUNCTION app.guard_whole_statement() IS 'Trigger: a bank statement is closed by the transaction that opened it. 22023.';
DROP TRIGGER IF EXISTS guard_whole_statement ON public.bank_statements;
CREATE CONSTRAINT TRIGGER guard_whole_statement AFTER INSERT ON public.bank_statements
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.guard_whole_statement();
ALTER TABLE public.bank_statements ENABLE ALWAYS TRIGGER guard_whole_statement;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.bank_statements
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.bank_statements ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.bank_statements');
