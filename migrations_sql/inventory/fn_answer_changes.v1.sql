-- Answers staff who asked for changes: with another fee plan, a sentence, or both. The same units at the same price
-- stay on hold; who wants other units commits anew. In the database, because terms, term sheet, content hash and the
-- new question to staff must move together.
-- The clock goes on where it stopped. An approval given before still counts when nothing but a sentence was added,
-- and no longer when the content changed.
-- Locks, in order: deal row (KEY SHARE) -> the investor -> the commitment -> its approvals by id -> its hold.
-- p_shown_hash: of the quotation that was shown under the plan of the answer; null where none was.
-- Errors: DL007 that is not what it costs now, 42501 not yours or not there (commitment or plan), DL003 deal not selling, DL004 KYC, DL006 nothing is asked or
-- the hold ended, 22023 neither a plan nor a sentence, DL002 busy. Returns the new approval.
CREATE OR REPLACE FUNCTION public.fn_answer_changes(
    p_commitment_id uuid, p_fee_plan_id uuid DEFAULT NULL, p_note text DEFAULT NULL,
    p_shown_hash text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_it public.deal_commitments;
    v_deal public.deals;
    v_plan uuid;
    v_sheet uuid;
BEGIN
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF NOT FOUND OR NOT app.may_reserve_for(v_it.deal_id, v_it.investor_id) THEN
        RAISE EXCEPTION 'this commitment is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    v_plan := CASE WHEN coalesce(p_fee_plan_id = v_it.selected_fee_plan_id, p_fee_plan_id IS NULL) THEN v_it.selected_fee_plan_id
                   ELSE app.chosen_plan(v_it.deal_id, p_fee_plan_id) END;
    IF p_fee_plan_id IS NULL AND coalesce(btrim(p_note), '') = '' THEN
        RAISE EXCEPTION 'answer with a fee plan or a sentence' USING ERRCODE = '22023', DETAIL = 'answer';
    END IF;
    v_deal := app.lock_to_commit(v_it.deal_id, v_it.investor_id);
    PERFORM app.lock_commitments(ARRAY[p_commitment_id]);
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF v_it.status <> 'under_review' OR NOT EXISTS (
           SELECT 1 FROM public.reservations r WHERE r.commitment_id = p_commitment_id AND r.status = 'pending'
              AND r.expires_at > clock_timestamp()) THEN
        RAISE EXCEPTION 'no answer is waited for' USING ERRCODE = 'DL006', DETAIL = v_it.status;
    END IF;

    IF v_plan IS DISTINCT FROM v_it.selected_fee_plan_id OR app.commitment_hash(v_it.id, v_it.content_hash)
       IS DISTINCT FROM v_it.content_hash THEN
        v_sheet := (app.draft_terms(v_deal, v_it.investor_id, v_it.requested_units, v_it.unit_price, v_plan)).id;
    END IF;
    PERFORM app.check_shown((SELECT t.terms_data ->> 'hash' FROM public.term_sheets t
                              WHERE t.id = coalesce(v_sheet, v_it.term_sheet_id)), p_shown_hash);
    UPDATE public.deal_commitments SET status = 'submitted', selected_fee_plan_id = v_plan,
           term_sheet_id = coalesce(v_sheet, term_sheet_id)
     WHERE id = p_commitment_id;
    UPDATE public.deal_commitments SET content_hash = app.commitment_hash(id) WHERE id = p_commitment_id RETURNING * INTO v_it;
    PERFORM app.audit_write('commitment.answered', 'deal_commitments', p_commitment_id, v_it.deal_id,
        jsonb_build_object('status', 'under_review'), jsonb_build_object('status', 'submitted', 'note', p_note,
            'fee_plan_id', v_plan, 'term_sheet_id', v_it.term_sheet_id, 'content_hash', v_it.content_hash));
    RETURN app.ask_again(v_deal, v_it, nullif(btrim(p_note), ''));
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- A new question about the same thing: its clock has used as much as when it was stopped.
CREATE OR REPLACE FUNCTION app.ask_again(p_deal public.deals, p_commitment public.deal_commitments, p_note text)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_stopped public.approvals;
    v_id uuid := app.ask_to_approve(p_deal, p_commitment);
    v_now timestamptz := clock_timestamp();
    v_given int;
BEGIN
    SELECT a.* INTO v_stopped FROM public.approvals a
     WHERE a.entity_type = 'deal_commitment' AND a.entity_id = p_commitment.id AND a.status = 'changes_asked'
     ORDER BY a.decided_at DESC LIMIT 1;
    SELECT count(DISTINCT a.decided_by) INTO v_given FROM public.approvals a
     WHERE a.entity_type = 'deal_commitment' AND a.entity_id = p_commitment.id AND a.status = 'approved'
       AND a.content_hash = app.commitment_hash(p_commitment.id, a.content_hash);
    UPDATE public.approvals SET request_note = coalesce(p_note, ''), step = least(v_given + 1, steps_needed),
           sla_started_at = coalesce(v_now - (v_stopped.sla_paused_at - v_stopped.sla_started_at), sla_started_at),
           sla_breach_at = coalesce(v_now + (v_stopped.sla_breach_at - v_stopped.sla_paused_at), sla_breach_at)
     WHERE id = v_id;
    RETURN v_id;
END;
$$;
SELECT app.as_internal('app.ask_again(public.deals, public.deal_commitments, text)');
SELECT app.as_definer('public.fn_answer_changes(uuid, uuid, text, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_answer_changes(uuid, uuid, text, text) IS
    'Answer a request for changes with a fee plan or a sentence; returns the approval that is asked again.';
