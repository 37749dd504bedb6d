-- What holds of every posting, whoever writes it: entries add up to zero, everything is in one currency, running accounts
-- go on from the posting before, and what is posted stays. In the database and ENABLE ALWAYS, so that it holds for the
-- owner as well. Once a statement, with its new rows: a trigger or a foreign key for each row would cost as much as the
-- rows. A statement whose rows add up to zero for each entry leaves each entry at zero.
-- Errors: 23514 for rows that break one of these; 42501 for a change.
CREATE OR REPLACE FUNCTION app.guard_postings() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n GROUP BY n.entry_id HAVING sum(n.amount) <> 0) THEN  -- [1]
        RAISE EXCEPTION 'an entry adds up to zero' USING ERRCODE = '23514';
    ELSIF EXISTS (
        SELECT FROM new_rows n LEFT JOIN public.ledger_entries e ON e.id = n.entry_id
          LEFT JOIN public.ledger_accounts a ON a.id = n.account_id
          LEFT JOIN public.ledger_postings p ON p.account_id = n.account_id AND p.seq = n.seq - 1
         WHERE e.id IS NULL OR a.id IS NULL OR a.currency <> e.currency  -- [2]
            OR (a.seq IS NULL) <> (n.seq IS NULL)
            OR n.seq IS NOT NULL AND (n.balance_after <> n.amount + coalesce(p.balance_after, 0)  -- [3]
                                      OR (n.seq = 1) <> (p.id IS NULL))) THEN
        RAISE EXCEPTION 'a posting goes to an account in the currency of its entry, and on from the one before'
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_postings() FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard_postings AFTER INSERT ON public.ledger_postings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.guard_postings();
ALTER TABLE public.ledger_postings ENABLE ALWAYS TRIGGER guard_postings;

SELECT app.make_append_only('public.ledger_entries');
SELECT app.make_append_only('public.ledger_postings');
SELECT app.make_append_only('public.accounting_periods');

-- Accounts move their balance and nothing else, and stay.
CREATE OR REPLACE TRIGGER keep_account BEFORE UPDATE OF id, kind, currency, investor_id, holder_id, created_at
    ON public.ledger_accounts FOR EACH ROW
    EXECUTE FUNCTION app.keep_columns('id', 'kind', 'currency', 'investor_id', 'holder_id', 'created_at');
ALTER TABLE public.ledger_accounts ENABLE ALWAYS TRIGGER keep_account;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.ledger_accounts
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.ledger_accounts ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.ledger_accounts');
