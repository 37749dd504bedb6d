-- Proposes other limits of approval for a currency ('*' for the rest), or that ways of being a party are passed over for a
-- while, and lets a second administrator agree. In the database, because what holds one administrator back must not be
-- one administrator's to change, whoever calls.
-- A rule counts from the moment another active administrator agrees, and until its end: 1 to 90 days, which a relaxation
-- must have. Where nobody else is an administrator (app.has_other_admin) it counts at once, with nobody in agreed_by. A proposal waits
-- 14 days. Rules are never changed: another takes their place.
-- Locks: none to propose; the rule's row (NO KEY UPDATE) to agree.
-- Errors: 42501 not an administrator, not there, one's own proposal (DETAIL own_request), or that of an account
-- under one control with one's own (not_independent); 22023 no reason (reason), no
-- end or none within 90 days (days), a bad value (rule); DL006 agreed to already, over (over), or a later rule
-- counts (overtaken). Both are in the audit log.
CREATE OR REPLACE FUNCTION public.fn_propose_rule(
    p_currency text, p_critical_above numeric, p_high_above numeric, p_normal_above numeric, p_two_approvers_above numeric,
    p_two_approvers_first_above numeric, p_ops_limit numeric, p_relaxes text[], p_reason text, p_days int
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_limits numeric[] := ARRAY[p_critical_above, p_high_above, p_normal_above, p_two_approvers_above,
                                p_two_approvers_first_above, p_ops_limit];
    v_id uuid;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators propose rules' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF p_days NOT BETWEEN 1 AND 90 OR (p_days IS NULL AND cardinality(p_relaxes) > 0) THEN
        RAISE EXCEPTION 'a relaxation ends within 90 days' USING ERRCODE = '22023', DETAIL = 'days';
    ELSIF p_currency IS NULL OR p_currency !~ '^([A-Z]{3}|\*)$' OR p_relaxes IS NULL OR array_position(v_limits, NULL) > 0
          OR NOT (0 <= ALL (v_limits) AND 1e15 > ALL (v_limits))
          OR NOT (p_critical_above >= p_high_above AND p_high_above >= p_normal_above) OR NOT p_relaxes <@ ARRAY['made_investor', 'decided_kyc',
              'had_link', 'set_email', 'changed_price', 'changed_plan', 'changed_override', 'not_independent'] THEN
        RAISE EXCEPTION 'this rule cannot be' USING ERRCODE = '22023', DETAIL = 'rule';
    END IF;
    INSERT INTO public.approval_rules (currency, critical_above, high_above, normal_above, two_approvers_above,
        two_approvers_first_above, ops_limit, relaxes, reason, lasts_until, proposed_by, proposed_at, in_force_from)
    VALUES (p_currency, p_critical_above, p_high_above, p_normal_above, p_two_approvers_above,
        p_two_approvers_first_above, p_ops_limit, p_relaxes, btrim(p_reason), v_now + make_interval(hours => 24 * p_days),
        app.uid(), v_now, CASE WHEN NOT app.has_other_admin() THEN v_now END)
    RETURNING id INTO v_id;
    RETURN v_id;
END;
$$;

-- Gives the moment from which the rule counts.
CREATE OR REPLACE FUNCTION public.fn_agree_to_rule(p_rule_id uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_now timestamptz;
    v_rule public.approval_rules;
    v_why text;
BEGIN
    SELECT r.* INTO v_rule FROM public.approval_rules r
     WHERE r.id = p_rule_id AND app.role() = 'staff_admin' AND app.uid() <> app.system_profile() FOR NO KEY UPDATE;
    v_now := clock_timestamp();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this rule is not here, or not yours to agree to' USING ERRCODE = '42501';
    END IF;
    v_why := app.why_not_agree(v_rule, v_now);
    IF v_why IN ('own_request', 'not_independent') THEN
        RAISE EXCEPTION 'another administrator agrees' USING ERRCODE = '42501', DETAIL = v_why;
    ELSIF v_why IS NOT NULL THEN
        RAISE EXCEPTION 'this proposal waits no more' USING ERRCODE = 'DL006', DETAIL = v_why;
    END IF;
    UPDATE public.approval_rules SET agreed_by = app.uid(), in_force_from = v_now WHERE id = p_rule_id;
    RETURN v_now;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is agreeing to this at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Why the acting administrator cannot agree to a proposal, as one word; null when they can. A proposal carries every limit as
-- it was when it was made: agreed to after another rule of its currency, it would take that one back (overtaken).
CREATE OR REPLACE FUNCTION app.why_not_agree(p_rule public.approval_rules, p_now timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_rule.in_force_from IS NOT NULL THEN 'agreed'
                WHEN p_rule.proposed_by = app.uid() THEN 'own_request'
                WHEN p_rule.proposed_by = ANY (app.under_one_control(app.uid())) THEN 'not_independent'
                WHEN p_rule.lasts_until <= p_now OR p_rule.proposed_at <= p_now - interval '336 hours' THEN 'over'
                WHEN EXISTS (SELECT 1 FROM public.approval_rules r
                              WHERE r.currency = p_rule.currency AND r.in_force_from > p_rule.proposed_at) THEN 'overtaken' END
$$;
SELECT app.as_internal('app.why_not_agree(public.approval_rules, timestamptz)');

-- The proposals that the acting administrator can agree to, for the page that offers it. Errors: none.
CREATE OR REPLACE FUNCTION app.rules_to_agree_to() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.id FROM public.approval_rules r
     WHERE app.role() = 'staff_admin' AND r.in_force_from IS NULL AND app.why_not_agree(r, clock_timestamp()) IS NULL
$$;
SELECT app.as_definer('app.rules_to_agree_to()', 'verso_app');
COMMENT ON FUNCTION app.rules_to_agree_to() IS 'The proposed rules that the acting administrator can agree to.';

-- Is somebody else an administrator, who can agree? One who was until less than 90 days ago counts: nobody becomes the only
-- administrator by ending the others.
CREATE OR REPLACE FUNCTION app.has_other_admin() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.profiles p WHERE (p.role = 'staff_admin' AND p.is_active OR p.admin_until > clock_timestamp() - interval '90 days')
                      AND p.id NOT IN (app.uid(), app.system_profile()))
$$;

SELECT app.as_internal('app.has_other_admin()');
SELECT app.as_definer('public.fn_propose_rule(text, numeric, numeric, numeric, numeric, numeric, numeric, text[], text, int)', 'verso_app');
SELECT app.as_definer('public.fn_agree_to_rule(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_rule(text, numeric, numeric, numeric, numeric, numeric, numeric, text[], text, int) IS
    'Propose limits of approval, or a relaxation with an end, to which a second administrator agrees; returns the rule.';
COMMENT ON FUNCTION public.fn_agree_to_rule(uuid) IS 'Agree to a rule that another administrator proposed: it counts from now on.';
