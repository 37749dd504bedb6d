-- Warns once about each decision that has used three quarters of its time: it is marked, and work comes of the mark
-- (operations/tasks_of_approvals). A breach never stops a decision. In the database, because two runners at once must warn once.
-- Locks, in order: approvals (SKIP LOCKED: another runner has them, or somebody decides them right now).
-- Errors: 42501 for who may not run jobs. Returns how many were warned about; a second run changes nothing.
CREATE OR REPLACE FUNCTION public.fn_warn_sla(p_limit int DEFAULT 500) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_ids uuid[];
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs warn about decisions' USING ERRCODE = '42501';
    END IF;
    v_ids := ARRAY(SELECT a.id FROM public.approvals a
                    WHERE a.status = 'pending' AND a.sla_warned_at IS NULL
                      AND a.sla_started_at + (a.sla_breach_at - a.sla_started_at) * 0.75 <= v_now
                    ORDER BY a.sla_breach_at, a.id LIMIT greatest(least(p_limit, 5000), 0)
                      FOR NO KEY UPDATE SKIP LOCKED);
    UPDATE public.approvals SET sla_warned_at = v_now WHERE id = ANY (v_ids);
    RETURN cardinality(v_ids);
END;
$$;
SELECT app.as_definer('public.fn_warn_sla(int)', 'verso_app');
COMMENT ON FUNCTION public.fn_warn_sla(int) IS 'Warn once about decisions past 75 % of their time; returns how many.';
