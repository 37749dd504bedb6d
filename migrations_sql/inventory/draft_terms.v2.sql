-- The economics of one commitment, frozen: the investor's active terms and the next version of the term sheet.
-- In the database, because they are written with the commitment and one investor has one active row per deal.
-- Its sums are those of the quotation (deals/quotation), and none is worked out here.
-- Version 2: the VAT that a subscription fee states is part of what is paid at closing, and rounding is each line's.
-- Internal; the caller holds the investor's lock, so versions have no gap and no rival.

-- What exactly is offered: the quotation, whose it is, and how its figures came about in the order a person reads them.
CREATE OR REPLACE FUNCTION app.terms_of(p_deal public.deals, p_investor_id uuid, p_units numeric, p_unit_price numeric,
                                        p_plan_id uuid)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v jsonb := app.quotation_under(p_deal, p_investor_id, p_units, p_unit_price, p_plan_id);
    v_taxed boolean := (v #>> '{vat,subscription_fee}')::numeric <> 0;
BEGIN
    RETURN v || jsonb_build_object(
        'deal', jsonb_build_object('id', p_deal.id, 'code', p_deal.code, 'name', p_deal.name),
        'investor', (SELECT jsonb_build_object('id', i.id, 'legal_name', i.legal_name)
                       FROM public.investors i WHERE i.id = p_investor_id),
        'offer_unit_price', trim_scale(p_deal.offer_unit_price)::text,
        'rounding', 'once, half up, to the minor unit of the currency',
        'derivation', jsonb_build_array(jsonb_build_object('figure', 'amount', 'formula', 'units × unit_price',
                'inputs', jsonb_build_object('units', v -> 'units', 'unit_price', v -> 'unit_price'),
                'result', v -> 'amount'))
            || (SELECT coalesce(jsonb_agg(jsonb_build_object('figure', 'subscription_fee',
                        'component_id', x.line -> 'component_id', 'method', x.line -> 'method',
                        'formula', x.line -> 'formula', 'inputs', x.line -> 'inputs', 'result', x.line -> 'rounded')
                        ORDER BY x.place), '[]')
                  FROM jsonb_array_elements(v -> 'lines') WITH ORDINALITY x(line, place)
                 WHERE x.line ->> 'kind' = 'subscription' AND x.line ->> 'when' = 'once')
            || jsonb_build_array(jsonb_build_object('figure', 'wire',
                'formula', 'amount + subscription_fee' || CASE WHEN v_taxed THEN ' + vat' ELSE '' END,
                'inputs', jsonb_build_object('amount', v -> 'amount', 'subscription_fee', v -> 'subscription_fee')
                    || CASE WHEN v_taxed THEN jsonb_build_object('vat', v #> '{vat,subscription_fee}') ELSE '{}' END,
                'result', v -> 'wire')));
END;
$$;
SELECT app.as_internal('app.terms_of(public.deals, uuid, numeric, numeric, uuid)');

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
    RETURNING id, overrides, overrides_by INTO v_terms;
    INSERT INTO public.investor_terms (deal_id, investor_id, selected_fee_plan_id, overrides, overrides_by, status, created_at)
    VALUES (p_deal.id, p_investor_id, p_plan_id, v_terms.overrides, v_terms.overrides_by, 'active', v_now)
    RETURNING id, overrides, overrides_by INTO v_terms;
    SELECT t.* INTO v_before FROM public.term_sheets t
     WHERE t.deal_id = p_deal.id AND t.investor_id = p_investor_id ORDER BY t.version DESC NULLS LAST LIMIT 1;
    INSERT INTO public.term_sheets (deal_id, investor_id, fee_plan_id, price_per_unit, currency, valid_until, status,
                                    version, supersedes_id, terms_data, created_by, created_at)
    VALUES (p_deal.id, p_investor_id, p_plan_id, p_unit_price, p_deal.currency, v_now + interval '30 days', 'draft',
            coalesce(v_before.version, 0) + 1, v_before.id,
            app.terms_of(p_deal, p_investor_id, p_units, p_unit_price, p_plan_id)
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
-- Errors: 42501 a plan of another deal, one that is not in effect, or one that a newer version took the place of.
CREATE OR REPLACE FUNCTION app.chosen_plan(p_deal_id uuid, p_plan_id uuid) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_plan uuid;
BEGIN
    SELECT f.id INTO v_plan FROM public.fee_plans f
     WHERE f.deal_id = p_deal_id AND CASE WHEN p_plan_id IS NULL THEN f.is_default ELSE f.id = p_plan_id END
       AND f.effective_from IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM public.fee_plans n WHERE n.supersedes_id = f.id AND n.effective_from IS NOT NULL);
    IF v_plan IS NULL AND p_plan_id IS NOT NULL THEN
        RAISE EXCEPTION 'this fee plan is not here, or not of this deal' USING ERRCODE = '42501';
    END IF;
    RETURN v_plan;
END;
$$;
SELECT app.as_internal('app.chosen_plan(uuid, uuid)');
