-- What holds of every account, entry and posting, whoever writes it: entries add up to zero, everything is in one currency,
-- running accounts go on from the posting before, and what is posted stays. In the database and ENABLE ALWAYS, so that it
-- holds for the owner as well. Once a statement, with its new rows: a CHECK is parsed anew by each statement, and a foreign
-- key locks its row; both would cost as much as the rows. A statement whose rows add up to zero for each entry leaves
-- each entry at zero. Looked up row by row, so that the plan is right for one row and for a hundred thousand.
-- Errors: 23514 for rows that break one of these; 42501 for a change.
CREATE OR REPLACE FUNCTION app.guard_postings() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_rows n GROUP BY n.entry_id
        HAVING sum(n.amount) <> 0  -- [1]
            OR bool_or(n.amount = 0
            OR coalesce((SELECT e.currency FROM public.ledger_entries e WHERE e.id = n.entry_id), 'no entry') <>  -- [2]
               coalesce((SELECT a.currency FROM public.ledger_accounts a
                          WHERE a.id = n.account_id AND (a.seq IS NULL) = (n.seq IS NULL)), 'no account')
            OR n.seq IS NOT NULL AND n.balance_after IS DISTINCT FROM n.amount + CASE WHEN n.seq = 1 THEN 0 ELSE  -- [3]
               (SELECT p.balance_after FROM public.ledger_postings p
                 WHERE p.account_id = n.account_id AND p.seq = n.seq - 1) END)) THEN
        RAISE EXCEPTION 'an entry adds up to zero, and each posting goes on from the one before, in the entry''s currency'
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_postings() FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard_postings AFTER INSERT ON public.ledger_postings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.guard_postings();
ALTER TABLE public.ledger_postings ENABLE ALWAYS TRIGGER guard_postings;

-- Each fact of an entry can be shown and found again. Its currency is that of its accounts, where it was checked. Lengths
-- are counted, not matched: a {1,200} in a pattern is unrolled, and costs more than the entry.
CREATE OR REPLACE FUNCTION app.guard_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_rows n
         WHERE n.kind ~ '[^a-z_]' OR length(n.kind) NOT BETWEEN 1 AND 40
            OR n.key ~ '[^!-~]' OR length(n.key) NOT BETWEEN 1 AND 200
            OR n.source_table ~ '[^a-z_]' OR length(n.source_table) NOT BETWEEN 1 AND 63
            OR n.asked_date < '1900-01-01' OR n.effective_date < n.asked_date OR n.effective_date >= '2200-01-01'
            OR n.created_at < '1900-01-01' OR n.created_at >= '2200-01-01'
            OR n.memo <> '' AND NOT (length(n.memo) <= 200 AND app.is_line(n.memo))) THEN
        RAISE EXCEPTION 'an entry has a plain type, key and source, days within years and one line of memo'
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_entries() FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard_entries AFTER INSERT ON public.ledger_entries
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.guard_entries();
ALTER TABLE public.ledger_entries ENABLE ALWAYS TRIGGER guard_entries;

-- An account is of a type that there is, has the owner that its type asks for, and runs where its type does.
CREATE OR REPLACE FUNCTION app.guard_accounts() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_of_investors constant text[] := '{receivable,credit,accrued_fees}';
    v_of_holders constant text[] := '{introducer_payable,bank}';
    v_running constant text[] := '{receivable,credit,introducer_payable,bank,suspense}';
    v_of_the_house constant text[] := '{suspense,fee_income_subscription,fee_income_management,fee_income_performance,
        fee_income_spread,fee_income_flat,fee_income_other,principal_due,spread,vat,write_offs,bank_charges,rounding,
        commission_expense,refunds_clearing,payouts_clearing}';
BEGIN
    IF (NEW.kind = ANY (v_of_investors || v_of_holders || v_of_the_house) AND app.is_currency(NEW.currency)
        AND (NEW.kind = ANY (v_of_investors)) = (NEW.investor_id IS NOT NULL)
        AND (NEW.kind = 'suspense' OR (NEW.kind = ANY (v_of_holders)) = (NEW.holder_id IS NOT NULL))
        AND (NEW.kind = ANY (v_running)) = (NEW.seq IS NOT NULL) AND (NEW.seq IS NULL) = (NEW.balance IS NULL)
        AND NEW.created_at BETWEEN '1900-01-01' AND '2199-12-31') IS NOT TRUE THEN
        RAISE EXCEPTION 'this is no account: its type, currency or owner' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_accounts() FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard_accounts BEFORE INSERT ON public.ledger_accounts
    FOR EACH ROW EXECUTE FUNCTION app.guard_accounts();
ALTER TABLE public.ledger_accounts ENABLE ALWAYS TRIGGER guard_accounts;

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
