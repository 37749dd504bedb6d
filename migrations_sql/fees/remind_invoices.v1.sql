-- Reminders of invoices that are overdue, by the days of the setting reminder_days. In the database, because an invoice may be
-- paid while its reminder is written, and two runs at once send one.

-- What is due to be reminded of on a day: open invoices, each with the highest of the days that it is past, unless it was
-- reminded at that or a later one, or reminders of it are held. Days that passed unused (the job did not run, or a hold has
-- ended) are not made up for. Internal.
CREATE OR REPLACE FUNCTION app.reminders_due(p_today date) RETURNS TABLE (invoice_id uuid, level int)
LANGUAGE sql STABLE AS $$
    SELECT i.id, d.level FROM public.invoices i
     CROSS JOIN LATERAL (SELECT max(x) AS level FROM unnest(string_to_array(app.house_setting('reminder_days'), ',')::int[]) x
                          WHERE i.due_date + x <= p_today) d
     WHERE i.kind = 'invoice' AND i.status IN ('sent', 'partial') AND d.level IS NOT NULL  -- [1]
       AND NOT EXISTS (SELECT FROM public.invoice_reminders r WHERE r.invoice_id = i.id AND r.level >= d.level)  -- [2]
       AND NOT EXISTS (SELECT FROM public.reminder_holds h WHERE h.invoice_id = i.id AND h.ended_at IS NULL)  -- [3]
$$;
SELECT app.as_internal('app.reminders_due(date)');

-- The same for staff and jobs, who look before anything is sent.
CREATE OR REPLACE FUNCTION app.reminders_to_send() RETURNS TABLE (invoice_id uuid, level int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs remind' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT d.invoice_id, d.level FROM app.reminders_due(app.house_today()) d;
END;
$$;
SELECT app.as_definer('app.reminders_to_send()', 'verso_app');
COMMENT ON FUNCTION app.reminders_to_send() IS 'Which open invoices are due to be reminded of today, and at how many days past due.';

-- Writes reminders that are due, p_limit at most, each with its notices; how many. The audit log keeps each row.
-- Locks: the invoices by id (NO KEY UPDATE SKIP LOCKED: one that is being paid waits for the next run).
-- Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION public.fn_remind_invoices(p_limit int DEFAULT 500) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today constant date := app.house_today();
    v_ids uuid[];
    v_count int;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs remind' USING ERRCODE = '42501';
    END IF;
    v_ids := ARRAY(SELECT i.id FROM public.invoices i
                    WHERE i.id IN (SELECT d.invoice_id FROM app.reminders_due(v_today) d ORDER BY 1 LIMIT p_limit)
                    ORDER BY i.id FOR NO KEY UPDATE SKIP LOCKED);  -- [4]
    WITH written AS (  -- asked anew, now that nobody pays them meanwhile
        INSERT INTO public.invoice_reminders (invoice_id, level, sent_on, amount)
        SELECT d.invoice_id, d.level, v_today, app.invoice_open_amount(d.invoice_id)
          FROM app.reminders_due(v_today) d WHERE d.invoice_id = ANY (v_ids) ORDER BY d.invoice_id
        ON CONFLICT (invoice_id, level) DO NOTHING RETURNING *
    ), told AS (
        SELECT app.tell_investor(i.investor_id, 'invoice.reminder', w.id, app.invoice_facts(i)
                   || jsonb_build_object('days', v_today - i.due_date))
          FROM written w JOIN public.invoices i ON i.id = w.invoice_id ORDER BY w.id
    )
    SELECT count(*) INTO v_count FROM told;
    RETURN v_count;
END;
$$;
SELECT app.as_definer('public.fn_remind_invoices(int)', 'verso_app');
COMMENT ON FUNCTION public.fn_remind_invoices(int) IS 'Remind of overdue invoices by the setting reminder_days, once for each; how many.';

-- Holds reminders of one invoice, with a reason, until somebody resumes them; held already, it stays as it is.
-- Locks: the invoice (NO KEY UPDATE). Errors: 42501 not staff, or not there; 22023 with DETAIL reason, or settled where nothing
-- is open.
CREATE OR REPLACE FUNCTION public.fn_hold_reminders(p_invoice uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.invoices;
BEGIN
    SELECT i.* INTO v FROM public.invoices i WHERE i.id = p_invoice AND app.is_staff() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF v.kind <> 'invoice' OR v.status NOT IN ('sent', 'partial') THEN
        RAISE EXCEPTION 'nobody is reminded of this invoice' USING ERRCODE = '22023', DETAIL = 'settled';
    END IF;
    INSERT INTO public.reminder_holds (invoice_id, reason) VALUES (p_invoice, btrim(p_reason))
    ON CONFLICT (invoice_id) WHERE ended_at IS NULL DO NOTHING;
END;
$$;
SELECT app.as_definer('public.fn_hold_reminders(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_hold_reminders(uuid, text) IS 'Hold reminders of one invoice, with a reason. For staff.';

-- Lets reminders of an invoice go on; not held, nothing changes. Locks: the hold. Errors: 42501 not staff, or not there.
CREATE OR REPLACE FUNCTION public.fn_resume_reminders(p_invoice uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.is_staff() OR NOT EXISTS (SELECT FROM public.invoices i WHERE i.id = p_invoice) THEN
        RAISE EXCEPTION 'this invoice is not here' USING ERRCODE = '42501';
    END IF;
    UPDATE public.reminder_holds SET ended_at = clock_timestamp(), ended_by = app.uid()
     WHERE invoice_id = p_invoice AND ended_at IS NULL;
END;
$$;
SELECT app.as_definer('public.fn_resume_reminders(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_resume_reminders(uuid) IS 'Let reminders of one invoice go on. For staff.';
