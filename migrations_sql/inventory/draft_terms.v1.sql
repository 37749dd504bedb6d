-- The economics of one commitment, frozen: the investor's active terms and the next version of the term sheet.
-- In the database, because they are written with the commitment and one investor has one active row per deal.
-- Every figure carries its formula and inputs; money is rounded once, half up, to the currency's minor unit.
-- Internal; the caller holds the investor's lock, so versions have no gap and no rival.

-- What one component of a plan costs once, on subscribing; null for what is not due then. Rounded.
-- A rate negotiated for this investor stands in overrides under the component's id; an explicit 0 is zero.
CREATE OR REPLACE FUNCTION app.component_fee(p_component public.fee_components, p_overrides jsonb, p_units numeric,
                                             p_amount numeric, p_currency text)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_own jsonb := p_overrides -> p_component.id::text;
    v_rate numeric := coalesce((v_own ->> 'rate_bps')::numeric, p_component.rate_bps);
    v_flat numeric := coalesce((v_own ->> 'flat_amount')::numeric, p_component.flat_amount);
    v_method text := coalesce(p_component.calc_method,
                              CASE WHEN v_rate IS NULL THEN 'fixed' ELSE 'percent_of_investment' END);
    v_fee numeric;
BEGIN
    IF p_component.kind <> 'subscription' OR coalesce(p_component.frequency, 'one_time') <> 'one_time'
       OR v_method IN ('percent_per_annum', 'percent_of_profit') THEN
        RETURN NULL;
    END IF;
    v_fee := CASE v_method WHEN 'percent_of_investment' THEN p_amount * v_rate / 10000
                           WHEN 'per_unit_spread' THEN v_flat * p_units ELSE v_flat END;
    IF v_fee IS NULL THEN
        RAISE EXCEPTION 'a fee of this plan states neither rate nor amount' USING ERRCODE = '22023', DETAIL = 'fee_plan';
    END IF;
    RETURN jsonb_build_object('figure', 'subscription_fee', 'component_id', p_component.id, 'method', v_method,
        'formula', CASE v_method WHEN 'percent_of_investment' THEN 'amount × rate_bps / 10000'
                                 WHEN 'per_unit_spread' THEN 'units × flat_amount' ELSE 'flat_amount' END,
        'inputs', jsonb_strip_nulls(jsonb_build_object('amount', p_amount::text, 'units', trim_scale(p_units)::text,
            'rate_bps', trim_scale(v_rate)::text, 'flat_amount', v_flat::text, 'negotiated', v_own)),
        'result', app.money_round(v_fee, p_currency)::text);
END;
$$;
SELECT app.as_internal('app.component_fee(public.fee_components, jsonb, numeric, numeric, text)');

-- What exactly is offered: inputs, derivations, totals. Wire = amount + subscription fee.
CREATE OR REPLACE FUNCTION app.terms_of(p_deal public.deals, p_investor_id uuid, p_units numeric, p_unit_price numeric,
                                        p_plan_id uuid, p_overrides jsonb)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_amount numeric := app.money_round(p_units * p_unit_price, p_deal.currency);
    v_fees jsonb;
    v_fee numeric;
    v_components jsonb;
BEGIN
    SELECT coalesce(jsonb_agg(x.fee ORDER BY (x.f).id) FILTER (WHERE x.fee IS NOT NULL), '[]'),
           coalesce(sum((x.fee ->> 'result')::numeric), 0),
           coalesce(jsonb_agg(to_jsonb(x.f) - 'fee_plan_id' ORDER BY (x.f).id), '[]')
      INTO v_fees, v_fee, v_components
      FROM (SELECT f, app.component_fee(f, p_overrides, p_units, v_amount, p_deal.currency) AS fee
              FROM public.fee_components f WHERE f.fee_plan_id = p_plan_id) x;
    v_fee := app.money_round(v_fee, p_deal.currency);
    RETURN jsonb_build_object(
        'deal', jsonb_build_object('id', p_deal.id, 'code', p_deal.code, 'name', p_deal.name),
        'investor', (SELECT jsonb_build_object('id', i.id, 'legal_name', i.legal_name)
                       FROM public.investors i WHERE i.id = p_investor_id),
        'currency', p_deal.currency, 'units', trim_scale(p_units)::text, 'unit_price', trim_scale(p_unit_price)::text,
        'offer_unit_price', trim_scale(p_deal.offer_unit_price)::text,
        'fee_plan', (SELECT jsonb_build_object('id', f.id, 'name', f.name, 'components', v_components)
                       FROM public.fee_plans f WHERE f.id = p_plan_id),
        'overrides', p_overrides,
        'amount', v_amount::text, 'subscription_fee', v_fee::text, 'wire', (v_amount + v_fee)::text,
        'rounding', 'once, half up, to the minor unit of the currency',
        'derivation', jsonb_build_array(jsonb_build_object('figure', 'amount', 'formula', 'units × unit_price',
                'inputs', jsonb_build_object('units', trim_scale(p_units)::text, 'unit_price', trim_scale(p_unit_price)::text),
                'result', v_amount::text))
            || v_fees
            || jsonb_build_array(jsonb_build_object('figure', 'wire', 'formula', 'amount + subscription_fee',
                'inputs', jsonb_build_object('amount', v_amount::text, 'subscription_fee', v_fee::text),
                'result', (v_amount + v_fee)::text)));
END;
$$;
SELECT app.as_internal('app.terms_of(public.deals, uuid, numeric, numeric, uuid, jsonb)');

-- The new active terms and the term sheet's next version, valid for 30 days; gives the term sheet.
CREATE OR REPLACE FUNCTION app.draft_terms(p_deal public.deals, p_investor_id uuid, p_units numeric,
                                           p_unit_price numeric, p_plan_id uuid) RETURNS public.term_sheets
LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_terms record;
    v_before public.term_sheets;
    v_sheet public.term_sheets;
BEGIN
    UPDATE public.investor_terms SET status = 'superseded'
     WHERE deal_id = p_deal.id AND investor_id = p_investor_id AND status = 'active'
    RETURNING id, overrides INTO v_terms;
    INSERT INTO public.investor_terms (deal_id, investor_id, selected_fee_plan_id, overrides, status, created_at)
    VALUES (p_deal.id, p_investor_id, p_plan_id, v_terms.overrides, 'active', v_now) RETURNING id, overrides INTO v_terms;
    SELECT t.* INTO v_before FROM public.term_sheets t
     WHERE t.deal_id = p_deal.id AND t.investor_id = p_investor_id ORDER BY t.version DESC NULLS LAST LIMIT 1;
    INSERT INTO public.term_sheets (deal_id, investor_id, fee_plan_id, price_per_unit, currency, valid_until, status,
                                    version, supersedes_id, terms_data, created_by, created_at)
    VALUES (p_deal.id, p_investor_id, p_plan_id, p_unit_price, p_deal.currency, v_now + interval '30 days', 'draft',
            coalesce(v_before.version, 0) + 1, v_before.id,
            app.terms_of(p_deal, p_investor_id, p_units, p_unit_price, p_plan_id, v_terms.overrides)
                || jsonb_build_object('terms_id', v_terms.id, 'as_of', v_now),
            app.uid(), v_now)
    RETURNING * INTO v_sheet;
    PERFORM app.audit_write('term_sheet.drafted', 'term_sheets', v_sheet.id, p_deal.id,
        CASE WHEN v_before.id IS NOT NULL THEN jsonb_build_object('version', v_before.version, 'term_sheet_id', v_before.id) END,
        jsonb_build_object('version', v_sheet.version, 'investor_id', p_investor_id, 'fee_plan_id', p_plan_id,
            'investor_terms_id', v_terms.id, 'valid_until', v_sheet.valid_until,
            'amount', v_sheet.terms_data -> 'amount', 'subscription_fee', v_sheet.terms_data -> 'subscription_fee'));
    RETURN v_sheet;
END;
$$;
SELECT app.as_internal('app.draft_terms(public.deals, uuid, numeric, numeric, uuid)');

-- The plan that was chosen, or the deal's default one. A deal without a default has none: no fees.
-- Errors: 42501 a plan of another deal.
CREATE OR REPLACE FUNCTION app.chosen_plan(p_deal_id uuid, p_plan_id uuid) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_plan uuid;
BEGIN
    SELECT f.id INTO v_plan FROM public.fee_plans f
     WHERE f.deal_id = p_deal_id AND CASE WHEN p_plan_id IS NULL THEN f.is_default ELSE f.id = p_plan_id END;
    IF v_plan IS NULL AND p_plan_id IS NOT NULL THEN
        RAISE EXCEPTION 'this fee plan is not here, or not of this deal' USING ERRCODE = '42501';
    END IF;
    RETURN v_plan;
END;
$$;
SELECT app.as_internal('app.chosen_plan(uuid, uuid)');
