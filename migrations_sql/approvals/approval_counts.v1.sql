-- How much counts when somebody decides: limits are passed neither by splitting an amount, nor by spreading it over
-- deals or days, nor by moving the price for a minute. In the database, because the page that shows or hides the
-- buttons, the question and the decision must count alike. Amounts of one currency only: nothing is converted.
-- Internal. No locks: the caller holds the investor, so that one person's approvals for it add up one by one.

-- What counts for one approval when this person decides it: what its subject counts (with everything of that investor on
-- that deal), and
-- what the person, or an account that may be theirs, approved for that investor on others within 30 days. Null where the approval has no amount.
CREATE OR REPLACE FUNCTION app.counted_amount(p_ask public.approvals, p_person uuid) RETURNS numeric
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE WHEN p_ask.amount IS NULL THEN NULL ELSE
        (app.subject_counts(p_ask)).counted
        + coalesce((SELECT sum(a.amount) FROM public.approvals a
                     WHERE a.decided_by = ANY (app.under_one_control(p_person)) AND a.status = 'approved' AND a.investor_id = p_ask.investor_id
                       AND a.currency = p_ask.currency AND a.deal_id IS DISTINCT FROM p_ask.deal_id
                       AND a.decided_at > clock_timestamp() - interval '30 days'), 0) END;
END;
$$;

-- How many people the approval takes when this person gives it: never fewer than it took when it was asked.
CREATE OR REPLACE FUNCTION app.steps_with(p_ask public.approvals, p_person uuid) RETURNS int
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN greatest(p_ask.steps_needed, app.approval_steps(app.counted_amount(p_ask, p_person), p_ask.currency,
                                                           (app.subject_counts(p_ask)).is_first));
END;
$$;

-- The same for the acting person, for the page that asks: what counts, and how many people it takes.
-- Errors: none; no row for who is not staff, and for what is not there.
CREATE OR REPLACE FUNCTION app.approval_counts(p_approval_id uuid) RETURNS TABLE (counted numeric, people int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.counted_amount(a, app.uid()), app.steps_with(a, app.uid())
      FROM public.approvals a WHERE a.id = p_approval_id AND app.is_staff()
$$;
SELECT app.as_internal('app.counted_amount(public.approvals, uuid)');
SELECT app.as_internal('app.steps_with(public.approvals, uuid)');
SELECT app.as_definer('app.approval_counts(uuid)', 'verso_app');
COMMENT ON FUNCTION app.approval_counts(uuid) IS 'What counts for the acting person when they decide this, and how many people it takes.';
