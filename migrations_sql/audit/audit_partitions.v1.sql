-- The months of the audit log: made ahead, and moved out of the DEFAULT partition where one was missed.
-- In the database and owned by verso_owner, since only a table's owner may partition it; callable by the system
-- profile and the owner. Idempotent: with nothing to do it changes nothing.
-- Locks: attaching a month takes SHARE UPDATE EXCLUSIVE on the log and ACCESS EXCLUSIVE on the empty DEFAULT, so
-- writers go on; the repair takes ACCESS EXCLUSIVE on the log. Both give up after five seconds.
-- Errors: 42501 for anybody else, 55P03 when the lock could not be had (the next run tries again).

CREATE OR REPLACE FUNCTION app.audit_make_month(p_month date) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_name text := 'audit_log_' || to_char(p_month, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || v_name) IS NOT NULL THEN
        RETURN 0;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_log INCLUDING CONSTRAINTS)', v_name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_name);
    EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', v_name,
        p_month || ' 00:00:00+00', (p_month + interval '1 month')::date || ' 00:00:00+00');
    PERFORM app.refuse_truncate(to_regclass('public.' || v_name));
    RETURN 1;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_make_month(date) FROM PUBLIC;

-- Nothing is deleted on the way: the DEFAULT is detached, its rows are copied as they are, and only then is it dropped.
CREATE OR REPLACE FUNCTION app.audit_repair_default() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_made integer;
    v_there bigint;
    v_moved bigint;
BEGIN
    LOCK TABLE public.audit_log IN ACCESS EXCLUSIVE MODE;
    ALTER TABLE public.audit_log DETACH PARTITION public.audit_log_default;
    ALTER TABLE public.audit_log_default RENAME TO audit_log_stray;
    SELECT sum(app.audit_make_month(m)) INTO v_made
      FROM (SELECT DISTINCT date_trunc('month', ts)::date FROM public.audit_log_stray ORDER BY 1) stray(m);
    INSERT INTO public.audit_log SELECT * FROM public.audit_log_stray;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    SELECT count(*) INTO STRICT v_there FROM public.audit_log_stray;
    ASSERT v_moved = v_there, 'every stray row was copied';
    DROP TABLE public.audit_log_stray;
    CREATE TABLE public.audit_log_default PARTITION OF public.audit_log DEFAULT;
    ALTER TABLE public.audit_log_default ENABLE ROW LEVEL SECURITY;
    PERFORM app.refuse_truncate('public.audit_log_default');
    RETURN v_made;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_repair_default() FROM PUBLIC;

CREATE OR REPLACE FUNCTION app.audit_make_partitions(p_months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
    v_made integer := 0;
BEGIN
    IF app.uid() IS DISTINCT FROM app.system_profile() AND NOT pg_has_role(session_user, 'verso_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'Only the jobs of VERSO make partitions.' USING ERRCODE = '42501';
    END IF;
    IF p_months_ahead IS NULL OR p_months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'Months ahead are a number from 0 to 120.' USING ERRCODE = '22023';
    END IF;
    IF EXISTS (SELECT FROM public.audit_log_default) THEN
        v_made := app.audit_repair_default();
    END IF;
    RETURN v_made + (SELECT sum(app.audit_make_month((date_trunc('month', now()) + make_interval(months => n))::date))
                       FROM generate_series(0, p_months_ahead) n);
END;
$$;
REVOKE ALL ON FUNCTION app.audit_make_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.audit_make_partitions(integer) TO verso_app;
COMMENT ON FUNCTION app.audit_make_partitions IS
    'Makes this month and the months ahead, empties DEFAULT; gives how many months were made. 42501, 22023, 55P03.';

-- What the alarm reads: both figures are fine at 0 stray rows and 2 or more months ahead.
CREATE OR REPLACE FUNCTION app.audit_partition_state(OUT stray_rows bigint, OUT months_ahead integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'Only staff and jobs see the state of the audit log.' USING ERRCODE = '42501';
    END IF;
    SELECT count(*) INTO stray_rows FROM public.audit_log_default;
    SELECT min(n) - 1 INTO months_ahead
      FROM generate_series(1, 121) n
     WHERE to_regclass('public.audit_log_' || to_char(date_trunc('month', now()) + make_interval(months => n), 'YYYY_MM'))
           IS NULL;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_partition_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.audit_partition_state() TO verso_app;
COMMENT ON FUNCTION app.audit_partition_state IS 'Rows in the DEFAULT partition and months made ahead, for the alarm. 42501.';

SELECT app.audit_make_partitions(3);
