-- Terms of an introducer: proposed by one person of staff, in force once another confirms them. In the database, because they
-- say what is paid out, and whoever writes them, in psql too, does not confirm them alone.
-- Without a deal it is the agreement itself, on its signed paper; for a deal it states what takes the default's place there.
-- Locks: the introducer (KEY SHARE; NO KEY UPDATE at the decision), then the agreement.
-- Errors: 42501 not staff, or an introducer or deal that is not there; 22023 with DETAIL document (the paper is missing), rate
-- (a deal's terms need a rate or tiers), tiers, dates; 23514 a value that cannot be kept.
CREATE OR REPLACE FUNCTION public.fn_propose_agreement(
    p_introducer uuid, p_deal uuid, p_document uuid, p_basis text, p_rate_bps int, p_cap numeric, p_tiers jsonb,
    p_trail_years int, p_signed_on date, p_valid_from date, p_valid_until date, p_note text
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    PERFORM FROM public.introducers i WHERE i.id = p_introducer AND app.is_staff() FOR KEY SHARE;
    IF NOT FOUND OR app.uid() = app.system_profile()
       OR p_deal IS NOT NULL AND NOT EXISTS (SELECT FROM public.deals d WHERE d.id = p_deal) THEN
        RAISE EXCEPTION 'this introducer or deal is not here' USING ERRCODE = '42501';
    ELSIF p_deal IS NULL AND p_document IS NULL THEN
        RAISE EXCEPTION 'an agreement is signed on paper' USING ERRCODE = '22023', DETAIL = 'document';
    ELSIF p_rate_bps IS NULL AND p_tiers IS NULL THEN
        RAISE EXCEPTION 'terms state a rate or tiers' USING ERRCODE = '22023', DETAIL = 'rate';
    ELSIF app.tiers_at_fault(p_tiers) IS NOT NULL THEN
        RAISE EXCEPTION 'these tiers cannot be counted with' USING ERRCODE = '22023', DETAIL = 'tiers';
    ELSIF p_valid_from IS NULL OR p_valid_until < p_valid_from OR p_signed_on > app.house_day(clock_timestamp()) THEN
        RAISE EXCEPTION 'an agreement is signed and begins before it ends' USING ERRCODE = '22023', DETAIL = 'dates';
    END IF;
    INSERT INTO public.introducer_agreements (introducer_id, deal_id, document_id, basis_type, rate_bps, cap_amount, tiers,
        trail_years, signed_on, valid_from, valid_until, note, proposed_by, proposed_at)
    VALUES (p_introducer, p_deal, p_document, coalesce(p_basis, 'invested_amount'), p_rate_bps, p_cap, p_tiers, p_trail_years,
        p_signed_on, p_valid_from, p_valid_until, btrim(coalesce(p_note, '')), app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    PERFORM app.open_approval('introducer_agreement', v_id, p_deal, NULL, NULL, NULL,
        (SELECT d.currency FROM public.deals d WHERE d.id = p_deal), app.agreement_hash(v_id));
    RETURN v_id;
END;
$$;

-- What an approval of it binds to.
CREATE OR REPLACE FUNCTION app.agreement_hash(p_agreement uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, a.introducer_id, a.deal_id, a.document_id, a.basis_type, a.rate_bps,
               a.cap_amount::text, a.tiers::text, a.trail_years, a.signed_on, a.valid_from, a.valid_until, a.note,
               a.proposed_by)::text, 'UTF8')), 'hex')
      FROM public.introducer_agreements a WHERE a.id = p_agreement
$$;

CREATE OR REPLACE FUNCTION app.lock_agreement(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.introducers i WHERE i.id = (
        SELECT a.introducer_id FROM public.introducer_agreements a WHERE a.id = p_ask.entity_id) FOR NO KEY UPDATE;
    PERFORM FROM public.introducer_agreements a WHERE a.id = p_ask.entity_id FOR NO KEY UPDATE;
END;
$$;

CREATE OR REPLACE FUNCTION app.parties_of_agreement(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT a.proposed_by, 'own_request' FROM public.introducer_agreements a
     WHERE a.id = p_ask.entity_id AND a.proposed_by IS NOT NULL
$$;

-- Confirmed, it is in force; the agreement itself also sets the introducer's default rate, cap and paper.
CREATE OR REPLACE FUNCTION app.agreement_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.introducer_agreements;
BEGIN
    UPDATE public.introducer_agreements a SET status = CASE p_outcome WHEN 'approved' THEN 'active' ELSE 'rejected' END,
           decided_by = p_ask.decided_by, decided_at = p_ask.decided_at
     WHERE a.id = p_ask.entity_id AND a.status = 'proposed' RETURNING a.* INTO v;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this agreement is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' AND v.deal_id IS NULL THEN
        UPDATE public.introducers SET default_commission_bps = v.rate_bps, commission_cap = v.cap_amount,
               agreement_doc_id = v.document_id WHERE id = v.introducer_id;
    END IF;
END;
$$;

-- Ends terms with a day, which is the last on which they count. What was earned by then stays.
-- Errors: 42501 not administrators or operations, or not there; 22023 with DETAIL status (not in force), dates, reason.
CREATE OR REPLACE FUNCTION public.fn_end_agreement(p_agreement uuid, p_last_day date, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introducer_agreements;
BEGIN
    SELECT a.* INTO v FROM public.introducer_agreements a
     WHERE a.id = p_agreement AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this agreement is not here, or not yours to end' USING ERRCODE = '42501';
    ELSIF v.status <> 'active' OR v.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'only terms in force are ended' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF p_last_day IS NULL OR p_last_day < v.valid_from - 1 OR p_last_day > v.valid_until THEN
        RAISE EXCEPTION 'the last day is within the term' USING ERRCODE = '22023', DETAIL = 'dates';
    END IF;
    UPDATE public.introducer_agreements SET valid_until = p_last_day, ended_by = app.uid(), ended_at = clock_timestamp(),
           end_reason = btrim(p_reason) WHERE id = p_agreement;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this agreement' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.agreement_hash(uuid, text)');
SELECT app.as_internal('app.lock_agreement(public.approvals)');
SELECT app.as_internal('app.parties_of_agreement(public.approvals)');
SELECT app.as_internal('app.agreement_decided(public.approvals, text)');
SELECT app.as_definer('public.fn_propose_agreement(uuid, uuid, uuid, text, int, numeric, jsonb, int, date, date, date, text)', 'verso_app');
SELECT app.as_definer('public.fn_end_agreement(uuid, date, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_agreement IS 'Propose an introducer''s agreement, or its terms for a deal; a second person confirms.';
COMMENT ON FUNCTION public.fn_end_agreement(uuid, date, text) IS 'End terms in force with a day, with a reason.';
SELECT app.register_subject('introducer_agreement', p_locks => 'app.lock_agreement', p_hash => 'app.agreement_hash',
    p_parties => 'app.parties_of_agreement', p_decided => 'app.agreement_decided', p_may_ask_changes => false);
