-- Why the acting person may not decide an approval, as one word; null when they may. In the database, because the
-- page that shows or hides the buttons and the function that decides must never disagree.
--   not_staff           only active staff decide; the system profile approves nothing
--   own_request …       nobody decides what they are a party to: the words of app.party_words
--   administrators …    what its kind says of who may not (app.subject_refuses)
--   not_your_investor   a relationship manager decides for own investors, any amount
--   above_limit         operations decide up to the limit of the currency, counting everything that app.counted_amount
--                       does; where there is no amount, they may
--   approved_already    a second approval is another person's
--   admin_needed        one of two approvers is an administrator
-- No locks. An approval that is not there reads as not_staff.
CREATE OR REPLACE FUNCTION app.why_not_decide(p_approval_id uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me uuid := app.uid();
    v_role text := app.role();
    v_ask public.approvals;
    v_others int;
    v_admin boolean;
    v_party text;
BEGIN
    SELECT a.* INTO v_ask FROM public.approvals a WHERE a.id = p_approval_id;
    IF NOT FOUND OR v_role IS NULL OR v_role NOT LIKE 'staff%' OR v_me = app.system_profile() THEN
        RETURN 'not_staff';
    END IF;
    SELECT p.word INTO v_party FROM app.party_words(v_ask, v_me) WITH ORDINALITY AS p (word, n) ORDER BY p.n LIMIT 1;
    v_party := coalesce(v_party, app.subject_refuses(v_ask));  -- [1]
    IF v_party IS NOT NULL THEN
        RETURN v_party;
    ELSIF v_role = 'staff_rm' AND NOT EXISTS (
              SELECT 1 FROM public.investors i WHERE i.id = v_ask.investor_id AND i.rm_id = v_me) THEN
        RETURN 'not_your_investor';
    ELSIF v_role = 'staff_ops' AND app.counted_amount(v_ask, v_me) > (app.approval_rule(v_ask.currency)).ops_limit THEN
        RETURN 'above_limit';
    END IF;
    SELECT count(*), coalesce(bool_or(p.role = 'staff_admin'), false) INTO v_others, v_admin
      FROM public.approvals a JOIN public.profiles p ON p.id = a.decided_by
     WHERE a.entity_type = v_ask.entity_type AND a.entity_id = v_ask.entity_id AND a.status = 'approved'
       AND a.content_hash IS NOT DISTINCT FROM v_ask.content_hash AND a.id <> p_approval_id;
    IF v_ask.status = 'pending' AND EXISTS (
           SELECT 1 FROM public.approvals a
            WHERE a.entity_type = v_ask.entity_type AND a.entity_id = v_ask.entity_id AND a.status = 'approved'
              AND a.content_hash IS NOT DISTINCT FROM v_ask.content_hash AND a.decided_by = v_me) THEN
        RETURN 'approved_already';
    ELSIF v_ask.steps_needed > 1 AND v_others + 1 >= v_ask.steps_needed AND NOT v_admin AND v_role <> 'staff_admin' THEN
        RETURN 'admin_needed';
    END IF;
    RETURN NULL;
END;
$$;

SELECT app.as_definer('app.why_not_decide(uuid)', 'verso_app');
COMMENT ON FUNCTION app.why_not_decide(uuid) IS 'One word why the acting person may not decide this approval, or null.';
