-- Triggers: work that comes of decisions. One that is warned about is a task, for everyone or for whoever it is assigned to;
-- one that waits no more has no open task. In the database, because decisions are warned about, made, withdrawn and replaced
-- by functions of several apps, which know no tasks.
CREATE OR REPLACE FUNCTION app.open_tasks_of_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.tasks (owner_user_id, kind, due_at, status, related_entity_type, related_entity_id, created_at, title)
    SELECT NEW.assigned_to, 'sla_warning', NEW.sla_breach_at, 'open', 'approval', NEW.id, NEW.sla_warned_at, ''
    ON CONFLICT (kind, related_entity_type, related_entity_id, owner_user_id) WHERE related_entity_id IS NOT NULL DO NOTHING;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION app.end_tasks_of_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.tasks SET status = 'done', done_at = clock_timestamp()
     WHERE related_entity_type = 'approval' AND related_entity_id = NEW.id AND status = 'open';
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.open_tasks_of_approvals()', 'verso_definer');
SELECT app.as_definer('app.end_tasks_of_approvals()', 'verso_definer');
COMMENT ON FUNCTION app.open_tasks_of_approvals() IS 'Trigger: a decision that is warned about is work to do.';
COMMENT ON FUNCTION app.end_tasks_of_approvals() IS 'Trigger: a decision that waits no more leaves no work.';
CREATE OR REPLACE TRIGGER open_tasks_of_approvals AFTER UPDATE OF sla_warned_at ON public.approvals
    FOR EACH ROW WHEN (OLD.sla_warned_at IS NULL AND NEW.sla_warned_at IS NOT NULL)
    EXECUTE FUNCTION app.open_tasks_of_approvals();
CREATE OR REPLACE TRIGGER end_tasks_of_approvals AFTER UPDATE OF status ON public.approvals
    FOR EACH ROW WHEN (OLD.status = 'pending' AND NEW.status <> 'pending') EXECUTE FUNCTION app.end_tasks_of_approvals();
