-- Posts entries: the one way into the ledger. In the database, because only functions may write there, and because
-- reading a balance and adding to it must be one thing. Internal: the definer function that calls it decides who may,
-- and writes the one audit row, of which these entries are the consequence.
--
-- One call posts many entries of one kind and currency, set by set; app.post_entry posts one. Arrays of entries run in
-- step, and so do arrays of lines; p_line_entries says to which entry, counted from 1, a line belongs. Amounts are
-- signed: debit positive, credit negative; each entry adds up to zero. The ids come in the order of the keys.
-- A key posts once: the same key again gives the entry that is there, provided it says the same.
-- An entry for a month that is closed counts from the first day that is open; asked_date keeps its own day.
-- A transaction posts everything in one call where it can: accounts are locked in order within a call.
-- Locks in order: accounting_periods (ROW EXCLUSIVE, which closing a month waits for), the entries' keys in order, the
-- running accounts in order of id (NO KEY UPDATE); balances are read in the statement after.
-- Every look-up goes by its index, planned once: a session that posts a hundred thousand entries and then one, or the other
-- way round, keeps a plan that is right for both.
-- Errors: 22023 with DETAIL lines (an entry without lines, or not adding up to zero), amount (zero, NaN, too large, or
-- smaller than the currency's unit), account (a line without one), differs (the key was used for something else);
-- 23514 for what no account or entry may be; 23505 where p_reverses names an entry that is reversed already.
CREATE OR REPLACE FUNCTION app.post_entries(
    p_kind text, p_currency text, p_source_table text,
    p_keys text[], p_effective date[], p_source_ids uuid[], p_memos text[],
    p_line_entries int[], p_line_accounts text[], p_line_amounts numeric[],
    p_line_investors uuid[] DEFAULT NULL, p_line_holders uuid[] DEFAULT NULL, p_line_deals uuid[] DEFAULT NULL,
    p_reverses uuid[] DEFAULT NULL
) RETURNS uuid[]
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_count constant int := coalesce(cardinality(p_keys), 0);
    v_ids uuid[];
    v_made int;
    v_wrong text;
    v_new boolean[];
    v_accounts uuid[];
BEGIN
    v_wrong := app.wrong_lines(v_count, p_currency, p_line_entries, p_line_accounts, p_line_amounts);
    IF v_wrong <> '' THEN
        RAISE EXCEPTION 'lines name their account, have an amount in whole units of the currency, and add up to zero'
            USING ERRCODE = '22023', DETAIL = v_wrong;
    ELSIF v_count = 0 THEN
        RETURN '{}';
    END IF;
    LOCK TABLE public.accounting_periods IN ROW EXCLUSIVE MODE;  -- [1]
    IF v_count = 1 THEN
        v_ids := ARRAY[gen_random_uuid()];
    ELSE
        SELECT array_agg(gen_random_uuid()) INTO v_ids FROM generate_series(1, v_count);
    END IF;
    INSERT INTO public.ledger_entries (id, kind, key, effective_date, asked_date, currency, source_table, source_id, memo,
        reverses_id)
    SELECT e.id, p_kind, e.key,
           greatest(e.asked, (SELECT (max(p.month) + interval '1 month')::date FROM public.accounting_periods p)),
           e.asked, p_currency, p_source_table, e.source_id,
           coalesce(e.memo, ''), e.reverses
      FROM unnest(v_ids, p_keys, p_effective, p_source_ids, p_memos, p_reverses)
           AS e(id, key, asked, source_id, memo, reverses)
     ORDER BY e.key  -- [2]
    ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS v_made = ROW_COUNT;
    v_accounts := app.accounts_of_lines(p_currency, p_line_accounts, p_line_investors, p_line_holders);
    IF v_made < v_count THEN
        SELECT array_agg(n.id IS NOT NULL ORDER BY e.n), array_agg(k.id ORDER BY e.n) INTO v_new, v_ids
          FROM unnest(v_ids, p_keys) WITH ORDINALITY e(id, key, n)
          LEFT JOIN public.ledger_entries n ON n.id = e.id
          LEFT JOIN public.ledger_entries k ON k.key = e.key;
        PERFORM app.check_same(p_kind, p_currency, p_source_table, v_ids, p_effective, p_source_ids, p_reverses, v_new,
            p_line_entries, v_accounts, p_line_amounts, p_line_deals);
        IF v_made = 0 THEN
            RETURN v_ids;
        END IF;
    END IF;
    -- A statement of its own locks, the next one reads what the accounts hold now that they are ours.
    PERFORM FROM (SELECT DISTINCT l.id FROM unnest(v_accounts) l(id) ORDER BY l.id) l  -- [3]
      CROSS JOIN LATERAL (SELECT FROM public.ledger_accounts a WHERE a.id = l.id AND a.seq IS NOT NULL
                          OFFSET 0 FOR NO KEY UPDATE) a;  -- [4]
    WITH added AS (
        INSERT INTO public.ledger_postings (entry_id, account_id, amount, deal_id, seq, balance_after)
        SELECT v_ids[l.entry], l.account, l.amount, l.deal, a.seq + row_number() OVER w, a.balance + sum(l.amount) OVER w
          FROM unnest(p_line_entries, v_accounts, p_line_amounts, p_line_deals)
               WITH ORDINALITY l(entry, account, amount, deal, n)
         CROSS JOIN LATERAL (SELECT o.seq, o.balance FROM public.ledger_accounts o WHERE o.id = l.account OFFSET 0) a
         WHERE v_new IS NULL OR v_new[l.entry]
        WINDOW w AS (PARTITION BY l.account ORDER BY l.n)
         ORDER BY l.n
        RETURNING account_id, amount, seq)
    UPDATE public.ledger_accounts a SET balance = a.balance + m.amount, seq = m.seq
      FROM (SELECT account_id, sum(amount) AS amount, max(seq) AS seq FROM added WHERE seq IS NOT NULL GROUP BY 1) m
     WHERE a.id = m.account_id;
    RETURN v_ids;
END;
$$;
SELECT app.as_internal('app.post_entries(text, text, text, text[], date[], uuid[], text[], int[], text[], numeric[],
    uuid[], uuid[], uuid[], uuid[])');

-- The first day on which something may count; null while no month was ever closed.
CREATE OR REPLACE FUNCTION app.first_open_day() RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT (max(p.month) + interval '1 month')::date FROM public.accounting_periods p
$$;
SELECT app.as_internal('app.first_open_day()');

-- One word for what is wrong with lines: account, amount or lines; '' where nothing is.
CREATE OR REPLACE FUNCTION app.wrong_lines(
    p_count int, p_currency text, p_line_entries int[], p_line_accounts text[], p_line_amounts numeric[]
) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN NOT coalesce(bool_and(e.named), true) THEN 'account'
                    WHEN NOT coalesce(bool_and(e.sound), true) THEN 'amount'
                    WHEN count(*) <> p_count OR NOT coalesce(bool_and(e.total = 0 AND e.n BETWEEN 1 AND p_count), true)
                    THEN 'lines' ELSE '' END
          FROM (SELECT l.n, sum(l.amount) AS total, bool_and(l.account IS NOT NULL) AS named,
                       bool_and(coalesce(l.amount <> 0 AND abs(l.amount) < 1e15
                                         AND l.amount = app.money_round(l.amount, p_currency), false)) AS sound
                  FROM unnest(p_line_entries, p_line_accounts, p_line_amounts) l(n, account, amount) GROUP BY l.n) e);
END;
$$;
SELECT app.as_internal('app.wrong_lines(int, text, int[], text[], numeric[])');

-- The account of each line, in the order of the lines; those that are not there are opened.
CREATE OR REPLACE FUNCTION app.accounts_of_lines(p_currency text, p_kinds text[], p_investors uuid[], p_holders uuid[])
RETURNS uuid[]
LANGUAGE plpgsql AS $$
DECLARE
    v_accounts uuid[];
BEGIN
    LOOP
        SELECT array_agg((SELECT a.id FROM public.ledger_accounts a WHERE a.kind = l.kind AND a.currency = p_currency
                             AND a.owner_id = coalesce(l.investor, l.holder, app.ledger_nobody())) ORDER BY l.n)
          INTO v_accounts
          FROM unnest(p_kinds, p_investors, p_holders) WITH ORDINALITY l(kind, investor, holder, n);
        EXIT WHEN array_position(v_accounts, NULL) IS NULL;
        PERFORM app.open_accounts(p_kinds, p_currency, p_investors, p_holders);
    END LOOP;
    RETURN v_accounts;
END;
$$;
SELECT app.as_internal('app.accounts_of_lines(text, text[], uuid[], uuid[])');

-- Refuses a key that was used for something else: other facts, or other lines. Twice in one call is that, too.
CREATE OR REPLACE FUNCTION app.check_same(
    p_kind text, p_currency text, p_source_table text, p_ids uuid[], p_effective date[], p_source_ids uuid[],
    p_reverses uuid[], p_new boolean[], p_line_entries int[], p_accounts uuid[], p_amounts numeric[], p_deals uuid[]
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(p_ids, p_effective, p_source_ids, p_reverses, p_new) WITH ORDINALITY
                    e(id, asked, source_id, reverses, new, n)
          JOIN public.ledger_entries k ON k.id = e.id
          LEFT JOIN LATERAL (SELECT array_agg(r.line ORDER BY r.line) AS lines FROM (
                                 SELECT ROW(p.account_id, p.amount, p.deal_id)::text
                                   FROM public.ledger_postings p WHERE p.entry_id = e.id) r(line)) was ON true
          LEFT JOIN (SELECT r.n, array_agg(r.line ORDER BY r.line) AS lines FROM (
                       SELECT l.n, ROW(l.account, l.amount::numeric(18, 2), l.deal)::text
                         FROM unnest(p_line_entries, p_accounts, p_amounts, p_deals) l(n, account, amount, deal)) r(n, line)
                      GROUP BY r.n) asked ON asked.n = e.n
         WHERE NOT e.new
           AND (k.kind, k.currency, k.source_table, k.source_id, k.asked_date, k.reverses_id, was.lines)
               IS DISTINCT FROM (p_kind, p_currency, p_source_table, e.source_id, e.asked, e.reverses, asked.lines)) THEN
        RAISE EXCEPTION 'this key was used for something else' USING ERRCODE = '22023', DETAIL = 'differs';
    END IF;
END;
$$;
SELECT app.as_internal('app.check_same(text, text, text, uuid[], date[], uuid[], uuid[], boolean[], int[], uuid[],
    numeric[], uuid[])');
