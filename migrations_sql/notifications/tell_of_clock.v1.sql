-- Trigger: when jobs begin to wait because the database's clock jumped ahead, every member of staff who may sign in is told,
-- once for each jump. It is named once, whatever the plan: a subquery would be run anew for each person where it is the inner
-- side of the join.
CREATE OR REPLACE FUNCTION app.tell_of_clock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    WITH jump AS MATERIALIZED (SELECT gen_random_uuid() AS id)
    INSERT INTO public.notices (user_id, kind, entity_id, facts, created_at)
    SELECT p.id, 'clock.ahead', jump.id, jsonb_build_object('minutes', round(NEW.ahead / 60)), clock_timestamp()
      FROM jump, public.profiles p
     WHERE p.is_active AND p.role LIKE 'staff%' AND p.id <> app.system_profile()
     ORDER BY p.id;
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.tell_of_clock()', 'verso_definer');
COMMENT ON FUNCTION app.tell_of_clock() IS 'Trigger: staff are told when jobs wait because of a clock that jumped.';
CREATE OR REPLACE TRIGGER tell_of_clock AFTER UPDATE OF held_since ON public.job_clock
    FOR EACH ROW WHEN (OLD.held_since IS NULL AND NEW.held_since IS NOT NULL) EXECUTE FUNCTION app.tell_of_clock();
