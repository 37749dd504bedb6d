-- What a purchase costs: the one place where a sum of money is worked out. Pages, the preview while one types, term
-- sheets, mails, notices and commands read what stands here. In the database, because the terms that are frozen with a
-- commitment must be those that were shown. Numeric in, numeric out; each figure keeps its unrounded value and is rounded
-- once, half up, to the currency's minor unit (down, where a fee says so). No locks.
-- Version 2 counts tiers, floors and caps, and shows the VAT that fees state beside them. What says version q1 keeps its hash.
-- It finds what was negotiated by the fee and its lineage, takes a fee on net asset value of the value that is known, and says
-- what each figure assumes.

-- Units × price, rounded.
CREATE OR REPLACE FUNCTION app.amount_of(p_units numeric, p_unit_price numeric, p_currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT app.money_round(p_units * p_unit_price, p_currency) $$;
REVOKE ALL ON FUNCTION app.amount_of(numeric, numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.amount_of(numeric, numeric, text) TO verso_app, verso_definer, verso_readonly;

-- base × rate / 10,000, exact.
CREATE OR REPLACE FUNCTION app.percent_of(p_base numeric, p_rate_bps numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT p_base * p_rate_bps * 0.0001 $$;
SELECT app.as_internal('app.percent_of(numeric, numeric)');

-- base × rate / 10,000 × days / days of the year, to 24 decimals: enough that rounding it again decides no half.
CREATE OR REPLACE FUNCTION app.per_annum(p_base numeric, p_rate_bps numeric, p_days int, p_year_days int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim_scale(round(app.percent_of(p_base, p_rate_bps) * p_days, 24) / p_year_days)
$$;
SELECT app.as_internal('app.per_annum(numeric, numeric, int, int)');

-- How a fee is calculated, where it does not say so itself: as its type and figures imply.
CREATE OR REPLACE FUNCTION app.fee_method(p_kind text, p_method text, p_rate_bps numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(p_method, CASE WHEN p_kind = 'performance' THEN 'percent_of_profit'
                                   WHEN p_rate_bps IS NULL THEN 'fixed'
                                   WHEN p_kind = 'management' THEN 'percent_per_annum'
                                   ELSE 'percent_of_investment' END)
$$;
SELECT app.as_internal('app.fee_method(text, text, numeric)');

-- When a fee is due: once with the purchase, yearly, or on exit.
CREATE OR REPLACE FUNCTION app.fee_when(p_method text, p_frequency text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_method = 'percent_of_profit' OR p_frequency = 'on_exit' THEN 'on_exit'
                WHEN p_method = 'percent_per_annum' OR p_frequency IN ('annual', 'quarterly', 'monthly') THEN 'yearly'
                ELSE 'once' END
$$;
SELECT app.as_internal('app.fee_when(text, text)');

-- Days of one full year and the days it is divided by, by day count.
CREATE OR REPLACE FUNCTION app.full_year(p_day_count text) RETURNS int[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_day_count = 'ACT/360' THEN ARRAY[365, 360] WHEN p_day_count LIKE '30%' THEN ARRAY[360, 360]
                ELSE ARRAY[365, 365] END
$$;
SELECT app.as_internal('app.full_year(text)');

-- One fee of a quotation: what it is, when it is due, formula and inputs, unrounded and rounded. A share of profit has
-- no sum before the exit. p_own: what was negotiated for this investor; an explicit 0 is zero, a rate takes the place of
-- tiers, and no floor lifts it. What a yearly fee is taken of, app.quoted_base says.
-- A year's floor and cap are those of its periods together. Errors: 22023 for a fee that states neither rate nor amount.
CREATE OR REPLACE FUNCTION app.fee_line(p_fee public.fee_components, p_own jsonb, p_units numeric, p_amount numeric,
                                        p_currency text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_method text := app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps);
    v_rate numeric := coalesce((p_own ->> 'rate_bps')::numeric, p_fee.rate_bps);
    v_tiers jsonb := CASE WHEN v_rate IS NULL THEN p_fee.tiers END;
    v_flat numeric := coalesce((p_own ->> 'flat_amount')::numeric, p_fee.flat_amount);
    v_year int[] := CASE v_method WHEN 'percent_per_annum' THEN app.full_year(p_fee.day_count) END;
    v_periods int := CASE p_fee.frequency WHEN 'quarterly' THEN 4 WHEN 'monthly' THEN 12 END;
    v_times int := CASE WHEN v_method <> 'percent_per_annum' THEN v_periods END;
    v_floor numeric := CASE WHEN p_own IS NULL THEN p_fee.floor_amount * coalesce(v_periods, 1) END;
    v_cap numeric := p_fee.cap_amount * CASE p_fee.cap_scope WHEN 'total' THEN 1 ELSE coalesce(v_periods, 1) END;
    v_of text := CASE WHEN v_tiers IS NULL THEN 'amount × rate_bps / 10000' ELSE 'tiers(amount)' END;
    v_formula text;
    v_exact numeric;
BEGIN
    IF (CASE WHEN v_method LIKE 'percent%' THEN coalesce(v_rate, jsonb_array_length(v_tiers)) ELSE v_flat END) IS NULL THEN
        RAISE EXCEPTION 'a fee of this plan states neither rate nor amount' USING ERRCODE = '22023', DETAIL = 'fee_plan';
    END IF;
    CASE v_method
        WHEN 'percent_of_investment' THEN
            v_formula := v_of;
            v_exact := coalesce(app.tiered(p_amount, v_tiers, p_fee.tier_mode), app.percent_of(p_amount, v_rate));
        WHEN 'percent_per_annum' THEN
            v_formula := v_of || ' × days / year_days';
            v_exact := CASE WHEN v_tiers IS NULL THEN app.per_annum(p_amount, v_rate, v_year[1], v_year[2])
                            ELSE app.per_annum(app.tiered(p_amount, v_tiers, p_fee.tier_mode), 10000, v_year[1], v_year[2]) END;
        WHEN 'percent_of_profit' THEN
            v_formula := '(profit − hurdle) × rate_bps / 10000';
        WHEN 'per_unit_spread' THEN
            v_formula := 'units × flat_amount';
            v_exact := v_flat * p_units;
        ELSE
            v_formula := 'flat_amount';
            v_exact := v_flat;
    END CASE;
    v_exact := app.bounded(v_exact * coalesce(v_times, 1), v_floor, v_cap);
    RETURN jsonb_build_object(
        'component_id', p_fee.id, 'kind', p_fee.kind, 'method', v_method, 'frequency', p_fee.frequency,
        'when', app.fee_when(v_method, p_fee.frequency), 'base', p_fee.base, 'day_count', p_fee.day_count,
        'in_advance', p_fee.in_advance, 'rate_bps', trim_scale(v_rate)::text, 'flat_amount', v_flat::text,
        'hurdle_rate_bps', p_fee.hurdle_rate_bps::text, 'high_watermark', p_fee.high_watermark, 'negotiated', p_own,
        'hurdle_type', p_fee.hurdle_type, 'hurdle_compounding', p_fee.hurdle_compounding,
        'catch_up_bps', p_fee.catch_up_bps::text, 'after_management_fee', p_fee.after_management_fee,
        'tiers', v_tiers, 'tier_mode', p_fee.tier_mode, 'cap_amount', p_fee.cap_amount::text, 'cap_scope', p_fee.cap_scope,
        'vat_rate_bps', p_fee.vat_rate_bps::text, 'rounding', p_fee.rounding,
        'formula', v_formula || CASE WHEN v_times IS NULL THEN '' ELSE ' × times_a_year' END
            || CASE WHEN v_floor IS NULL THEN '' ELSE ' → at least floor' END
            || CASE WHEN v_cap IS NULL THEN '' ELSE ' → at most cap' END,
        'inputs', jsonb_strip_nulls(jsonb_build_object('amount', p_amount::text, 'units', trim_scale(p_units)::text,
                'rate_bps', trim_scale(v_rate)::text, 'flat_amount', v_flat::text, 'days', v_year[1]::text,
                'year_days', v_year[2]::text, 'times_a_year', v_times::text, 'negotiated', p_own,
                'tier_mode', p_fee.tier_mode, 'floor', v_floor::text, 'cap', v_cap::text, 'rounding', p_fee.rounding))
            || CASE WHEN v_tiers IS NULL THEN '{}' ELSE jsonb_build_object('tiers', v_tiers) END,
        'unrounded', trim_scale(v_exact)::text, 'rounded', app.fee_round(v_exact, p_currency, p_fee.rounding)::text);
END;
$$;
SELECT app.as_internal('app.fee_line(public.fee_components, jsonb, numeric, numeric, text)');

-- Errors: 22023 for what cannot be bought. The amount has a bound of its own: units and price may each be within theirs.
CREATE OR REPLACE FUNCTION app.check_quoted(p_units numeric, p_unit_price numeric) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_units IS NULL OR p_units < 0 OR p_units >= 1e15 OR p_unit_price IS NULL OR p_unit_price < 0 OR p_unit_price >= 1e12 THEN
        RAISE EXCEPTION 'units and price must be 0 or more, and below 10^15 and 10^12' USING ERRCODE = '22023', DETAIL = 'units';
    ELSIF p_units * p_unit_price >= 1e15 THEN
        RAISE EXCEPTION 'the amount must be below 10^15' USING ERRCODE = '22023', DETAIL = 'too_much';
    END IF;
END;
$$;
SELECT app.as_internal('app.check_quoted(numeric, numeric)');

-- The sum of a quotation to which a line belongs.
CREATE OR REPLACE FUNCTION app.fee_sum(p_line jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_line ->> 'when' <> 'once' THEN p_line ->> 'when'
                WHEN p_line ->> 'kind' = 'subscription' THEN 'subscription_fee' ELSE 'other_once' END
$$;
SELECT app.as_internal('app.fee_sum(jsonb)');

-- What a yearly fee on capital called or net asset value is shown on, and which assumption that makes; null for any other fee.
-- called_in_full: an allocation asks for all of its money at once, so that all of it counts as called. value_stays: the units at
-- the newest approved valuation (p_value: {"nav_per_unit", "valued_on"}). value_is_cost: where none is known, what is paid.
CREATE OR REPLACE FUNCTION app.quoted_base(p_fee public.fee_components, p_units numeric, p_amount numeric, p_value jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps) <> 'percent_per_annum' THEN NULL
                WHEN p_fee.base = 'called' THEN jsonb_build_object('amount', p_amount::text, 'assumes', 'called_in_full')
                WHEN p_fee.base = 'nav' AND p_value IS NOT NULL THEN p_value || jsonb_build_object('assumes', 'value_stays',
                    'amount', trim_scale(p_units * (p_value ->> 'nav_per_unit')::numeric)::text)  -- [1]
                WHEN p_fee.base = 'nav' THEN jsonb_build_object('amount', p_amount::text, 'assumes', 'value_is_cost') END
$$;
SELECT app.as_internal('app.quoted_base(public.fee_components, numeric, numeric, jsonb)');

-- One line of a quotation: the fee on what it is taken of, and what that assumes.
CREATE OR REPLACE FUNCTION app.quoted_line(p_fee public.fee_components, p_own jsonb, p_units numeric, p_amount numeric,
                                           p_currency text, p_value jsonb)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_base constant jsonb := app.quoted_base(p_fee, p_units, p_amount, p_value);
    v jsonb := app.fee_line(p_fee, p_own, p_units, coalesce((v_base ->> 'amount')::numeric, p_amount), p_currency);
BEGIN
    RETURN CASE WHEN v_base IS NULL THEN v ELSE v || jsonb_build_object('assumes', v_base -> 'assumes',
        'inputs', (v -> 'inputs') || (v_base - ARRAY['amount', 'assumes'])) END;
END;
$$;
SELECT app.as_internal('app.quoted_line(public.fee_components, jsonb, numeric, numeric, text, jsonb)');

-- The value per unit that an investor who holds units of a deal's vehicle may know: the newest approved one. Who holds none
-- reads no valuation, by the rule of who sees what; their fees are shown on what is paid.
CREATE OR REPLACE FUNCTION app.value_to_quote(p_deal public.deals, p_investor_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('nav_per_unit', trim_scale(v.nav_per_unit)::text, 'valued_on', v.as_of_date)
      FROM app.valuation_on(p_deal.vehicle_id, app.effective_day(clock_timestamp())) v
     WHERE EXISTS (SELECT FROM public.positions p
                    WHERE p.investor_id = p_investor_id AND p.vehicle_id = p_deal.vehicle_id AND p.units > 0)  -- [2]
$$;
SELECT app.as_internal('app.value_to_quote(public.deals, uuid)');

-- The sums of a purchase under these fees. Paid at closing (wire) are the amount and the subscription fee with the VAT it
-- states; other fees are billed apart. VAT is taken per rate on each sum of rounded lines. p_value: as app.quoted_base.
-- Errors: 22023.
DROP FUNCTION IF EXISTS app.quote(public.fee_components[], jsonb, numeric, numeric, text);
CREATE OR REPLACE FUNCTION app.quote(p_fees public.fee_components[], p_overrides jsonb, p_units numeric,
                                     p_unit_price numeric, p_currency text, p_value jsonb DEFAULT NULL)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_amount numeric := app.amount_of(p_units, p_unit_price, p_currency);
    v_lines jsonb := '[]';
    v_sums jsonb;
BEGIN
    PERFORM app.check_quoted(p_units, p_unit_price);
    FOR i IN 1 .. coalesce(cardinality(p_fees), 0) LOOP
        v_lines := v_lines
            || app.quoted_line(p_fees[i], p_overrides -> (p_fees[i]).id::text, p_units, v_amount, p_currency, p_value);
    END LOOP;
    SELECT jsonb_object_agg(s.name, to_jsonb(s)) INTO v_sums
      FROM (SELECT n.name, coalesce(sum(of_rate.net), 0) AS net, coalesce(sum(of_rate.vat), 0) AS vat
              FROM unnest(ARRAY['subscription_fee', 'other_once', 'yearly', 'on_exit']) n(name)
              LEFT JOIN LATERAL (
                SELECT sum((l ->> 'rounded')::numeric) AS net,
                       app.vat_of(sum((l ->> 'rounded')::numeric), (l ->> 'vat_rate_bps')::numeric, p_currency) AS vat
                  FROM jsonb_array_elements(v_lines) l
                 WHERE app.fee_sum(l) = n.name GROUP BY l ->> 'vat_rate_bps') of_rate ON true
             GROUP BY n.name) s;
    RETURN jsonb_build_object('currency', p_currency, 'units', trim_scale(p_units)::text,
            'unit_price', trim_scale(p_unit_price)::text, 'amount', v_amount::text, 'lines', v_lines,
            'wire', (v_amount + (v_sums #>> '{subscription_fee,net}')::numeric
                              + (v_sums #>> '{subscription_fee,vat}')::numeric)::text,
            'vat', (SELECT jsonb_object_agg(e.key, app.money_round((e.value ->> 'vat')::numeric, p_currency)::text)
                      FROM jsonb_each(v_sums) e))
        || (SELECT jsonb_object_agg(e.key, app.money_round((e.value ->> 'net')::numeric, p_currency)::text)
              FROM jsonb_each(v_sums) e);
END;
$$;
SELECT app.as_internal('app.quote(public.fee_components[], jsonb, numeric, numeric, text, jsonb)');

-- What a quotation says, as one SHA-256 that names its version: deal, investor, plan with every fee, what was negotiated,
-- price, units and sums. Who agrees to a quotation agrees to this. One of version q1 is hashed as it was then.
CREATE OR REPLACE FUNCTION app.quotation_hash(p_quotation jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT v.name || ':' || encode(sha256(convert_to((jsonb_build_array(
        p_quotation -> 'deal_id', p_quotation -> 'investor_id', p_quotation #> '{fee_plan,id}',
        p_quotation #> '{fee_plan,components}', p_quotation -> 'overrides', p_quotation -> 'currency',
        p_quotation -> 'units', p_quotation -> 'unit_price', p_quotation -> 'amount',
        jsonb_path_query_array(p_quotation, '$.lines[*].rounded'), p_quotation -> 'subscription_fee',
        p_quotation -> 'other_once', p_quotation -> 'yearly', p_quotation -> 'on_exit', p_quotation -> 'wire')
        || CASE v.name WHEN 'q1' THEN '[]' ELSE jsonb_build_array(p_quotation -> 'vat') END
    )::text, 'UTF8')), 'hex')
      FROM (SELECT coalesce(p_quotation ->> 'version', 'q2') AS name) v
$$;
SELECT app.as_internal('app.quotation_hash(jsonb)');

-- The VAT rate at which a fee is invoiced to a buyer (billing details, as app.billing_of): what the fee states, else the buyer's
-- own rate; none where no VAT is charged. One rule, for what is quoted and for what is invoiced.
CREATE OR REPLACE FUNCTION app.vat_rate_charged(p_stated int, p_buyer jsonb) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_buyer ->> 'vat_treatment' = 'domestic'
                THEN coalesce(p_stated, (p_buyer ->> 'vat_rate_bps')::int, 0) ELSE 0 END  -- [3]
$$;
SELECT app.as_internal('app.vat_rate_charged(int, jsonb)');

-- Fees with the VAT at which they would be invoiced to this investor today; as they state it where nobody in particular asks.
CREATE OR REPLACE FUNCTION app.fees_as_taxed(p_fees public.fee_components[], p_investor_id uuid) RETURNS public.fee_components[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_buyer constant jsonb := coalesce(app.billing_of(p_investor_id, app.house_today()), '{"vat_treatment": "domestic"}');
BEGIN
    FOR i IN 1 .. CASE WHEN p_investor_id IS NULL THEN 0 ELSE coalesce(cardinality(p_fees), 0) END LOOP
        p_fees[i].vat_rate_bps := app.vat_rate_charged(p_fees[i].vat_rate_bps, v_buyer);
    END LOOP;
    RETURN p_fees;
END;
$$;
SELECT app.as_internal('app.fees_as_taxed(public.fee_components[], uuid)');

-- The quotation of a purchase under exactly this plan (null: no fees), with what is negotiated with this investor now and
-- the VAT at which they are billed, so that what is shown is what the invoice asks for.
-- The spread is the house's and is no part of it.
CREATE OR REPLACE FUNCTION app.quotation_under(p_deal public.deals, p_investor_id uuid, p_units numeric,
                                               p_unit_price numeric, p_plan_id uuid)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_fees public.fee_components[] := ARRAY(
        SELECT f FROM public.fee_components f
         WHERE f.fee_plan_id = p_plan_id AND f.kind <> 'spread_markup' ORDER BY f.kind, f.id);
    v_own jsonb;
    v_value jsonb;
    v jsonb;
BEGIN
    SELECT app.own_fees(t.overrides, v_fees) INTO v_own
      FROM public.investor_terms t WHERE t.deal_id = p_deal.id AND t.investor_id = p_investor_id AND t.status = 'active'
       AND t.overrides IS NOT NULL;
    IF EXISTS (SELECT FROM unnest(v_fees) u WHERE u.base = 'nav') THEN
        v_value := app.value_to_quote(p_deal, p_investor_id);
    END IF;
    v := app.quote(app.fees_as_taxed(v_fees, p_investor_id), v_own, p_units, p_unit_price, p_deal.currency, v_value)
        || jsonb_build_object('version', 'q2', 'deal_id', p_deal.id, 'investor_id', p_investor_id, 'overrides', v_own,
               'fee_plan', (SELECT jsonb_build_object('id', p.id, 'name', p.name, 'components', coalesce((
                                SELECT jsonb_agg(to_jsonb(u) - ARRAY['fee_plan_id', 'notes', 'lineage'] ORDER BY u.kind, u.id)
                                  FROM unnest(v_fees) u), '[]'))
                              FROM public.fee_plans p WHERE p.id = p_plan_id));
    RETURN v || jsonb_build_object('hash', app.quotation_hash(v));
END;
$$;
SELECT app.as_internal('app.quotation_under(public.deals, uuid, numeric, numeric, uuid)');

-- Many quotations at once, by place from 1: of deals, plans and investors that the acting profile may see, the others are
-- left out. No investor: what everybody pays. No price: the offer. No plan: the deal's default one.
-- Errors: 22023.
CREATE OR REPLACE FUNCTION app.quotations(p_deal_ids uuid[], p_investor_ids uuid[], p_units numeric[],
                                          p_unit_prices numeric[], p_plan_ids uuid[])
RETURNS TABLE (place int, quotation jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT a.place::int, app.quotation_under(d, a.investor_id, a.units, coalesce(a.unit_price, d.offer_unit_price, 0), p.id)
      FROM unnest(p_deal_ids, p_investor_ids, p_units, p_unit_prices, p_plan_ids)
           WITH ORDINALITY a(deal_id, investor_id, units, unit_price, plan_id, place)
      JOIN public.deals d ON d.id = a.deal_id AND d.id = ANY (ARRAY(SELECT app.visible_deals()))
      LEFT JOIN public.fee_plans p ON p.deal_id = d.id
           AND CASE WHEN a.plan_id IS NULL THEN p.is_default ELSE p.id = a.plan_id END
     WHERE (a.plan_id IS NULL OR p.id IS NOT NULL)
       AND (a.investor_id IS NULL OR a.investor_id = ANY (ARRAY(SELECT app.visible_investors())))
     ORDER BY a.place;
END;
$$;
SELECT app.as_definer('app.quotations(uuid[], uuid[], numeric[], numeric[], uuid[])', 'verso_app');
COMMENT ON FUNCTION app.quotations(uuid[], uuid[], numeric[], numeric[], uuid[]) IS
    'What purchases cost, by place; those the acting profile may not see are left out.';

-- One quotation. Errors: 42501 for a deal, plan or investor that is not here or not theirs, 22023.
CREATE OR REPLACE FUNCTION app.quotation(p_deal_id uuid, p_investor_id uuid, p_units numeric,
                                         p_unit_price numeric DEFAULT NULL, p_fee_plan_id uuid DEFAULT NULL)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v jsonb := (SELECT q.quotation FROM app.quotations(ARRAY[p_deal_id], ARRAY[p_investor_id], ARRAY[p_units],
                                                       ARRAY[p_unit_price], ARRAY[p_fee_plan_id]) q);
BEGIN
    IF v IS NULL THEN
        RAISE EXCEPTION 'this deal, plan or investor is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    RETURN v;
END;
$$;
SELECT app.as_definer('app.quotation(uuid, uuid, numeric, numeric, uuid)', 'verso_app');
COMMENT ON FUNCTION app.quotation(uuid, uuid, numeric, numeric, uuid) IS
    'What a purchase costs: lines, sums, version and hash. No price: the offer; no plan: the default one.';
