-- The account of a kind, currency and owner; it is opened by the first posting to it. In the database, because two
-- postings at once must find one account. The table says which kinds have an owner and which run a balance.
-- Locks: none that others wait for, but somebody opening the same account at this moment.
-- Errors: 23514 for an unknown kind or currency, or an owner that is missing or not due.

-- What stands for the owner of the house's own accounts in ledger_accounts.owner_id.
CREATE OR REPLACE FUNCTION app.ledger_nobody() RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
SELECT app.as_internal('app.ledger_nobody()');

-- Opens those accounts that are not there yet, all in one currency; in one order, so that two who open the same ones
-- never wait for each other in a circle.
CREATE OR REPLACE FUNCTION app.open_accounts(p_kinds text[], p_currency text, p_investors uuid[], p_holders uuid[])
RETURNS void
LANGUAGE sql AS $$
    INSERT INTO public.ledger_accounts (kind, currency, investor_id, holder_id, balance, seq)
    SELECT DISTINCT l.kind, p_currency, l.investor, l.holder, r.start, r.start
      FROM unnest(p_kinds, p_investors, p_holders) l(kind, investor, holder)
     CROSS JOIN LATERAL (SELECT CASE WHEN l.kind IN ('receivable', 'credit', 'introducer_payable', 'bank', 'suspense')
                                     THEN 0 END) r(start)
      LEFT JOIN public.ledger_accounts a ON a.kind = l.kind AND a.currency = p_currency
                                        AND a.owner_id = coalesce(l.investor, l.holder, app.ledger_nobody())
     WHERE a.id IS NULL
     ORDER BY l.kind, l.investor, l.holder
    ON CONFLICT (kind, currency, owner_id) DO NOTHING
$$;
SELECT app.as_internal('app.open_accounts(text[], text, uuid[], uuid[])');

CREATE OR REPLACE FUNCTION app.ledger_account(
    p_kind text, p_currency text, p_investor uuid DEFAULT NULL, p_holder uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    LOOP
        SELECT a.id INTO v_id FROM public.ledger_accounts a
         WHERE a.kind = p_kind AND a.currency = p_currency
           AND a.owner_id = coalesce(p_investor, p_holder, app.ledger_nobody());
        EXIT WHEN v_id IS NOT NULL;
        PERFORM app.open_accounts(ARRAY[p_kind], p_currency, ARRAY[p_investor], ARRAY[p_holder]);
    END LOOP;
    RETURN v_id;
END;
$$;
SELECT app.as_internal('app.ledger_account(text, text, uuid, uuid)');
COMMENT ON FUNCTION app.ledger_account(text, text, uuid, uuid) IS
    'The account of a kind, currency and owner, opened if need be. For definer functions and the owner.';
