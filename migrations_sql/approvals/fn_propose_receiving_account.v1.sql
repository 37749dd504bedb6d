-- Proposes an account into which investors pay, and lets a second administrator agree. In the database, because whoever sets
-- an account alone could send everybody's money to it, from psql too. It stands here and not with its table: who is a second
-- person is known from here on up (app.has_other_admin, app.under_one_control).
-- An account counts from the moment another active administrator agrees; where nobody else is one, at once, with nobody in
-- agreed_by. It may take the place of an active one of its currency, which then ends, and may be the default of its currency. A
-- proposal waits 14 days. What an account says never changes.
-- Locks: none to propose; all accounts of the currency, by id (NO KEY UPDATE), to activate or end one.
-- Errors: 42501 not an administrator, not there, one's own proposal (DETAIL own_request), or that of an account under one
-- control with one's own (not_independent); 22023 no reason (reason), what it replaces is not active or in another currency
-- (replaces); 23514 a value that cannot be kept; DL006 agreed to already (agreed), over (over), what it replaces has ended
-- (overtaken), an account that is not active (ended); DL002 busy. All are in the audit log.
CREATE OR REPLACE FUNCTION public.fn_propose_receiving_account(
    p_currency text, p_holder_name text, p_bank_name text, p_iban text, p_account_number text, p_bic text, p_street text,
    p_postcode text, p_town text, p_country text, p_is_default boolean, p_replaces uuid, p_reason text
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_id uuid;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators propose accounts' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF p_replaces IS NOT NULL AND NOT app.account_is_active(p_replaces, p_currency) THEN
        RAISE EXCEPTION 'this is no active account in the currency' USING ERRCODE = '22023', DETAIL = 'replaces';
    END IF;
    INSERT INTO public.receiving_accounts (currency, holder_name, bank_name, iban, account_number, bic, street, postcode, town,
        country, is_default, replaces_id, reason, proposed_by, proposed_at)
    VALUES (p_currency, p_holder_name, p_bank_name, p_iban, p_account_number, p_bic, p_street, p_postcode, p_town, p_country,
        p_is_default, p_replaces, btrim(p_reason), app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    IF NOT app.has_other_admin() THEN
        PERFORM app.lock_accounts(p_currency), app.activate_account(v_id, NULL);
    END IF;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is changing these accounts at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Gives the moment from which the account counts.
CREATE OR REPLACE FUNCTION public.fn_agree_to_receiving_account(p_account_id uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_account public.receiving_accounts;
    v_why text;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators agree to accounts' USING ERRCODE = '42501';
    END IF;
    PERFORM app.lock_accounts(r.currency) FROM public.receiving_accounts r WHERE r.id = p_account_id;
    SELECT r.* INTO v_account FROM public.receiving_accounts r WHERE r.id = p_account_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this account is not here' USING ERRCODE = '42501';
    END IF;
    v_why := app.why_not_agree_to_account(v_account, clock_timestamp());
    IF v_why IN ('own_request', 'not_independent') THEN
        RAISE EXCEPTION 'another administrator agrees' USING ERRCODE = '42501', DETAIL = v_why;
    ELSIF v_why IS NOT NULL THEN
        RAISE EXCEPTION 'this proposal waits no more' USING ERRCODE = 'DL006', DETAIL = v_why;
    END IF;
    RETURN app.activate_account(p_account_id, app.uid());
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is changing these accounts at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Ends an account, so that nothing more is billed to it. One administrator does that alone, at once: an account that was
-- broken into must not wait for a second person, and money goes nowhere by it. A default that ends leaves its currency without one.
CREATE OR REPLACE FUNCTION public.fn_end_receiving_account(p_account_id uuid, p_reason text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_now timestamptz;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile()
       OR NOT EXISTS (SELECT FROM public.receiving_accounts r WHERE r.id = p_account_id) THEN
        RAISE EXCEPTION 'this account is not here, or not yours to end' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM app.lock_accounts(r.currency) FROM public.receiving_accounts r WHERE r.id = p_account_id;
    UPDATE public.receiving_accounts r
       SET active_until = clock_timestamp(), is_default = false, ended_by = app.uid(), end_reason = btrim(p_reason)
     WHERE r.id = p_account_id AND r.active_from IS NOT NULL AND r.active_until IS NULL RETURNING r.active_until INTO v_now;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this account is not active' USING ERRCODE = 'DL006', DETAIL = 'ended';
    END IF;
    RETURN v_now;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is changing these accounts at this moment' USING ERRCODE = 'DL002';
END;
$$;

CREATE OR REPLACE FUNCTION app.account_is_active(p_account_id uuid, p_currency text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM public.receiving_accounts r WHERE r.id = p_account_id AND r.currency = p_currency
                      AND r.active_from IS NOT NULL AND r.active_until IS NULL)
$$;

-- Why the acting administrator cannot agree to a proposal, as one word; null when they can.
CREATE OR REPLACE FUNCTION app.why_not_agree_to_account(p_account public.receiving_accounts, p_now timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_account.active_from IS NOT NULL THEN 'agreed'
                WHEN p_account.proposed_by = app.uid() THEN 'own_request'  -- [1]
                WHEN p_account.proposed_by = ANY (app.under_one_control(app.uid())) THEN 'not_independent'  -- [2]
                WHEN p_account.proposed_at <= p_now - interval '336 hours' THEN 'over'
                WHEN p_account.replaces_id IS NOT NULL
                     AND NOT app.account_is_active(p_account.replaces_id, p_account.currency) THEN 'overtaken' END
$$;

-- One at a time for a currency: a default is taken from one account and given to another.
CREATE OR REPLACE FUNCTION app.lock_accounts(p_currency text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.receiving_accounts r WHERE r.currency = p_currency ORDER BY r.id FOR NO KEY UPDATE;
END;
$$;

-- Lets a proposed account count from now on, under the lock of its currency; the one it replaces ends, and hands on that it was
-- the default.
CREATE OR REPLACE FUNCTION app.activate_account(p_account_id uuid, p_agreed_by uuid) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v public.receiving_accounts;
    v_default boolean;
BEGIN
    SELECT r.* INTO STRICT v FROM public.receiving_accounts r WHERE r.id = p_account_id;
    v_default := v.is_default OR EXISTS (SELECT FROM public.receiving_accounts r WHERE r.id = v.replaces_id AND r.is_default);
    UPDATE public.receiving_accounts r SET is_default = false, active_until = v_now, ended_by = v.proposed_by, end_reason = v.reason
     WHERE r.id = v.replaces_id;
    UPDATE public.receiving_accounts r SET is_default = false
     WHERE v_default AND r.currency = v.currency AND r.is_default AND r.active_from IS NOT NULL AND r.active_until IS NULL;
    UPDATE public.receiving_accounts r SET active_from = v_now, agreed_by = p_agreed_by, is_default = v_default WHERE r.id = v.id;
    RETURN v_now;
END;
$$;

-- The proposed accounts that the acting administrator can agree to, for the page that offers it. Errors: none.
CREATE OR REPLACE FUNCTION app.accounts_to_agree_to() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.id FROM public.receiving_accounts r
     WHERE app.role() = 'staff_admin' AND r.active_from IS NULL AND app.why_not_agree_to_account(r, clock_timestamp()) IS NULL
$$;

SELECT app.as_internal('app.why_not_agree_to_account(public.receiving_accounts, timestamptz)');
SELECT app.as_internal('app.account_is_active(uuid, text)');
SELECT app.as_internal('app.lock_accounts(text)');
SELECT app.as_internal('app.activate_account(uuid, uuid)');
SELECT app.as_definer('app.accounts_to_agree_to()', 'verso_app');
SELECT app.as_definer('public.fn_propose_receiving_account(text, text, text, text, text, text, text, text, text, text, boolean, uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_agree_to_receiving_account(uuid)', 'verso_app');
SELECT app.as_definer('public.fn_end_receiving_account(uuid, text)', 'verso_app');
COMMENT ON FUNCTION app.accounts_to_agree_to() IS 'The proposed accounts that the acting administrator can agree to.';
COMMENT ON FUNCTION public.fn_propose_receiving_account IS
    'Propose an account into which investors pay, to which a second administrator agrees; returns the account.';
COMMENT ON FUNCTION public.fn_agree_to_receiving_account(uuid) IS 'Agree to an account that another administrator proposed.';
COMMENT ON FUNCTION public.fn_end_receiving_account(uuid, text) IS 'End an account at once, with a reason.';
