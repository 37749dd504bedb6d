-- Brings a bank statement in, in one transaction of three steps: opened with its balances, lines added set by set, closed
-- when it adds up. In the database, because a statement is there whole or not at all, a line once however often its file
-- comes, and the books hold each line that the bank does.
-- Locks in order: the lines' fingerprints (a second import of them waits and then finds them there), then the ledger's.
-- Errors: 42501 not administrators or operations, or an account or statement that is not here; 22023 with DETAIL currency (not
-- the account's), footing (opening and lines do not lead to the closing balance; HINT has the difference), override (only an administrator
-- takes it all the same), whole (it was closed already); unfinished, by the commit, where it was not closed.
CREATE OR REPLACE FUNCTION public.fn_open_statement(
    p_account_id uuid, p_format text, p_currency text, p_sha256 text, p_file_name text DEFAULT '',
    p_statement_ref text DEFAULT '', p_sequence bigint DEFAULT NULL, p_from date DEFAULT NULL, p_to date DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account public.receiving_accounts;
    v_id uuid;
BEGIN
    SELECT a.* INTO v_account FROM public.receiving_accounts a WHERE a.id = p_account_id AND a.active_from IS NOT NULL;
    IF NOT FOUND OR coalesce(app.role(), '') NOT IN ('staff_admin', 'staff_ops') THEN  -- [1]
        RAISE EXCEPTION 'this account is not here, or not yours' USING ERRCODE = '42501';
    ELSIF v_account.currency <> p_currency THEN
        RAISE EXCEPTION 'the account is in %', v_account.currency USING ERRCODE = '22023', DETAIL = 'currency';
    END IF;
    -- Whoever acts has all constraints looked at at once; whether it was closed is asked at the end.
    SET CONSTRAINTS public.guard_whole_statement DEFERRED;
    INSERT INTO public.bank_statements (receiving_account_id, format, currency, sha256, file_name, statement_ref, sequence,
        from_date, to_date, imported_at)
    VALUES (p_account_id, p_format, p_currency, p_sha256, coalesce(p_file_name, ''), coalesce(p_statement_ref, ''), p_sequence,
        p_from, p_to, now())
    RETURNING id INTO v_id;
    RETURN v_id;
END;
$$;
SELECT app.as_definer('public.fn_open_statement(uuid, text, text, text, text, text, bigint, date, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_open_statement(uuid, text, text, text, text, text, bigint, date, date) IS
    'Begin to import a statement of a receiving account; its id. Its lines and its closing follow in the same transaction.';

-- The statement that this transaction has opened and not closed.
CREATE OR REPLACE FUNCTION app.open_statement(p_statement_id uuid) RETURNS public.bank_statements
LANGUAGE plpgsql AS $$
DECLARE
    v public.bank_statements;
BEGIN
    SELECT s.* INTO v FROM public.bank_statements s
     WHERE s.id = p_statement_id AND s.imported_at = now() AND app.role() IN ('staff_admin', 'staff_ops');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no statement of this transaction' USING ERRCODE = '42501';
    ELSIF v.is_whole THEN
        RAISE EXCEPTION 'this statement is closed' USING ERRCODE = '22023', DETAIL = 'whole';
    END IF;
    RETURN v;
END;
$$;
SELECT app.as_internal('app.open_statement(uuid)');

-- Adds lines, each described by the arrays at its place; those whose fingerprint is there add nothing. How many were new.
CREATE OR REPLACE FUNCTION public.fn_add_statement_lines(
    p_statement_id uuid, p_amounts numeric[], p_booking_dates date[], p_value_dates date[], p_counterparties text[],
    p_counterparty_accounts text[], p_references text[], p_end_to_end_ids text[], p_bank_refs text[], p_codes text[],
    p_memos text[], p_reversals boolean[], p_fingerprints text[]
) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.bank_statements := app.open_statement(p_statement_id);
    v_new int;
BEGIN
    INSERT INTO public.bank_transactions (account_ref, amount, currency, value_date, memo, counterparty, import_batch_id,
        receiving_account_id, booking_date, counterparty_account, reference, end_to_end_id, bank_ref, code, is_reversal,
        fingerprint)
    SELECT coalesce(nullif(a.iban, ''), a.account_number), l.amount, v.currency, l.value_date, l.memo, l.counterparty, v.id,
           a.id, l.booking_date, l.counterparty_account, l.reference, l.end_to_end_id, l.bank_ref, l.code, l.is_reversal,
           l.fingerprint
      FROM unnest(p_amounts, p_booking_dates, p_value_dates, p_counterparties, p_counterparty_accounts, p_references,
                  p_end_to_end_ids, p_bank_refs, p_codes, p_memos, p_reversals, p_fingerprints)
           AS l(amount, booking_date, value_date, counterparty, counterparty_account, reference, end_to_end_id, bank_ref, code,
                memo, is_reversal, fingerprint)
     CROSS JOIN public.receiving_accounts a
     WHERE a.id = v.receiving_account_id
     ORDER BY l.fingerprint
    ON CONFLICT (fingerprint) DO NOTHING;
    GET DIAGNOSTICS v_new = ROW_COUNT;
    UPDATE public.bank_statements s
       SET lines_new = s.lines_new + v_new, lines_read = s.lines_read + cardinality(p_amounts),
           lines_total = s.lines_total + (SELECT coalesce(sum(u), 0) FROM unnest(p_amounts) u)
     WHERE s.id = v.id;
    RETURN v_new;
END;
$$;
SELECT app.as_definer('public.fn_add_statement_lines(uuid, numeric[], date[], date[], text[], text[], text[], text[], text[],
    text[], text[], boolean[], text[])', 'verso_app');
COMMENT ON FUNCTION public.fn_add_statement_lines IS
    'Add lines to a statement that is being imported; how many of them were new.';

-- Closes a statement: it has to add up, or an administrator says why it is taken all the same. Where the file states no
-- period, it is that of the new lines. Each new line is posted: what came in or went out of the bank, and suspense until it is matched. Whether it adds up, and how far it is off.
CREATE OR REPLACE FUNCTION public.fn_close_statement(
    p_statement_id uuid, p_opening numeric, p_closing numeric, p_override_reason text DEFAULT ''
) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.bank_statements := app.open_statement(p_statement_id);
    v_off constant numeric := p_closing - p_opening - v.lines_total;
    v_reason constant text := coalesce(p_override_reason, '');
BEGIN
    IF v_off <> 0 AND v_reason = '' THEN  -- [2]
        RAISE EXCEPTION 'the lines do not lead from the opening to the closing balance'
            USING ERRCODE = '22023', DETAIL = 'footing', HINT = v_off::text;
    ELSIF v_off <> 0 AND app.role() IS DISTINCT FROM 'staff_admin' THEN
        RAISE EXCEPTION 'only an administrator takes a statement that does not add up'
            USING ERRCODE = '22023', DETAIL = 'override';
    END IF;
    UPDATE public.bank_statements s
       SET opening = p_opening, closing = p_closing, is_whole = true,
           override_reason = CASE WHEN v_off <> 0 THEN v_reason ELSE '' END,
           from_date = coalesce(s.from_date, l.first), to_date = coalesce(s.to_date, l.last)
      FROM (SELECT min(t.booking_date) AS first, max(t.booking_date) AS last
              FROM public.bank_transactions t WHERE t.import_batch_id = v.id) l
     WHERE s.id = v.id;
    PERFORM app.post_bank_lines(v.id);
    RETURN coalesce(v_off, 0);
END;
$$;
SELECT app.as_definer('public.fn_close_statement(uuid, numeric, numeric, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_close_statement(uuid, numeric, numeric, text) IS
    'Close a statement that adds up, and post its new lines against suspense; how far it is off. 22023 footing.';

-- Posts the new lines of a statement, in one call: bank on one side, suspense of that account on the other.
CREATE OR REPLACE FUNCTION app.post_bank_lines(p_statement_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    SELECT array_agg('bank_line:' || l.id ORDER BY l.n) AS keys, array_agg(l.booking_date ORDER BY l.n) AS days,
           array_agg(l.id ORDER BY l.n) AS ids, array_agg(''::text) AS memos, array_agg(l.n ORDER BY l.n) AS places,
           array_agg(l.amount ORDER BY l.n) AS amounts, array_agg(l.receiving_account_id ORDER BY l.n) AS holders,
           min(l.currency) AS currency
      INTO v
      FROM (SELECT t.*, (row_number() OVER (ORDER BY t.booking_date, t.id))::int AS n FROM public.bank_transactions t
             WHERE t.import_batch_id = p_statement_id AND t.amount <> 0) l;
    IF v.keys IS NOT NULL THEN
        PERFORM app.post_entries('bank_line', v.currency, 'bank_transactions', v.keys, v.days, v.ids, v.memos,
            v.places || v.places, array_fill('bank'::text, ARRAY[cardinality(v.places)])
                || array_fill('suspense'::text, ARRAY[cardinality(v.places)]),
            v.amounts || ARRAY(SELECT -u FROM unnest(v.amounts) WITH ORDINALITY x(u, o) ORDER BY o),
            NULL, v.holders || v.holders);
    END IF;
END;
$$;
SELECT app.as_internal('app.post_bank_lines(uuid)');
