-- Says that all that is left of a line with which money went out is what the bank charged the firm: out of suspense, onto bank
-- charges; the match. In the database, because another may match the line at the same moment. Taken back as every match.
-- Operations up to the setting bank_fee_tolerance of the currency, administrators any amount: it is money that nobody owes back.
-- Locks: the line (NO KEY UPDATE) -> the ledger's accounts.
-- Errors: 42501 not administrators or operations, or no line that is here; 22023 with DETAIL charged (no money went out by it, or
-- nothing is left), tolerance (more than operations book: HINT says it); DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_book_charges(p_bank_transaction uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v constant public.bank_transactions := app.lock_bank_line(p_bank_transaction);
    v_left constant numeric := app.line_left(p_bank_transaction);
    v_most constant numeric := app.house_setting('bank_fee_tolerance:' || v.currency)::numeric;
    v_id uuid;
BEGIN
    IF v_left >= 0 THEN  -- [1]
        RAISE EXCEPTION 'no money went out by this line' USING ERRCODE = '22023', DETAIL = 'charged';
    ELSIF -v_left > v_most AND app.role() <> 'staff_admin' THEN  -- [2]
        RAISE EXCEPTION 'an administrator books more than that' USING ERRCODE = '22023', DETAIL = 'tolerance', HINT = v_most::text;
    END IF;
    INSERT INTO public.reconciliations (bank_transaction_id, matched_amount, kind) VALUES (v.id, v_left, 'charges')
    RETURNING id INTO v_id;
    PERFORM app.post_entry('match', 'match:' || v_id, v.booking_date, v.currency, 'reconciliations', v_id, '', jsonb_build_array(
        jsonb_build_object('account', 'suspense', 'holder', v.receiving_account_id, 'amount', v_left::text),
        jsonb_build_object('account', 'bank_charges', 'amount', (-v_left)::text)));
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this line' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_book_charges(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_book_charges(uuid) IS
    'Book what is left of an outgoing bank line as what the bank charged; the match. 22023, 42501, DL002.';
