-- Proposes a change of an open deal that a second person approves: its offer price, its default plan, a plan version taking
-- effect, or the rates negotiated with one investor. In the database, because what buyers pay must not be one person's to
-- move, whoever calls, and because the change and the question to staff appear together.
-- Exactly one of: {"offer_unit_price": "29.00"}, {"default_fee_plan": <id>}, {"fee_plan_version": <id>}, {"overrides":
-- {<component id>: {"rate_bps": 100}}} with an investor. An earlier proposal of the same kind that waits is withdrawn.
-- Holds and commitments already there keep what they were made with.
-- Version 2: what is approved of a new version of a plan is every column of its fees (hash d2); a rate may be negotiated
-- below the lowest of tiers.
-- Locks, in order: deal row (NO KEY UPDATE) -> approvals by id.
-- Errors: 42501 not staff, not there, or a plan or investor of another deal; DL003 the deal is neither open nor in
-- allocation; 22023 no reason (DETAIL reason), a bad value (change), nothing would change (same). Returns the change.
CREATE OR REPLACE FUNCTION public.fn_propose_change(
    p_deal_id uuid, p_changes jsonb, p_reason text, p_investor_id uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_deal public.deals;
    v_kind text := (SELECT min(k) FROM jsonb_object_keys(p_changes) k);
    v_id uuid;
BEGIN
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = p_deal_id AND app.is_staff() FOR NO KEY UPDATE;
    IF NOT FOUND OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this deal is not here, or not yours to change' USING ERRCODE = '42501';
    ELSIF v_deal.status NOT IN ('open', 'allocation_pending') THEN
        RAISE EXCEPTION 'only an open deal changes by a proposal' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM app.check_change(v_deal, v_kind, p_changes, p_investor_id);
    PERFORM app.end_changes(ARRAY(SELECT c.id FROM public.deal_changes c
        WHERE c.deal_id = p_deal_id AND c.kind = v_kind AND c.status = 'proposed'
          AND c.investor_id IS NOT DISTINCT FROM p_investor_id), 'deal_change.replaced');
    INSERT INTO public.deal_changes (deal_id, investor_id, kind, changes, before, reason, proposed_by, proposed_at, status)
    VALUES (p_deal_id, p_investor_id, v_kind, p_changes, app.change_before(p_deal_id, v_kind, p_changes, p_investor_id),
            btrim(p_reason), app.uid(), clock_timestamp(), 'proposed')
    RETURNING id INTO v_id;
    PERFORM app.audit_write('deal_change.proposed', 'deal_changes', v_id, p_deal_id,
        (SELECT c.before FROM public.deal_changes c WHERE c.id = v_id),
        jsonb_build_object('changes', p_changes, 'investor_id', p_investor_id, 'reason', btrim(p_reason)));
    PERFORM app.open_approval('deal_change', v_id, p_deal_id, p_investor_id, NULL, NULL, v_deal.currency,
                              app.deal_change_hash(v_id));
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Errors: 22023, 42501, as above.
CREATE OR REPLACE FUNCTION app.check_change(p_deal public.deals, p_kind text, p_changes jsonb, p_investor_id uuid)
RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_text text := p_changes ->> p_kind;
BEGIN
    IF (SELECT count(*) FROM jsonb_object_keys(p_changes)) IS DISTINCT FROM 1
       OR p_kind NOT IN ('offer_unit_price', 'default_fee_plan', 'fee_plan_version', 'overrides')
       OR (p_kind = 'overrides') <> (p_investor_id IS NOT NULL)
       OR (p_kind = 'offer_unit_price' AND coalesce(v_text, '') !~ '^[0-9]{1,12}(\.[0-9]{1,6})?$')
       OR (p_kind = 'offer_unit_price' AND v_text::numeric <= 0) THEN
        RAISE EXCEPTION 'state one change' USING ERRCODE = '22023', DETAIL = 'change';
    ELSIF p_kind IN ('default_fee_plan', 'fee_plan_version') AND NOT EXISTS (
              SELECT 1 FROM public.fee_plans f JOIN public.fee_components c ON c.fee_plan_id = f.id
               WHERE f.deal_id = p_deal.id AND f.id::text = v_text
                 AND (f.effective_from IS NULL) = (p_kind = 'fee_plan_version')) THEN
        RAISE EXCEPTION 'this fee plan is not here, has no fee, or is not to be put into effect' USING ERRCODE = '42501',
            DETAIL = 'fee_plan';
    ELSIF p_kind = 'overrides' THEN
        PERFORM app.check_overrides(p_deal.id, p_investor_id, p_changes -> p_kind);
    END IF;
    IF app.change_before(p_deal.id, p_kind, p_changes, p_investor_id) = p_changes
       OR (p_kind = 'offer_unit_price' AND v_text::numeric = p_deal.offer_unit_price) THEN
        RAISE EXCEPTION 'this is so already' USING ERRCODE = '22023', DETAIL = 'same';
    END IF;
END;
$$;

-- An override only lowers a rate or an amount of a fee of this deal, for an investor who is a member of it.
CREATE OR REPLACE FUNCTION app.check_overrides(p_deal_id uuid, p_investor_id uuid, p_overrides jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.deal_memberships m WHERE m.deal_id = p_deal_id AND m.investor_id = p_investor_id) THEN
        RAISE EXCEPTION 'this investor is not on the deal' USING ERRCODE = '42501', DETAIL = 'investor';
    ELSIF jsonb_typeof(p_overrides) IS DISTINCT FROM 'object' OR EXISTS (
        SELECT 1 FROM jsonb_each(p_overrides) o
          LEFT JOIN (SELECT c.*, app.rate_to_lower(c) AS rate_to_lower FROM public.fee_components c JOIN public.fee_plans f ON f.id = c.fee_plan_id
                      WHERE f.deal_id = p_deal_id) c ON c.id::text = o.key
         WHERE c.id IS NULL OR jsonb_typeof(o.value) <> 'object' OR o.value = '{}'
            OR EXISTS (SELECT 1 FROM jsonb_each_text(o.value) v
                        WHERE v.key NOT IN ('rate_bps', 'flat_amount') OR v.value !~ '^[0-9]{1,13}(\.[0-9]{1,2})?$'
                           OR v.value::numeric <= CASE v.key WHEN 'rate_bps' THEN c.rate_to_lower ELSE c.flat_amount END IS NOT TRUE)) THEN
        RAISE EXCEPTION 'an override lowers a fee of this deal' USING ERRCODE = '22023', DETAIL = 'overrides';
    END IF;
END;
$$;

-- What a change would replace, as it is now.
CREATE OR REPLACE FUNCTION app.change_before(p_deal_id uuid, p_kind text, p_changes jsonb, p_investor_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(p_kind, CASE p_kind
        WHEN 'offer_unit_price' THEN (SELECT to_jsonb(trim_scale(d.offer_unit_price)::text) FROM public.deals d
                                       WHERE d.id = p_deal_id)
        WHEN 'default_fee_plan' THEN (SELECT to_jsonb(f.id) FROM public.fee_plans f
                                       WHERE f.deal_id = p_deal_id AND f.is_default)
        WHEN 'fee_plan_version' THEN (SELECT to_jsonb(f.supersedes_id) FROM public.fee_plans f
                                       WHERE f.id::text = p_changes ->> p_kind)
        ELSE (SELECT t.overrides FROM public.investor_terms t
               WHERE t.deal_id = p_deal_id AND t.investor_id = p_investor_id AND t.status = 'active') END)
$$;

-- What a change is about, with what it replaces as that is now: an approval of it binds to this, in the version of the hash
-- it is compared with. Null where it is not there.
CREATE OR REPLACE FUNCTION app.deal_change_hash(p_change_id uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT v.name || encode(sha256(convert_to(json_build_array(1, c.deal_id, c.investor_id, c.changes, c.before, c.reason,
               app.change_before(c.deal_id, c.kind, c.changes, c.investor_id) = c.before,
               CASE c.kind WHEN 'fee_plan_version' THEN (
                   SELECT json_agg(CASE v.name WHEN '' THEN json_build_array(
                              f.id, f.kind, f.calc_method, f.rate_bps, f.flat_amount::text, f.frequency,
                              f.hurdle_rate_bps, f.high_watermark, f.base, f.day_count, f.in_advance)
                              ELSE app.fee_content(f) END ORDER BY f.id)
                     FROM public.fee_components f WHERE f.fee_plan_id::text = c.changes ->> c.kind) END
           )::text, 'UTF8')), 'hex')
      FROM public.deal_changes c, (SELECT CASE WHEN p_like IS NULL OR p_like LIKE 'd2:%' THEN 'd2:' ELSE '' END AS name) v
     WHERE c.id = p_change_id
$$;

-- Ends proposals that wait: what was asked about them is withdrawn.
CREATE OR REPLACE FUNCTION app.end_changes(p_ids uuid[], p_action text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    PERFORM 1 FROM public.approvals a
      WHERE a.entity_type = 'deal_change' AND a.entity_id = ANY (p_ids) ORDER BY a.id FOR NO KEY UPDATE;
    FOR v_id IN UPDATE public.deal_changes c SET status = 'withdrawn', decided_at = clock_timestamp()
                 WHERE c.id = ANY (p_ids) AND c.status = 'proposed' RETURNING c.id LOOP
        UPDATE public.approvals SET status = 'withdrawn', decided_at = clock_timestamp()
         WHERE entity_type = 'deal_change' AND entity_id = v_id AND status = 'pending';
        PERFORM app.audit_write(p_action, 'deal_changes', v_id,
            (SELECT c.deal_id FROM public.deal_changes c WHERE c.id = v_id),
            jsonb_build_object('status', 'proposed'), jsonb_build_object('status', 'withdrawn'));
    END LOOP;
END;
$$;
SELECT app.as_internal('app.check_change(public.deals, text, jsonb, uuid)');
SELECT app.as_internal('app.check_overrides(uuid, uuid, jsonb)');
SELECT app.as_internal('app.change_before(uuid, text, jsonb, uuid)');
SELECT app.as_internal('app.deal_change_hash(uuid, text)');
SELECT app.as_internal('app.end_changes(uuid[], text)');
SELECT app.as_definer('public.fn_propose_change(uuid, jsonb, text, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_change(uuid, jsonb, text, uuid) IS
    'Propose a change of price, plan or override of an open deal, which a second person approves; returns the change.';
