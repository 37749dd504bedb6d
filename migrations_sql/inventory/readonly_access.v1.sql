-- What analysts read, as verso_readonly: the whole house's figures, column by column, and nothing about persons. No names
-- of investors or people, e-mails, addresses, notes or other free text; no keys, hashes, tokens or sessions; not who did
-- what. Investors are told apart by id. In the database, because reports connect to it directly. What is not named here
-- is not granted: a new column is withheld until it stands here, a new table until it stands here or, with the reason,
-- in tests/house/test_readonly.py.
GRANT SELECT (id, name, type, domicile, currency, created_at) ON public.vehicles TO verso_readonly;
GRANT SELECT (id, vehicle_id, as_of_date, nav_total, nav_per_unit) ON public.valuations TO verso_readonly;
GRANT SELECT (id, investor_id, vehicle_id, units, cost_basis, last_nav, as_of_date) ON public.positions TO verso_readonly;
GRANT SELECT (id, investor_id, vehicle_id, commitment, currency, status, created_at) ON public.subscriptions TO verso_readonly;
GRANT SELECT (id, type, kyc_status, kyc_changed_at, country, created_at) ON public.investors TO verso_readonly;
GRANT SELECT (id, vehicle_id, name, code, deal_type, status, currency, open_at, close_at, ended_at, offer_unit_price,
    lot_size, hold_minutes, decision_days, created_at) ON public.deals TO verso_readonly;
GRANT SELECT (id, deal_id, unit_price, set_at) ON public.offer_prices TO verso_readonly;
GRANT SELECT (deal_id, investor_id, role, invited_at, accepted_at) ON public.deal_memberships TO verso_readonly;
GRANT SELECT (id, deal_id, name, is_default, created_at) ON public.fee_plans TO verso_readonly;
GRANT SELECT (id, fee_plan_id, kind, calc_method, rate_bps, flat_amount, frequency, hurdle_rate_bps, high_watermark, base,
    day_count, in_advance) ON public.fee_components TO verso_readonly;
GRANT SELECT (id, deal_id, investor_id, selected_fee_plan_id, status, created_at) ON public.investor_terms TO verso_readonly;
GRANT SELECT (id, deal_id, investor_id, fee_plan_id, price_per_unit, currency, valid_until, status, version, supersedes_id,
    created_at) ON public.term_sheets TO verso_readonly;
GRANT SELECT (id, deal_id, investor_id, requested_units, requested_amount, unit_price, selected_fee_plan_id, term_sheet_id,
    status, created_at, decide_by, decided_at, replaced_by) ON public.deal_commitments TO verso_readonly;
GRANT SELECT (id, kind) ON public.share_sources TO verso_readonly;
GRANT SELECT (id, deal_id, source_id, units_total, units_remaining, unit_cost, currency, acquired_at, lockup_until, status,
    created_at) ON public.share_lots TO verso_readonly;
GRANT SELECT (id, deal_id, investor_id, requested_units, proposed_unit_price, expires_at, status, created_at, commitment_id,
    hold_minutes, ended_at) ON public.reservations TO verso_readonly;
GRANT SELECT (reservation_id, lot_id, units) ON public.reservation_lot_items TO verso_readonly;
GRANT SELECT (id, deal_id, investor_id, unit_price, units, status, approved_at, created_at, reservation_id, commitment_id)
    ON public.allocations TO verso_readonly;
GRANT SELECT (allocation_id, lot_id, units) ON public.allocation_lot_items TO verso_readonly;
GRANT SELECT (id, entity_type, entity_id, action, status, decided_at, priority, created_at, step, steps_needed, amount,
    currency, deal_id, investor_id, sla_started_at, sla_breach_at, sla_paused_at, sla_warned_at)
    ON public.approvals TO verso_readonly;
GRANT SELECT (id, currency, critical_above, high_above, normal_above, two_approvers_above, two_approvers_first_above, ops_limit,
    relaxes, lasts_until, proposed_at, in_force_from)
    ON public.approval_rules TO verso_readonly;
GRANT SELECT (priority, hours) ON public.sla_rules TO verso_readonly;
GRANT SELECT (name, since, started_at, finished_at, succeeded_at) ON public.job_runs TO verso_readonly;

-- Every row of these tables: analysts act as nobody, and what concerns a person is not among the columns.
DO $$
DECLARE
    v_policy constant text := 'Analysts read the figures of all';
    v_table regclass;
BEGIN
    FOR v_table IN SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace = 'public'::regnamespace
                      AND c.relkind IN ('r', 'p') AND has_any_column_privilege('verso_readonly', c.oid, 'SELECT') LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON %s', v_policy, v_table);
        EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO verso_readonly USING (true)', v_policy, v_table);
    END LOOP;
END
$$;
