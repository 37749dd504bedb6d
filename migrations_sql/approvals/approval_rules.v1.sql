-- How urgent a decision is and how many people it takes, from the rules staff keep per currency.
-- In the database, because whoever opens an approval must open it alike. Amounts are in the deal's currency,
-- nothing is converted; an amount *above* a bound belongs to the band, an amount of exactly the bound does not.
INSERT INTO public.approval_rules (currency, critical_above, high_above, normal_above, two_approvers_above,
                                   two_approvers_first_above, ops_limit)
SELECT '*', 1000000, 100000, 50000, 1000000, 250000, 50000
 WHERE NOT EXISTS (SELECT 1 FROM public.approval_rules WHERE currency = '*');
-- What refers to profiles is checked here, and not while the table is altered below.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO public.sla_rules (priority, hours) VALUES ('critical', 2), ('high', 4), ('normal', 24), ('low', 72)
ON CONFLICT (priority) DO NOTHING;

-- The rule of this currency, or the one for all others: of those in force, which came last. When it ends, the one
-- before it applies again.
CREATE OR REPLACE FUNCTION app.approval_rule(p_currency text) RETURNS public.approval_rules
LANGUAGE sql STABLE AS $$
    SELECT r FROM public.approval_rules r
     WHERE r.currency IN (p_currency, '*') AND r.in_force_from IS NOT NULL
       AND (r.lasts_until IS NULL OR r.lasts_until > clock_timestamp())
     ORDER BY r.currency = '*', r.in_force_from DESC, r.id LIMIT 1
$$;

-- An approval without an amount is normal.
CREATE OR REPLACE FUNCTION app.approval_priority(p_amount numeric, p_currency text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_amount IS NULL THEN 'normal'
                WHEN p_amount > r.critical_above THEN 'critical'
                WHEN p_amount > r.high_above THEN 'high'
                WHEN p_amount > r.normal_above THEN 'normal'
                ELSE 'low' END
      FROM app.approval_rule(p_currency) r
$$;

-- Two people for the largest amounts, and sooner while the investor has nothing approved yet.
CREATE OR REPLACE FUNCTION app.approval_steps(p_amount numeric, p_currency text, p_first boolean) RETURNS int
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_amount > r.two_approvers_above OR (p_first AND p_amount > r.two_approvers_first_above)
                THEN 2 ELSE 1 END
      FROM app.approval_rule(p_currency) r
$$;

-- Opens the first decision about a thing, with its clock running; gives its id. The amount that it may come to says who
-- may decide and, with all that its subject counts, how many people it takes; how urgent it is follows from the amount at
-- the offer price. The thing is there already, with what it is about.
CREATE OR REPLACE FUNCTION app.open_approval(
    p_entity_type text, p_entity_id uuid, p_deal_id uuid, p_investor_id uuid,
    p_amount numeric, p_at_offer numeric, p_currency text, p_content_hash text
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_ask public.approvals;
    v_counts record;
BEGIN
    v_ask.entity_type := p_entity_type;
    v_ask.entity_id := p_entity_id;
    v_ask.deal_id := p_deal_id;
    v_ask.investor_id := p_investor_id;
    v_ask.amount := p_amount;
    v_ask.currency := p_currency;
    v_counts := app.subject_counts(v_ask);
    INSERT INTO public.approvals (entity_type, entity_id, status, requested_by, priority, created_at, step, steps_needed,
        content_hash, amount, currency, deal_id, investor_id, sla_started_at, sla_breach_at)
    SELECT p_entity_type, p_entity_id, 'pending', app.uid(), s.priority, v_now, 1,
           app.approval_steps(CASE WHEN p_amount IS NOT NULL THEN v_counts.counted END, p_currency, v_counts.is_first),
           p_content_hash, p_amount, p_currency, p_deal_id, p_investor_id, v_now,
           v_now + make_interval(secs => (s.hours * 3600)::float8)
      FROM public.sla_rules s WHERE s.priority = app.approval_priority(p_at_offer, p_currency)
    RETURNING * INTO STRICT v_ask;
    PERFORM app.audit_write('approval.opened', 'approvals', v_ask.id, p_deal_id, NULL, jsonb_build_object(
        'entity_type', p_entity_type, 'entity_id', p_entity_id, 'amount', p_amount::text, 'currency', p_currency,
        'priority', v_ask.priority, 'people', v_ask.steps_needed, 'due', v_ask.sla_breach_at, 'content_hash', p_content_hash));
    RETURN v_ask.id;
END;
$$;

SELECT app.as_internal('app.approval_rule(text)');
SELECT app.as_internal('app.approval_priority(numeric, text)');
SELECT app.as_internal('app.approval_steps(numeric, text, boolean)');
SELECT app.as_internal('app.open_approval(text, uuid, uuid, uuid, numeric, numeric, text, text)');
