-- Into which account a deal is paid. In the database, because an invoice freezes it in the transaction that issues it.
-- The deal's own account, or the one that took its place; without one the currency's default. Null where none is active: then
-- nothing may be billed, since money must not go to an account that somebody stopped, or to another deal's. For staff and
-- for functions. Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.receiving_account_for(p_deal uuid, p_currency text) RETURNS public.receiving_accounts
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chosen (id) AS (
        SELECT r.id FROM public.deals d JOIN public.receiving_accounts r ON r.id = d.receiving_account_id
         WHERE d.id = p_deal AND r.currency = p_currency
         UNION
        SELECT r.id FROM chosen c JOIN public.receiving_accounts r ON r.replaces_id = c.id AND r.active_from IS NOT NULL
    )
    SELECT r FROM public.receiving_accounts r
     WHERE r.currency = p_currency AND r.active_from IS NOT NULL AND r.active_until IS NULL
       AND CASE WHEN EXISTS (SELECT FROM chosen) THEN r.id IN (SELECT c.id FROM chosen c) ELSE r.is_default END
$$;
REVOKE ALL ON FUNCTION app.receiving_account_for(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.receiving_account_for(uuid, text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.receiving_account_for(uuid, text) IS
    'The account into which a deal is paid in a currency; null where no account is active for it.';

-- Trigger: a deal's own account is an active one in its currency. An account that ends later leaves the deal as it is.
-- Errors: 22023 with the detail receiving_account.
CREATE OR REPLACE FUNCTION app.guard_receiving_account() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.receiving_account_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.receiving_accounts r
         WHERE r.id = NEW.receiving_account_id AND r.currency = NEW.currency AND r.active_from IS NOT NULL
           AND (r.active_until IS NULL OR TG_OP = 'UPDATE' AND r.id = OLD.receiving_account_id)) THEN
        RAISE EXCEPTION 'A deal is paid into an active account in its currency.'
            USING ERRCODE = '22023', DETAIL = 'receiving_account';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.guard_receiving_account() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_receiving_account() IS 'Trigger: a deal''s own account is an active one in its currency. 22023.';
CREATE OR REPLACE TRIGGER guard_receiving_account BEFORE INSERT OR UPDATE OF receiving_account_id, currency ON public.deals
    FOR EACH ROW EXECUTE FUNCTION app.guard_receiving_account();
GRANT UPDATE (receiving_account_id) ON public.deals TO verso_app;
