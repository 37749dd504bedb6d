-- Whether the database's clock can be believed. Jobs end holds, commitments and deals by it, for good; a clock that jumps
-- forward would end what still runs. So each batch says what the worker's own clock says, and the two are compared since
-- a moment when both were known to agree. In the database, because every worker, command and buyer must come to one answer.
-- The moments are plain seconds: they are compared, never shown.
INSERT INTO public.job_clock (id) VALUES (1) ON CONFLICT (id) DO NOTHING;

-- While the clock is held nothing is ended by it, in a buyer's own sweep neither.
CREATE OR REPLACE FUNCTION app.clock_held() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.job_clock c WHERE c.held_since IS NOT NULL)
$$;
SELECT app.as_internal('app.clock_held()');

-- By how many seconds the database's clock ran ahead of the worker's since they last agreed; 0 while it did not, by more than
-- a minute and a thousandth. p_ticks (seconds since the machine began) is used where it is the same machine and the same
-- start (p_boot), since no time service moves it; else p_wall. A clock that is behind ends nothing early: it is noted and
-- holds nothing. The moment of agreement moves on once an hour, so that small steps add up and are seen.
-- Staff are told once per jump (notifications/tell_of_clock). Locks: the one row, when something is noted. Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.clock_ahead(p_wall double precision, p_boot text, p_ticks double precision)
RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.job_clock;
    v_now double precision := extract(epoch FROM clock_timestamp());
    v_passed double precision;
    v_ahead double precision;
    v_slack double precision;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs compare clocks' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO v FROM public.job_clock c WHERE c.id = 1;
    v_passed := CASE WHEN p_boot <> '' AND v.boot = p_boot THEN p_ticks - v.ticks ELSE p_wall - v.wall END;
    v_ahead := coalesce(v_now - v.seconds - v_passed, 0);
    v_slack := 60 + greatest(v_passed, 0) * 0.001;
    IF v_ahead > v_slack THEN
        UPDATE public.job_clock c SET ahead = v_ahead, held_since = coalesce(c.held_since, clock_timestamp()) WHERE c.id = 1;
        RETURN v_ahead;
    END IF;
    IF v.seconds IS NULL OR (v_passed > 3600 AND v_ahead >= -v_slack) THEN
        UPDATE public.job_clock c
           SET seconds = v_now, wall = p_wall, boot = p_boot, ticks = p_ticks, ahead = 0, held_since = NULL WHERE c.id = 1;
    ELSIF v.held_since IS NOT NULL OR (v_ahead < -v_slack) <> (v.ahead < 0) THEN
        UPDATE public.job_clock c
           SET ahead = CASE WHEN v_ahead < -v_slack THEN v_ahead ELSE 0 END, held_since = NULL WHERE c.id = 1;
    END IF;
    RETURN 0;
END;
$$;
SELECT app.as_definer('app.clock_ahead(double precision, text, double precision)', 'verso_app');

-- A member of staff says that the database's clock is right: from the next job on it is the one to compare with.
-- Locks: the one row. Errors: 42501 for who is no member of staff, or is VERSO system.
CREATE OR REPLACE FUNCTION app.confirm_clock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.job_clock;
BEGIN
    IF NOT app.is_staff() OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'only staff confirm the clock' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO v FROM public.job_clock c WHERE c.id = 1 FOR NO KEY UPDATE;
    UPDATE public.job_clock c SET seconds = NULL, ahead = 0, held_since = NULL WHERE c.id = 1;
    PERFORM app.audit_write('job_clock.confirmed', 'job_clock', NULL, NULL,
        jsonb_build_object('seconds_ahead', round(v.ahead)), jsonb_build_object('seconds_ahead', 0));
END;
$$;
SELECT app.as_definer('app.confirm_clock()', 'verso_app');
