-- What accounts hold. In the database, because pages, statements and checks must add up one way. A day counts by
-- effective date, to its end; without a day everything posted counts. Amounts of different currencies are never added.
-- Locks: none. Errors: 42501 for who may not ask.

-- Every account with its balance, debit positive.
CREATE OR REPLACE FUNCTION app.account_balances(p_as_of date) RETURNS TABLE (account_id uuid, balance numeric)
LANGUAGE sql STABLE AS $$
    SELECT p.account_id, sum(p.amount) FROM public.ledger_postings p
     WHERE p_as_of IS NULL
        OR p.entry_id IN (SELECT e.id FROM public.ledger_entries e WHERE e.effective_date <= p_as_of)
     GROUP BY p.account_id
$$;
SELECT app.as_internal('app.account_balances(date)');

-- The trial balance: for each currency and type of account, what its accounts with a debit balance hold together, and those
-- with a credit balance. Debits and credits of a currency are equal.
CREATE OR REPLACE FUNCTION public.fn_trial_balance(p_as_of date DEFAULT NULL)
RETURNS TABLE (currency text, account_kind text, debit numeric, credit numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff read the ledger' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
    SELECT a.currency::text, a.kind, coalesce(sum(b.balance) FILTER (WHERE b.balance > 0), 0.00),
           coalesce(-sum(b.balance) FILTER (WHERE b.balance < 0), 0.00)
      FROM app.account_balances(p_as_of) b JOIN public.ledger_accounts a ON a.id = b.account_id
     GROUP BY a.currency, a.kind ORDER BY a.currency, a.kind;
END;
$$;
SELECT app.as_definer('public.fn_trial_balance(date)', 'verso_app');
COMMENT ON FUNCTION public.fn_trial_balance(date) IS
    'Debit and credit balances by currency and type of account, at the end of a day or of everything. For staff.';

-- What an investor owes in one currency (negative: is owed): receivable and credit together. Fees not invoiced yet do
-- not count.
CREATE OR REPLACE FUNCTION app.investor_balance(p_investor uuid, p_currency text, p_as_of date DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_investor IS NULL OR p_investor <> ALL (ARRAY(SELECT app.visible_investors())) THEN  -- [1]
        RAISE EXCEPTION 'this investor is not here' USING ERRCODE = '42501';
    END IF;
    RETURN (SELECT coalesce(sum(p.amount), 0.00)
              FROM public.ledger_accounts a JOIN public.ledger_postings p ON p.account_id = a.id
              JOIN public.ledger_entries e ON e.id = p.entry_id AND e.effective_date <= coalesce(p_as_of, 'infinity')
             WHERE a.investor_id = p_investor AND a.currency = p_currency AND a.kind IN ('receivable', 'credit'));
END;
$$;
SELECT app.as_definer('app.investor_balance(uuid, text, date)', 'verso_app');
COMMENT ON FUNCTION app.investor_balance(uuid, text, date) IS
    'What an investor owes in a currency at the end of a day, or now; negative when it is the house that owes.';

-- The statement of account of an investor in one currency: a row 'opening', a row for each entry that moved what is owed,
-- by date, with the balance after it, and a row 'closing'. What moves only between receivable and credit is left out.
CREATE OR REPLACE FUNCTION public.fn_statement_of_account(p_investor uuid, p_currency text, p_from date, p_to date)
RETURNS TABLE (line bigint, effective_date date, kind text, memo text, source_table text, source_id uuid, amount numeric,
               balance numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_investor IS NULL OR p_investor <> ALL (ARRAY(SELECT app.visible_investors())) THEN  -- [2]
        RAISE EXCEPTION 'this investor is not here' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
    WITH moved AS (
        SELECT e.id, e.effective_date, e.kind, e.memo, e.source_table, e.source_id, sum(p.amount) AS amount,
               min(p.id) AS first
          FROM public.ledger_accounts a JOIN public.ledger_postings p ON p.account_id = a.id
          JOIN public.ledger_entries e ON e.id = p.entry_id AND e.effective_date <= p_to
         WHERE a.investor_id = p_investor AND a.currency = p_currency AND a.kind IN ('receivable', 'credit')
         GROUP BY e.id HAVING sum(p.amount) <> 0
    ), opening AS (
        SELECT coalesce(sum(m.amount), 0.00) AS amount FROM moved m WHERE m.effective_date < p_from
    ), shown AS (
        SELECT row_number() OVER w AS line, m.*, o.amount + sum(m.amount) OVER w AS balance
          FROM moved m CROSS JOIN opening o WHERE m.effective_date >= p_from WINDOW w AS (ORDER BY m.effective_date, m.first)
    )
    SELECT 0::bigint, p_from, 'opening', '', NULL::text, NULL::uuid, NULL::numeric, o.amount FROM opening o
    UNION ALL
    SELECT s.line, s.effective_date, s.kind, s.memo, s.source_table, s.source_id, s.amount, s.balance FROM shown s
    UNION ALL
    SELECT count(s.line) + 1, p_to, 'closing', '', NULL, NULL, NULL, o.amount + coalesce(sum(s.amount), 0)
      FROM opening o LEFT JOIN shown s ON true GROUP BY o.amount
    ORDER BY 1;
END;
$$;
SELECT app.as_definer('public.fn_statement_of_account(uuid, text, date, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_statement_of_account(uuid, text, date, date) IS
    'An investor''s account in one currency: opening, what moved it, closing. For its people and for staff.';
