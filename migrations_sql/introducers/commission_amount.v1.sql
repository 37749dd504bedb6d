-- What a commission comes to, on its whole base. In the database, because accrual works out each amount here, and whoever
-- checks one later must get the same cent from the same function. No tables, no locks.

-- Rate or tiers (each slice at its own rate), then the cap, then rounded once, half up, to the currency's unit. A base below
-- zero counts as none; without a rate there is no commission.
CREATE OR REPLACE FUNCTION app.commission_amount(p_base numeric, p_rate_bps numeric, p_tiers jsonb, p_cap numeric, p_currency text)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT app.money_round(app.bounded(
        coalesce(CASE WHEN p_tiers IS NULL THEN greatest(p_base, 0) * p_rate_bps * 0.0001
                      ELSE app.tiered(p_base, p_tiers, 'marginal') END, 0), NULL, p_cap), p_currency)
$$;
REVOKE ALL ON FUNCTION app.commission_amount(numeric, numeric, jsonb, numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.commission_amount(numeric, numeric, jsonb, numeric, text) TO verso_app, verso_definer, verso_readonly;
COMMENT ON FUNCTION app.commission_amount(numeric, numeric, jsonb, numeric, text) IS
    'A commission on its whole base: rate or tiers, then the cap, rounded once.';

-- One step of a commission from what its derivation states and from nothing else: what the whole base comes to, less what
-- was accrued before. Taken back is no more than is left of it: "kept" is what was not cancelled.
CREATE OR REPLACE FUNCTION app.commission_of(p_derivation jsonb, p_currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(
        app.commission_amount((i ->> 'base')::numeric, (i ->> 'rate_bps')::numeric, i -> 'tiers', (i ->> 'cap')::numeric, p_currency)
            - (i ->> 'accrued_before')::numeric,
        -coalesce((i ->> 'kept')::numeric, (i ->> 'accrued_before')::numeric))
      FROM (SELECT p_derivation -> 'inputs') x(i)
$$;
SELECT app.as_internal('app.commission_of(jsonb, text)');

-- The same for everybody who has a derivation before them. Errors: 22023 for inputs that are no figures.
CREATE OR REPLACE FUNCTION app.recompute_commission(p_derivation jsonb, p_currency text) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN app.commission_of(p_derivation, p_currency);
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION 'a commission cannot be worked out from these inputs: %', SQLERRM USING ERRCODE = '22023', DETAIL = 'inputs';
END;
$$;
SELECT app.as_definer('app.recompute_commission(jsonb, text)', 'verso_app');
COMMENT ON FUNCTION app.recompute_commission(jsonb, text) IS 'One step of a commission, from a derivation alone. 22023.';
