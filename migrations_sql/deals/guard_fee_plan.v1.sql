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

-- May the application change what a plan consists of? While its deal is a draft, or the plan waits to take effect.
CREATE OR REPLACE FUNCTION app.plan_is_fixed(p_plan_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.fee_plans f JOIN public.deals d ON d.id = f.deal_id
                    WHERE f.id = p_plan_id AND f.effective_from IS NOT NULL AND d.status <> 'draft')
$$;
SELECT app.as_internal('app.plan_is_fixed(uuid)');

-- Trigger: on a deal that was opened plans are versions that never change. A new one waits until a second person put it
-- into effect (fn_propose_change); which plan is the default changes in the same way.
-- Errors: 42501 with the detail deal_change, 22023 with fee_plan_fixed.
CREATE OR REPLACE FUNCTION app.keep_plan_versions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'fee_components' THEN
        IF app.plan_is_fixed(CASE WHEN TG_OP <> 'INSERT' THEN OLD.fee_plan_id END)
           OR app.plan_is_fixed(CASE WHEN TG_OP <> 'DELETE' THEN NEW.fee_plan_id END) THEN
            RAISE EXCEPTION 'A plan in effect stays as it is: make a new version of it.'
                USING ERRCODE = '22023', DETAIL = 'fee_plan_fixed';
        END IF;
        RETURN coalesce(NEW, OLD);
    ELSIF TG_OP = 'UPDATE' AND OLD.deal_id IS DISTINCT FROM NEW.deal_id AND EXISTS (
              SELECT 1 FROM public.deals d WHERE d.id IN (OLD.deal_id, NEW.deal_id) AND d.status <> 'draft') THEN
        RAISE EXCEPTION 'A plan stays with a deal that was opened.' USING ERRCODE = '42501', DETAIL = 'deal_change';
    ELSIF EXISTS (SELECT 1 FROM public.fee_plans o WHERE o.id = NEW.supersedes_id AND o.deal_id <> NEW.deal_id) THEN
        RAISE EXCEPTION 'A plan takes the place of one of its own deal.' USING ERRCODE = '42501', DETAIL = 'deal_change';
    ELSIF (SELECT d.status FROM public.deals d WHERE d.id = NEW.deal_id) = 'draft' THEN
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' THEN
        NEW.effective_from := NULL;
    ELSIF (OLD.effective_from, OLD.supersedes_id, OLD.version, OLD.deal_id)
              IS DISTINCT FROM (NEW.effective_from, NEW.supersedes_id, NEW.version, NEW.deal_id) THEN
        RAISE EXCEPTION 'A second person puts a plan into effect.' USING ERRCODE = '42501', DETAIL = 'deal_change';
    ELSIF OLD.effective_from IS NOT NULL AND (OLD.name, OLD.description) IS DISTINCT FROM (NEW.name, NEW.description) THEN
        RAISE EXCEPTION 'A plan in effect stays as it is: make a new version of it.'
            USING ERRCODE = '22023', DETAIL = 'fee_plan_fixed';
    END IF;
    IF NEW.is_default IS DISTINCT FROM (CASE WHEN TG_OP = 'UPDATE' THEN OLD.is_default ELSE false END) THEN
        RAISE EXCEPTION 'A second person approves the default plan of an open deal.'
            USING ERRCODE = '42501', DETAIL = 'deal_change';
    END IF;
    RETURN NEW;
END;
$$;
SELECT app.as_definer('app.keep_plan_versions()', 'verso_definer');
COMMENT ON FUNCTION app.keep_plan_versions() IS 'Trigger: plans of a deal that was opened are versions. 42501, 22023.';
CREATE OR REPLACE TRIGGER keep_plan_versions BEFORE INSERT OR UPDATE ON public.fee_plans
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.keep_plan_versions();
CREATE OR REPLACE TRIGGER keep_plan_versions BEFORE INSERT OR UPDATE OR DELETE ON public.fee_components
    FOR EACH ROW WHEN (session_user = 'verso_app') EXECUTE FUNCTION app.keep_plan_versions();

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
    ELSIF TG_OP = 'DELETE' OR (to_jsonb(OLD) - '{is_default,changed_by,authors,effective_from}'::text[])
          <> (to_jsonb(NEW) - '{is_default,changed_by,authors,effective_from}'::text[]) THEN
        PERFORM app.refuse_if_plan_in_use(OLD.id);
    END IF;
    RETURN coalesce(NEW, OLD);
END;
$$;
REVOKE ALL ON FUNCTION app.guard_fee_plan() FROM PUBLIC;
COMMENT ON FUNCTION app.guard_fee_plan() IS 'Trigger: a fee plan in use stays as it was. 22023.';
-- Who made a plan or changed its fees is a party to what is bought under it, whoever changes them after.
CREATE OR REPLACE FUNCTION app.note_plan_author() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Its fees are what is paid (note_fee_author): another name, or being the default, makes nobody its author.
    NEW.changed_by := CASE TG_OP WHEN 'INSERT' THEN app.uid() ELSE OLD.changed_by END;
    NEW.authors := CASE TG_OP WHEN 'INSERT' THEN ARRAY[app.uid()] ELSE OLD.authors END;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.note_plan_author() FROM PUBLIC;
COMMENT ON FUNCTION app.note_plan_author() IS 'Trigger: notes who made a fee plan.';
CREATE OR REPLACE TRIGGER note_plan_author BEFORE INSERT OR UPDATE ON public.fee_plans
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.note_plan_author();

-- By its fees too, which a function takes out (remove_fee_component): so the login counts and not the current role.
CREATE OR REPLACE FUNCTION app.note_fee_author() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.fee_plans f SET changed_by = app.uid(), authors = array_append(array_remove(f.authors, app.uid()), app.uid())
     WHERE f.id IN (NEW.fee_plan_id, OLD.fee_plan_id) AND f.changed_by IS DISTINCT FROM app.uid();
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.note_fee_author()', 'verso_definer');
COMMENT ON FUNCTION app.note_fee_author() IS 'Trigger: notes who changed the fees of a plan.';
CREATE OR REPLACE TRIGGER note_fee_author AFTER INSERT OR UPDATE OR DELETE ON public.fee_components
    FOR EACH ROW WHEN (session_user = 'verso_app') EXECUTE FUNCTION app.note_fee_author();

CREATE OR REPLACE TRIGGER guard_fee_plan BEFORE UPDATE OR DELETE ON public.fee_plans
    FOR EACH ROW EXECUTE FUNCTION app.guard_fee_plan();
CREATE OR REPLACE TRIGGER guard_fee_plan BEFORE INSERT OR UPDATE OR DELETE ON public.fee_components
    FOR EACH ROW EXECUTE FUNCTION app.guard_fee_plan();
