-- The subject deal_change: a change of an open deal is carried out, or ends, with the decision about it, in the decision's
-- own transaction and under the deal's lock. What is noted as its author is whoever proposed it.
-- Internal. Errors: DL006 decided or withdrawn already, DL003 the deal is no longer open.
CREATE OR REPLACE FUNCTION app.deal_change_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_it public.deal_changes;
    v_status text;
BEGIN
    UPDATE public.deal_changes SET status = CASE p_outcome WHEN 'approved' THEN 'applied' ELSE 'rejected' END,
           decided_at = p_ask.decided_at, decided_by = p_ask.decided_by
     WHERE id = p_ask.entity_id AND status = 'proposed' RETURNING * INTO v_it;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this change is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    END IF;
    SELECT d.status INTO v_status FROM public.deals d WHERE d.id = v_it.deal_id;
    IF p_outcome = 'approved' THEN
        IF v_status NOT IN ('open', 'allocation_pending') THEN
            RAISE EXCEPTION 'this deal is over' USING ERRCODE = 'DL003', DETAIL = v_status;
        END IF;
        PERFORM app.apply_change(v_it);
    END IF;
    PERFORM app.audit_write('deal_change.' || v_it.status, 'deal_changes', v_it.id, v_it.deal_id, v_it.before,
        jsonb_build_object('changes', v_it.changes, 'investor_id', v_it.investor_id, 'note', p_ask.notes));
END;
$$;

CREATE OR REPLACE FUNCTION app.apply_change(p_it public.deal_changes) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_plan uuid := CASE WHEN p_it.kind IN ('default_fee_plan', 'fee_plan_version') THEN (p_it.changes ->> p_it.kind)::uuid END;
    v_default boolean;
BEGIN
    IF p_it.kind = 'offer_unit_price' THEN
        UPDATE public.deals SET offer_unit_price = (p_it.changes ->> p_it.kind)::numeric WHERE id = p_it.deal_id;
        UPDATE public.offer_prices SET set_by = p_it.proposed_by
         WHERE id = (SELECT max(o.id) FROM public.offer_prices o WHERE o.deal_id = p_it.deal_id);
    ELSIF p_it.kind = 'overrides' THEN
        -- A row of its own: what is committed to already keeps the terms it was made with.
        UPDATE public.investor_terms SET status = 'superseded'
         WHERE deal_id = p_it.deal_id AND investor_id = p_it.investor_id AND status = 'active'
        RETURNING selected_fee_plan_id INTO v_plan;
        INSERT INTO public.investor_terms (deal_id, investor_id, selected_fee_plan_id, overrides, overrides_by, status, created_at)
        VALUES (p_it.deal_id, p_it.investor_id, v_plan, p_it.changes -> p_it.kind, p_it.proposed_by, 'active', clock_timestamp());
    ELSE
        SELECT p_it.kind = 'default_fee_plan' OR coalesce(o.is_default, false) INTO v_default
          FROM public.fee_plans f LEFT JOIN public.fee_plans o ON o.id = f.supersedes_id WHERE f.id = v_plan;
        IF v_default THEN
            UPDATE public.fee_plans SET is_default = false WHERE deal_id = p_it.deal_id AND is_default;
        END IF;
        UPDATE public.fee_plans SET effective_from = coalesce(effective_from, clock_timestamp()),
               is_default = v_default OR is_default
         WHERE id = v_plan;
    END IF;
END;
$$;
SELECT app.as_internal('app.deal_change_decided(public.approvals, text)');

CREATE OR REPLACE FUNCTION app.lock_deal_change(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.deals d WHERE d.id = p_ask.deal_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
END;
$$;
-- Who wrote a version of a plan prepared its change, whoever proposes it.
CREATE OR REPLACE FUNCTION app.parties_of_change(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT c.proposed_by, 'own_request' FROM public.deal_changes c WHERE c.id = p_ask.entity_id
    UNION ALL
    SELECT unnest(f.authors || f.changed_by), 'changed_plan' FROM public.deal_changes c JOIN public.fee_plans f ON f.id::text = c.changes ->> c.kind
     WHERE c.id = p_ask.entity_id
$$;
SELECT app.as_internal('app.lock_deal_change(public.approvals)');
SELECT app.as_internal('app.parties_of_change(public.approvals)');
SELECT app.register_subject('deal_change', p_locks => 'app.lock_deal_change', p_hash => 'app.deal_change_hash',
                            p_parties => 'app.parties_of_change', p_decided => 'app.deal_change_decided', p_may_ask_changes => false);
SELECT app.as_internal('app.apply_change(public.deal_changes)');

-- Trigger: with a deal that ends, what was proposed about it ends too.
CREATE OR REPLACE FUNCTION app.end_changes_of_deal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.end_changes(ARRAY(SELECT c.id FROM public.deal_changes c
                                   WHERE c.deal_id = NEW.id AND c.status = 'proposed'), 'deal_change.withdrawn');
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.end_changes_of_deal()', 'verso_definer');
COMMENT ON FUNCTION app.end_changes_of_deal() IS 'Trigger: proposals end with their deal.';
CREATE OR REPLACE TRIGGER end_changes_of_deal AFTER UPDATE OF status ON public.deals
    FOR EACH ROW WHEN (NEW.status IN ('closed', 'cancelled') AND OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION app.end_changes_of_deal();
