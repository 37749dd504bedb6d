-- Records one person's decision about one thing. In the database, because of two people deciding at once one must
-- win and the other be told, and because no caller may decide for somebody else or past a limit.
-- What follows from the decision is carried out in the same transaction, by the subject: neither happens without the other.
-- Returns what the thing is now: 'approved', 'second_approval' (one of two was given), 'rejected', 'changes_asked'.
-- p_content_hash: what the decider saw; when the thing changed since, nothing is recorded.
-- Locks, in order: what it is about, as its subject says (deal row, the investor so that one person's approvals for it add
-- up one by one, the thing) -> its approvals by id -> what carrying it out locks.
-- Errors: 42501 not there, or not yours to decide (DETAIL: why_not_decide's word), 22023 unknown action or no reason,
-- DL006 decided or withdrawn already (DETAIL: by whom), DL005 the thing changed since it was asked, DL002 busy, and
-- whatever carrying it out refuses.
CREATE OR REPLACE FUNCTION public.fn_decide_approval(
    p_approval_id uuid, p_action text, p_notes text DEFAULT NULL, p_content_hash text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_ask public.approvals;
    v_why text;
    v_outcome text;
BEGIN
    SELECT a.* INTO v_ask FROM public.approvals a WHERE a.id = p_approval_id AND app.is_staff();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this approval is not here, or not yours to decide' USING ERRCODE = '42501', DETAIL = 'not_staff';
    ELSIF p_action IS NULL OR p_action NOT IN ('approve', 'reject', 'revise') THEN
        RAISE EXCEPTION 'the action is approve, reject or revise' USING ERRCODE = '22023', DETAIL = 'action';
    ELSIF p_action = 'revise' AND NOT (SELECT s.may_ask_changes FROM public.approval_subjects s
                                        WHERE s.entity_type = v_ask.entity_type) THEN
        RAISE EXCEPTION 'this is approved or rejected' USING ERRCODE = '22023', DETAIL = 'action';
    ELSIF p_action <> 'approve' AND coalesce(p_notes, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    v_ask := app.lock_approval(p_approval_id);
    v_why := app.why_not_decide(p_approval_id);
    IF v_why IS NOT NULL AND v_why NOT IN ('approved_already', 'admin_needed') THEN
        RAISE EXCEPTION 'this is not yours to decide' USING ERRCODE = '42501', DETAIL = v_why;
    ELSIF v_ask.status <> 'pending' THEN
        RAISE EXCEPTION 'somebody decided first' USING ERRCODE = 'DL006', DETAIL = coalesce(
            (SELECT p.display_name FROM public.profiles p WHERE p.id = v_ask.decided_by), v_ask.status);
    ELSIF v_why IS NOT NULL THEN
        RAISE EXCEPTION 'this is not yours to decide' USING ERRCODE = '42501', DETAIL = v_why;
    ELSIF p_action = 'approve' AND app.approval_is_stale(v_ask, p_content_hash) THEN
        RAISE EXCEPTION 'this changed since it was asked' USING ERRCODE = 'DL005', DETAIL = 'changed';
    END IF;

    -- Before the decision itself is counted. What it adds up to by now may take a second person.
    v_ask.steps_needed := CASE p_action WHEN 'approve' THEN app.steps_with(v_ask, app.uid()) ELSE v_ask.steps_needed END;
    UPDATE public.approvals SET action = p_action, steps_needed = v_ask.steps_needed, decided_by = app.uid(), decided_at = clock_timestamp(),
           notes = nullif(btrim(p_notes), ''),
           status = CASE p_action WHEN 'approve' THEN 'approved' WHEN 'reject' THEN 'rejected' ELSE 'changes_asked' END,
           sla_paused_at = CASE WHEN p_action = 'revise' THEN clock_timestamp() END
     WHERE id = p_approval_id RETURNING * INTO v_ask;
    v_outcome := v_ask.status;
    IF p_action = 'approve' AND NOT app.approval_complete(v_ask.entity_type, v_ask.entity_id) THEN
        PERFORM app.ask_next_person(v_ask);
        v_outcome := 'second_approval';
    END IF;
    PERFORM app.audit_write('approval.' || CASE p_action WHEN 'revise' THEN 'changes_asked' ELSE v_ask.status END,
        'approvals', p_approval_id, v_ask.deal_id, jsonb_build_object('status', 'pending'),
        jsonb_build_object('status', v_ask.status, 'outcome', v_outcome, 'entity_type', v_ask.entity_type,
            'entity_id', v_ask.entity_id, 'step', v_ask.step, 'people', v_ask.steps_needed,
            'notes', v_ask.notes, 'content_hash', v_ask.content_hash));
    IF v_outcome <> 'second_approval' THEN
        PERFORM app.subject_decided(v_ask, v_outcome);
    END IF;
    RETURN v_outcome;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is deciding this at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Locks an approval and what it is about, in the one order, and reads it again.
CREATE OR REPLACE FUNCTION app.lock_approval(p_approval_id uuid) RETURNS public.approvals
LANGUAGE plpgsql AS $$
DECLARE
    v_ask public.approvals;
BEGIN
    SELECT a.* INTO v_ask FROM public.approvals a WHERE a.id = p_approval_id;
    PERFORM app.lock_subject(v_ask);
    PERFORM 1 FROM public.approvals a
      WHERE (a.entity_type = v_ask.entity_type AND a.entity_id = v_ask.entity_id) OR a.id = p_approval_id
      ORDER BY a.id FOR NO KEY UPDATE;
    SELECT a.* INTO v_ask FROM public.approvals a WHERE a.id = p_approval_id;
    RETURN v_ask;
END;
$$;

-- Did the thing change since it was asked, or since the decider saw it? A row without a hash binds to the id alone.
CREATE OR REPLACE FUNCTION app.approval_is_stale(p_ask public.approvals, p_seen text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_now text := app.subject_hash(p_ask.entity_type, p_ask.entity_id, coalesce(p_ask.content_hash, p_seen));
BEGIN
    RETURN (p_ask.content_hash IS NOT NULL AND p_ask.content_hash IS DISTINCT FROM v_now)
        OR (p_seen IS NOT NULL AND p_seen IS DISTINCT FROM coalesce(v_now, p_ask.content_hash));
END;
$$;

-- The next of the people needed: a row of its own under the same clock.
CREATE OR REPLACE FUNCTION app.ask_next_person(p_given public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    INSERT INTO public.approvals (entity_type, entity_id, status, requested_by, priority, created_at, step, steps_needed,
        content_hash, amount, currency, deal_id, investor_id, request_note, sla_started_at, sla_breach_at)
    VALUES (p_given.entity_type, p_given.entity_id, 'pending', p_given.requested_by, p_given.priority, clock_timestamp(),
        p_given.step + 1, p_given.steps_needed, p_given.content_hash, p_given.amount, p_given.currency, p_given.deal_id,
        p_given.investor_id, p_given.request_note, p_given.sla_started_at, p_given.sla_breach_at)
    RETURNING id INTO v_id;
    PERFORM app.audit_write('approval.opened', 'approvals', v_id, p_given.deal_id, NULL, jsonb_build_object(
        'entity_type', p_given.entity_type, 'entity_id', p_given.entity_id, 'step', p_given.step + 1,
        'people', p_given.steps_needed));
END;
$$;

SELECT app.as_internal('app.lock_approval(uuid)');
SELECT app.as_internal('app.approval_is_stale(public.approvals, text)');
SELECT app.as_internal('app.ask_next_person(public.approvals)');
SELECT app.as_definer('public.fn_decide_approval(uuid, text, text, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_decide_approval(uuid, text, text, text) IS
    'Approve, reject or ask for changes, once; returns approved, second_approval, rejected or changes_asked.';
