-- A new house: one administrator enters everybody's e-mail, so for 90 days all accounts may be one person's, and nobody could
-- decide what another prepared. A rule that came with the installation passes over that, and over nothing else, for 180
-- days: whoever is added in the first 90 stands on their own by then. It stands on the desk. In the database, because it must be written before the first administrator is.
-- For the owner, when an empty installation is made. Gives whether there was one. No locks.
CREATE OR REPLACE FUNCTION app.relax_new_house() RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_now constant timestamptz := clock_timestamp();
BEGIN
    INSERT INTO public.approval_rules (currency, critical_above, high_above, normal_above, two_approvers_above,
        two_approvers_first_above, ops_limit, relaxes, reason, lasts_until, in_force_from)
    SELECT r.currency, r.critical_above, r.high_above, r.normal_above, r.two_approvers_above, r.two_approvers_first_above,
           r.ops_limit, '{not_independent}', 'A new house: one administrator adds everybody.',
           v_now + interval '180 days', v_now
      FROM app.approval_rule('*') r
     WHERE app.installation_is_empty()
       AND NOT EXISTS (SELECT 1 FROM public.approval_rules o WHERE o.relaxes <> '{}');
    RETURN FOUND;
END;
$$;
REVOKE ALL ON FUNCTION app.relax_new_house() FROM PUBLIC;
COMMENT ON FUNCTION app.relax_new_house() IS 'For the owner: a new house may let accounts of one maker decide for 180 days.';
