-- Puts approved refunds of one account of ours into one file for its bank: each is in one file, for ever. In the database,
-- because two people may make a file at once, and nothing may be paid twice. The file itself is written of what is kept here,
-- outside of any transaction, and is the same however often it is written (fn_keep_refund_file).
-- p_batch is the key of the request: the same again gives the same file.
-- Locks in order: the refunds by id (NO KEY UPDATE). Gives the batch.
-- Errors: 42501 not administrators or operations; 22023 with DETAIL refunds (none, unknown ones, or of two accounts), date (in
-- the past, or more than 60 days ahead), account (it does not pay any more), identity (the house has not said who it is), batch
-- (the key was used for others); DL006 with DETAIL gone where one does not wait any more; DL002 busy.
CREATE OR REPLACE FUNCTION public.fn_export_refunds(p_batch uuid, p_refunds uuid[], p_execution_date date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v_moment constant timestamptz := clock_timestamp();
    v_payer jsonb;
    v record;
BEGIN
    IF app.role() IS NULL OR app.role() NOT IN ('staff_admin', 'staff_ops') OR p_batch IS NULL THEN  -- [1]
        RAISE EXCEPTION 'administrators and operations pay refunds' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.refunds f WHERE f.id = ANY (p_refunds) ORDER BY f.id FOR NO KEY UPDATE;  -- [2]
    IF EXISTS (SELECT FROM public.refund_batches b WHERE b.id = p_batch) THEN
        PERFORM app.check_same_batch(p_batch, p_refunds);
        RETURN p_batch;
    END IF;
    SELECT count(*) AS found, count(DISTINCT f.receiving_account_id) AS accounts, bool_and(f.status = 'approved') AS waits,
           min(f.receiving_account_id::text)::uuid AS account, min(f.currency) AS currency, sum(f.amount) AS total
      INTO v FROM public.refunds f WHERE f.id = ANY (p_refunds);
    IF v.found NOT BETWEEN 1 AND 10000 OR v.found <> cardinality(p_refunds) OR v.accounts <> 1 THEN
        RAISE EXCEPTION 'refunds of one account, each once' USING ERRCODE = '22023', DETAIL = 'refunds';
    ELSIF NOT v.waits THEN  -- [3]
        RAISE EXCEPTION 'one of these does not wait any more' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_execution_date IS NULL OR p_execution_date NOT BETWEEN app.house_day(v_moment) AND app.house_day(v_moment) + 60 THEN
        RAISE EXCEPTION 'a day from today on' USING ERRCODE = '22023', DETAIL = 'date';
    END IF;
    v_payer := app.payer_of(v.account, app.house_day(v_moment));
    INSERT INTO public.refund_batches (id, message_id, receiving_account_id, currency, execution_date, payer, refunds_count, total,
                                       created_at)
    VALUES (p_batch, 'REFUNDS-' || to_char(app.house_day(v_moment), 'YYYYMMDD') || '-' || upper(left(replace(p_batch::text, '-', ''), 12)),
            v.account, v.currency, p_execution_date, v_payer, v.found, v.total, v_moment);
    UPDATE public.refunds SET status = 'exported', batch_id = p_batch WHERE id = ANY (p_refunds);
    RETURN p_batch;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on these refunds' USING ERRCODE = 'DL002';
WHEN unique_violation THEN
    RAISE EXCEPTION 'this key was used for other refunds' USING ERRCODE = '22023', DETAIL = 'batch';
END;
$$;

-- A request that is repeated is about the same refunds. Errors: 22023 batch.
CREATE OR REPLACE FUNCTION app.check_same_batch(p_batch uuid, p_refunds uuid[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF ARRAY(SELECT f.id FROM public.refunds f WHERE f.batch_id = p_batch ORDER BY 1)
           IS DISTINCT FROM ARRAY(SELECT DISTINCT r FROM unnest(p_refunds) r ORDER BY 1) THEN
        RAISE EXCEPTION 'this key was used for other refunds' USING ERRCODE = '22023', DETAIL = 'batch';
    END IF;
END;
$$;

-- What a file says of the house, as it is frozen: the account, and the address of the firm on that day. Errors: 22023 as above.
CREATE OR REPLACE FUNCTION app.payer_of(p_account uuid, p_on date) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_house constant jsonb := app.house_identity_on(p_on);
    v_account jsonb;
BEGIN
    SELECT jsonb_build_object('name', r.holder_name, 'iban', r.iban, 'bic', r.bic) INTO v_account
      FROM public.receiving_accounts r WHERE r.id = p_account AND r.iban <> '' AND r.active_until IS NULL;
    IF v_account IS NULL THEN
        RAISE EXCEPTION 'this account pays nothing any more' USING ERRCODE = '22023', DETAIL = 'account';
    ELSIF v_house IS NULL THEN
        RAISE EXCEPTION 'the house has not said who it is' USING ERRCODE = '22023', DETAIL = 'identity';
    END IF;
    RETURN v_account || jsonb_build_object('street', v_house -> 'street', 'postcode', v_house -> 'postcode',
                                           'town', v_house -> 'town', 'country', v_house -> 'country');
END;
$$;

-- Notes the document that holds the file of a batch, once. Locks: the batch. Errors: 42501.
CREATE OR REPLACE FUNCTION public.fn_keep_refund_file(p_batch uuid, p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
BEGIN
    IF app.role() IS NULL OR app.role() NOT IN ('staff_admin', 'staff_ops') THEN
        RAISE EXCEPTION 'administrators and operations pay refunds' USING ERRCODE = '42501';
    END IF;
    UPDATE public.refund_batches SET doc_id = p_document WHERE id = p_batch AND doc_id IS NULL;
END;
$$;
SELECT app.as_internal('app.check_same_batch(uuid, uuid[])');
SELECT app.as_internal('app.payer_of(uuid, date)');
SELECT app.as_definer('public.fn_export_refunds(uuid, uuid[], date)', 'verso_app');
SELECT app.as_definer('public.fn_keep_refund_file(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_export_refunds(uuid, uuid[], date) IS
    'Put approved refunds of one account into one file for its bank, once; the batch. For administrators and operations.';
COMMENT ON FUNCTION public.fn_keep_refund_file(uuid, uuid) IS 'Note the document that holds the file of a batch, once.';
