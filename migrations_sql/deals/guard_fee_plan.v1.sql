-- Triggers: a fee plan that somebody agreed to stays as it was; only which plan is the default may change. In the
-- database, because commitments and terms rest on it. Locks: the plan (FOR UPDATE), so that a commitment that is
-- just choosing it, and holds it by its foreign key, is waited for and then seen.
-- Errors: 22023; 42501 for who asks without keeping plans: whether others agreed to one is not for members to know.
CREATE OR REPLACE FUNCTION app.refuse_if_plan_in_use(p_plan_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'Only staff change fee plans.' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.fee_plans f WHERE f.id = p_plan_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM public.deal_commitments c WHERE c.selected_fee_plan_id = p_plan_id)
       OR EXISTS (SELECT 1 FROM public.investor_terms t WHERE t.selected_fee_plan_id = p_plan_id)
       OR EXISTS (SELECT 1 FROM public.term_sheets s WHERE s.fee_plan_id = p_plan_id) THEN
        RAISE EXCEPTION 'Somebody agreed to this fee plan: make a new one instead.'
            USING ERRCODE = '22023', DETAIL = 'fee_plan_in_use';
    END IF;
END;
$$;
COMMENT ON FUNCTION app.refuse_if_plan_in_use(uuid) IS 'Raises 22023 for a fee plan that a commitment, terms or a term sheet use.';
SELECT app.as_definer('app.refuse_if_plan_in_use(uuid)', 'verso_app');

CREATE OR REPLACE FUNCTION app.guard_fee_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'fee_components' THEN
        IF TG_OP <> 'INSERT' THEN
            PERFORM app.refuse_if_plan_in_use(OLD.fee_plan_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM app.refuse_if_plan_in_use(NEW.fee_plan_id);
        END IF;
    ELSIF TG_OP = 'DELETE' OR (to_jsonb(OLD) - '{is_default,changed_by}'::text[]) <> (to_jsonb(NEW) - '{is_default,changed_by}'::text[]) THEN
        PERFORM app.refuse_if_plan_in_use(OLD.id);
    END IF;
    RETURN coalesce(NEW, OLD);
END;
$$;
REVOKE ALL ON FUNCTION app.guard_fee_plan() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_fee_plan() IS 'Trigger: a fee plan in use stays as it was. 22023.';
-- Who made a plan or changed it last is a party to what is bought under it.
CREATE OR REPLACE FUNCTION app.note_plan_author() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Which plan is no longer the default changes nothing of that plan.
    NEW.changed_by := CASE WHEN TG_OP = 'UPDATE' AND NOT NEW.is_default
                                AND OLD.is_default AND to_jsonb(OLD) - 'is_default' = to_jsonb(NEW) - 'is_default'
                           THEN OLD.changed_by ELSE app.uid() END;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.note_plan_author() FROM PUBLIC;
COMMENT ON FUNCTION app.note_plan_author() IS 'Trigger: notes who made a fee plan or changed it last.';
CREATE TRIGGER note_plan_author BEFORE INSERT OR UPDATE ON public.fee_plans
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.note_plan_author();

-- By its fees too, which a function takes out (remove_fee_component): so the login counts and not the current role.
CREATE OR REPLACE FUNCTION app.note_fee_author() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.fee_plans f SET changed_by = app.uid()
     WHERE f.id IN (NEW.fee_plan_id, OLD.fee_plan_id) AND f.changed_by IS DISTINCT FROM app.uid();
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.note_fee_author()', 'verso_definer');
COMMENT ON FUNCTION app.note_fee_author() IS 'Trigger: notes who changed the fees of a plan last.';
CREATE TRIGGER note_fee_author AFTER INSERT OR UPDATE OR DELETE ON public.fee_components
    FOR EACH ROW WHEN (session_user = 'verso_app') EXECUTE FUNCTION app.note_fee_author();

CREATE TRIGGER guard_fee_plan BEFORE UPDATE OR DELETE ON public.fee_plans
    FOR EACH ROW EXECUTE FUNCTION app.guard_fee_plan();
CREATE TRIGGER guard_fee_plan BEFORE INSERT OR UPDATE OR DELETE ON public.fee_components
    FOR EACH ROW EXECUTE FUNCTION app.guard_fee_plan();
