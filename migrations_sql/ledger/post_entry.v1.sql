-- Posts one entry, or the opposite of one: app.post_entries for a single one, with its lines as JSON:
-- [{"account": kind, "investor"?: uuid, "holder"?: uuid, "deal"?: uuid, "amount": "±123.45"}]. Internal, as there.
-- Locks and errors: as there; 22023 with DETAIL line for a key of a line that is none of these.
CREATE OR REPLACE FUNCTION app.post_entry(
    p_kind text, p_key text, p_effective date, p_currency text, p_source_table text, p_source_id uuid, p_memo text,
    p_lines jsonb
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    SELECT array_agg(1) AS one, array_agg(l ->> 'account') AS accounts, array_agg((l ->> 'amount')::numeric) AS amounts,
           array_agg((l ->> 'investor')::uuid) AS investors, array_agg((l ->> 'holder')::uuid) AS holders,
           array_agg((l ->> 'deal')::uuid) AS deals,
           bool_and(l - '{account,investor,holder,deal,amount}'::text[] = '{}') AS known
      INTO v FROM jsonb_array_elements(p_lines) l;
    IF NOT v.known THEN
        RAISE EXCEPTION 'a line has account, investor, holder, deal and amount' USING ERRCODE = '22023', DETAIL = 'line';
    END IF;
    RETURN (app.post_entries(p_kind, p_currency, p_source_table, ARRAY[p_key], ARRAY[p_effective], ARRAY[p_source_id],
        ARRAY[p_memo], v.one, v.accounts, v.amounts, v.investors, v.holders, v.deals))[1];
END;
$$;
SELECT app.as_internal('app.post_entry(text, text, date, text, text, uuid, text, jsonb)');
COMMENT ON FUNCTION app.post_entry(text, text, date, text, text, uuid, text, jsonb) IS
    'Post one balanced entry; its id. The same key again gives the same entry. For definer functions and the owner.';

-- Posts the opposite of an entry, about the same source. An entry is reversed once, and no reversal is.
-- Errors: as above; 42501 for an entry that is not there; 22023 with DETAIL reversal (it is one itself) or reversed.
CREATE OR REPLACE FUNCTION app.reverse_entry(p_entry uuid, p_key text, p_effective date, p_memo text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_entry public.ledger_entries;
    v record;
BEGIN
    SELECT e.* INTO v_entry FROM public.ledger_entries e WHERE e.id = p_entry;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this entry is not here' USING ERRCODE = '42501';
    ELSIF v_entry.reverses_id IS NOT NULL THEN
        RAISE EXCEPTION 'a reversal is not reversed' USING ERRCODE = '22023', DETAIL = 'reversal';
    END IF;
    SELECT array_agg(1) AS one, array_agg(a.kind ORDER BY p.id) AS accounts, array_agg(-p.amount ORDER BY p.id) AS amounts,
           array_agg(a.investor_id ORDER BY p.id) AS investors, array_agg(a.holder_id ORDER BY p.id) AS holders,
           array_agg(p.deal_id ORDER BY p.id) AS deals
      INTO v FROM public.ledger_postings p JOIN public.ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = p_entry;
    RETURN (app.post_entries('reversal', v_entry.currency, v_entry.source_table, ARRAY[p_key], ARRAY[p_effective],
        ARRAY[v_entry.source_id], ARRAY[p_memo], v.one, v.accounts, v.amounts, v.investors, v.holders, v.deals,
        ARRAY[p_entry]))[1];
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this entry is reversed already' USING ERRCODE = '22023', DETAIL = 'reversed';
END;
$$;
SELECT app.as_internal('app.reverse_entry(uuid, text, date, text)');
COMMENT ON FUNCTION app.reverse_entry(uuid, text, date, text) IS
    'Post the opposite of an entry, once; its id. For definer functions and the owner.';
