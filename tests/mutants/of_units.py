"""The reserve core: units are never oversold, never falsely sold out, and given back exactly once."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

RESERVE = mutants(
    "inventory/fn_reserve_inventory",
    "tests/sql/test_fn_reserve_inventory.py",
    (
        "reserve-without-a-link",
        "OR EXISTS (SELECT 1 FROM public.investor_users",
        "OR true OR EXISTS (SELECT 1 FROM public.investor_users",
        "test_an_unlinked_profile_may_not_reserve_although_its_membership_names_the_investor",
    ),
    (
        "reserve-before-accepting",
        " AND m.accepted_at IS NOT NULL",
        "",
        "test_unknown_foreign_and_not_accepted_answer_alike",
    ),
    (
        "reserve-on-a-colleagues-place",
        " OR m.user_id = p.id)",
        " OR true)",
        "test_unknown_foreign_and_not_accepted_answer_alike",
    ),
    ("reserve-disabled", " AND p.is_active", "", "test_a_disabled_person_reserves_nothing"),
    (
        "reserve-unknown-kyc",
        "v_who.kyc_status IS DISTINCT FROM 'approved'",
        "v_who.kyc_status <> 'approved'",
        "test_without_valid_kyc_nobody_reserves",
    ),
    (
        "reserve-at-any-price",
        "PERFORM app.check_offer(",
        "PERFORM jsonb_build_array(",
        "test_the_ticket_sizes_bind_investors",
    ),
    (
        "reserve-parts-of-a-multiple",
        "v_who.lot_size, v_who.terms_schema",
        "NULL, v_who.terms_schema",
        "test_units_are_sold_to_investors_in_multiples",
    ),
    (
        "reserve-at-the-price-of-before",
        "IF NOT v_who.staff AND p_unit_price IS DISTINCT FROM v_who.offer_unit_price THEN",
        "IF false THEN",
        "tests/race/test_reserve.py::test_a_price_that_changes_while_a_hold_is_placed_refuses_it",
    ),
    (
        "reserve-key-not-looked-up",
        "IF v_id IS NOT NULL THEN",
        "IF false THEN",
        "test_a_used_key_answers_even_when_the_deal_closed_meanwhile",
    ),
    (
        "reserve-key-without-its-lock",
        "PERFORM pg_advisory_xact_lock(hashtextextended('hold ' || v_me || p_request_key, 0));",
        "",
        "tests/race/test_reserve.py::test_one_request_key_from_many_tabs_is_one_hold",
    ),
    (
        "reserve-without-the-deals-lock",
        " FOR KEY SHARE;",
        ";",
        "tests/race/test_reserve.py::test_closing_waits_for_holds_and_holds_see_it",
    ),
    (
        "reserve-status-not-read-again",
        "[1] app.check_deal_sells",
        "jsonb_build_array",
        "tests/race/test_reserve.py::test_closing_waits_for_holds_and_holds_see_it",
    ),
    (
        "reserve-of-several-lots-without-audit",
        "[3] v_planned IS NULL",
        "false",
        "test_each_hold_leaves_one_audit_row",
    ),
    (
        "reserve-of-one-lot-without-audit",
        "[2] app.audit_write",
        "jsonb_build_array",
        "tests/race/test_reserve.py::test_a_hold_that_had_to_take_other_lots_than_it_told_tells_them",
    ),
    (
        "reserve-tells-lots-it-did-not-take",
        "ELSIF v_planned <> v_taken THEN",
        "ELSIF false THEN",
        "tests/race/test_reserve.py::test_a_hold_that_had_to_take_other_lots_than_it_told_tells_them",
    ),
    (
        "reserve-does-not-tell-the-holds-end",
        "jsonb_strip_nulls(to_jsonb(reservations))",
        "jsonb_strip_nulls(to_jsonb(reservations)) - 'expires_at'",
        "tests/audit/test_rebuilding.py::test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
    ),
    (
        "reserve-does-not-tell-its-lots",
        "p_facts || jsonb_build_object('lots', v_taken), app.uid()",
        "p_facts, app.uid()",
        "tests/audit/test_rebuilding.py::test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
    ),
    (
        "reserve-waits-for-ever",
        " SET lock_timeout = '3s'",
        "",
        "tests/race/test_reserve.py::test_a_locked_lot_is_no_reason_to_refuse",
    ),
)

CHECKS = mutants(
    "inventory/reserve_checks",
    "tests/sql/test_fn_reserve_inventory.py",
    ("units-nan", " OR p_units >= 1e15", "", "test_bad_units"),
    ("units-rounded", " OR p_units <> round(p_units, 8)", "", "test_bad_units"),
    ("price-nan", " OR p_unit_price >= 1e12", "", "test_bad_prices_in_the_name_of_staff"),
    ("hold-too-long", "BETWEEN 1 AND 1440", "BETWEEN 1 AND 14400", "test_bad_hold_minutes"),
    (
        "past-the-closing-date",
        "p_close_at > p_now",
        "true",
        "test_past_its_date_investors_are_refused_before_any_job_ran",
    ),
    (
        "investors-in-allocation",
        "(p_staff AND p_status = 'allocation_pending')",
        "p_status = 'allocation_pending'",
        "test_in_allocation_only_staff_reserve",
    ),
    (
        "price-above-the-offer",
        "p_unit_price IS DISTINCT FROM p_offer",
        "p_unit_price < p_offer",
        "test_a_wrong_price_is_named_before_a_lack_of_units",
    ),
    ("smallest-ticket", "p_units * p_unit_price < v_min::numeric", "false", "test_the_ticket_sizes_bind_investors"),
    ("largest-ticket", "p_units * p_unit_price > v_max", "false", "test_the_ticket_sizes_bind_investors"),
    (
        "key-for-another-request",
        "IF FOUND AND NOT v_hold.same",
        "IF false",
        "test_the_same_key_gives_back_the_same_hold_and_never_lengthens_it",
    ),
    ("key-of-somebody-else", "r.created_by = p_profile AND ", "", "test_a_key_belongs_to_the_profile_that_used_it"),
)

TAKING = mutants(
    "inventory/take_lots",
    "tests/sql/test_fn_reserve_inventory.py",
    (
        "only-lot-without-its-condition",
        "WHERE l.id = p_lot_id AND l.status = 'available' AND l.units_remaining >= p_units",
        "WHERE l.id = p_lot_id",
        "tests/race/test_reserve.py::test_200_buyers_of_one_unit_on_50",
    ),
    (
        "only-lot-of-the-deal",
        "WHERE l.id = p_lot_id AND",
        "WHERE l.deal_id = (SELECT o.deal_id FROM public.share_lots o WHERE o.id = p_lot_id) AND",
        "tests/race/test_reserve.py::test_a_lot_that_comes_while_a_hold_is_placed_is_not_taken_as_well",
    ),
    (
        "oldest-lot-without-its-condition",
        "pick.id AND l.status = 'available' AND l.units_remaining >= p_units",
        "pick.id",
        "test_takes_the_oldest_lots_first",
    ),
    (
        "oldest-lot-is-waited-for",
        "[1] UPDATE SKIP LOCKED",
        "UPDATE",
        "tests/race/test_reserve.py::test_a_locked_lot_is_no_reason_to_refuse",
    ),
    (
        "youngest-lot-first",
        "l.acquired_at NULLS LAST, l.created_at, l.id LIMIT 1",
        "l.acquired_at DESC LIMIT 1",
        "test_takes_the_oldest_lots_first",
    ),
    (
        "lots-in-another-order",
        "[4] NULLS LAST, l.created_at, l.id",
        "DESC",
        "test_takes_the_oldest_lots_first",
    ),
    (
        "lots-not-locked",
        "\n           FOR NO KEY UPDATE OF l;",
        ";",
        "tests/race/test_reserve.py::test_a_drain_refuses_only_what_truly_does_not_fit",
    ),
    (
        "sweep-waits-for-holds",
        "ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED",
        "ORDER BY r.id FOR NO KEY UPDATE",
        "tests/race/test_reserve.py::test_a_lapsed_hold_that_somebody_is_ending_is_passed_by",
    ),
    ("sweep-forgets-lots", "r.expires_at <= v_now);", "false);", "test_lapsed_units_can_be_bought_in_the_same_second"),
    (
        "sweep-takes-live-holds",
        "[6] AND r.expires_at <= v_now",
        "",
        "test_a_sweep_leaves_live_holds_alone",
    ),
    (
        "sweep-ends-no-hold",
        "PERFORM app.end_holds(v_swept, 'expired', 'hold.lapsed', app.system_profile());",
        "",
        "test_lapsed_units_can_be_bought_in_the_same_second",
    ),
    (
        "blocked-lot-is-sold",
        "v_lot.status <> 'held' AND ",
        "",
        "test_a_blocked_lot_is_not_sold_and_takes_its_lapsed_units_back",
    ),
    (
        "emptied-lot-stays-open",
        "CASE WHEN l.units_remaining = t.units THEN 'exhausted' ELSE 'available' END",
        "'available'",
        "test_takes_the_oldest_lots_first",
    ),
    (
        "last-unit-leaves-a-lot-open",
        "[2] CASE WHEN l.units_remaining = p_units THEN 'exhausted' ELSE 'available' END",
        "'available'",
        "test_the_last_unit_exhausts_a_lot_and_a_partly_used_one_stays_sellable",
    ),
    (
        "sold-out-is-called-busy",
        "[3]",
        "",
        "tests/race/test_reserve.py::test_a_drain_refuses_only_what_truly_does_not_fit",
    ),
)

GIVING_BACK = mutants(
    "inventory/holds_internal",
    "tests/sql/test_fn_holds_end.py",
    (
        "ended-hold-given-back-again",
        "WHERE r.id = ANY (p_ids) AND r.status = 'pending' ORDER",
        "WHERE r.id = ANY (p_ids) ORDER",
        "tests/sql/test_fn_lapse_commitments.py::test_at_its_limit_it_ends_and_gives_back",
    ),
    (
        "hold-ends-without-audit",
        "PERFORM app.audit_write_many(p_action, 'reservations', v.ids, v.deals, v.befores, v.afters, p_actor);",
        "",
        "test_ending_a_hold_leaves_one_audit_row",
    ),
    (
        "hold-ends-without-its-time",
        "'ended_at', r.ended_at, ",
        "",
        "tests/audit/test_rebuilding.py::test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
    ),
    (
        "one-hold-of-a-lot-forgotten",
        "sum(i.units) AS units FROM public.reservation_lot_items i\n             WHERE i.reservation_id = ANY (p_ids) GROUP BY i.lot_id",
        "i.units FROM public.reservation_lot_items i\n             WHERE i.reservation_id = ANY (p_ids)",
        "test_expire_gives_back_every_hold_of_one_lot_once",
    ),
    (
        "lots-given-back-in-another-order",
        "l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE",
        "l.acquired_at DESC FOR NO KEY UPDATE",
        "tests/race/test_reserve.py::test_who_gives_back_locks_lots_in_the_order_of_who_takes",
    ),
    (
        "lot-stays-exhausted",
        "CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END",
        "l.status",
        "test_cancel_gives_back_exactly_the_lot_items_once",
    ),
    (
        "giving-back-unblocks",
        "CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END",
        "'available'",
        "test_units_given_back_to_a_blocked_lot_stay_blocked",
    ),
    (
        "lapsed-units-not-free",
        "[1] r.expires_at <= p_now",
        "false",
        "tests/sql/test_fn_reserve_inventory.py::test_lapsed_units_can_be_bought_in_the_same_second",
    ),
    (
        "blocked-units-free",
        "\n                        AND l.status <> 'held'), 0)",
        "), 0)",
        "tests/sql/test_fn_reserve_inventory.py::test_a_blocked_lot_is_not_sold_and_takes_its_lapsed_units_back",
    ),
    (
        "colleague-acts-on-a-hold",
        "m.user_id = p.id AND EXISTS",
        "EXISTS",
        "test_only_the_hold_s_own_side_and_staff_cancel",
    ),
    (
        "unaccepted-acts-on-a-hold",
        " AND m.accepted_at IS NOT NULL",
        "",
        "test_who_lost_a_part_of_the_right_cancels_nothing",
    ),
    (
        "unlinked-acts-on-a-hold",
        "m.user_id = p.id AND EXISTS (",
        "m.user_id = p.id OR EXISTS (",
        "test_who_lost_a_part_of_the_right_cancels_nothing",
    ),
    ("disabled-acts-on-a-hold", " AND p.is_active", "", "test_who_lost_a_part_of_the_right_cancels_nothing"),
)

CANCELLING = mutants(
    "inventory/fn_cancel_reservation",
    "tests/sql/test_fn_holds_end.py",
    (
        "anybody-cancels",
        " OR NOT app.may_reserve_for(v_hold.deal_id, v_hold.investor_id)",
        "",
        "test_only_the_hold_s_own_side_and_staff_cancel",
    ),
    (
        "cancel-what-is-allocated",
        "IF v_hold.status = 'approved' THEN",
        "IF false THEN",
        "test_an_allocated_or_committed_hold_cannot_be_cancelled",
    ),
    (
        "cancel-what-is-in-approval",
        "v_hold.commitment_id IS NOT NULL THEN",
        "false THEN",
        "test_an_allocated_or_committed_hold_cannot_be_cancelled",
    ),
    (
        "lapsed-is-called-cancelled",
        "v_hold.status = 'pending' AND v_hold.lapsed",
        "false",
        "test_cancelling_a_lapsed_hold_ends_it_as_lapsed",
    ),
    (
        "cancel-without-the-lock",
        " FOR NO KEY UPDATE",
        "",
        "tests/race/test_decisions.py::test_committing_against_cancelling",
    ),
)

EXPIRING = mutants(
    "inventory/fn_expire_reservations",
    "tests/sql/test_fn_holds_end.py",
    (
        "anybody-expires",
        "NOT app.may_run_jobs()",
        "false",
        "test_staff_the_system_profile_and_the_owner_expire_nobody_else",
    ),
    ("live-holds-expire", " AND r.expires_at <= v_now", "", "test_expire_gives_back_every_hold_of_one_lot_once"),
    (
        "expiry-waits",
        " SKIP LOCKED),",
        "),",
        "tests/race/test_reserve.py::test_a_lapsed_hold_that_somebody_is_ending_is_passed_by",
    ),
    (
        "expiry-in-somebodys-name",
        "'hold.lapsed', app.system_profile()",
        "'hold.lapsed', app.uid()",
        "test_ending_a_hold_leaves_one_audit_row",
    ),
)

CAPS = [
    *mutants(
        "inventory/fn_reserve_inventory",
        "tests/sql/test_caps.py",
        (
            "caps-are-not-asked",
            "IF v_who.max_holds IS NOT NULL OR v_who.terms_schema ->> 'max_ticket' IS NOT NULL THEN",
            "IF false THEN",
            "test_no_more_running_holds_than_the_deal_allows",
        ),
    ),
    *mutants(
        "inventory/reserve_checks",
        "tests/sql/test_caps.py",
        (
            "caps-without-their-lock",
            "ORDER BY m.user_id FOR NO KEY UPDATE",
            "ORDER BY m.user_id",
            "tests/race/test_caps.py::test_the_second_request_waits_for_the_first",
        ),
        (
            "pinned-holds-count",
            "count(*) FILTER (WHERE r.commitment_id IS NULL)",
            "count(*)",
            "test_lapsed_and_pinned_holds_and_those_of_others_do_not_count",
        ),
        (
            "lapsed-holds-count",
            "\n       AND r.expires_at > clock_timestamp();",
            ";",
            "test_what_went_back_counts_no_more",
        ),
        (
            "holds-of-others-count",
            "WHERE r.investor_id = p_investor_id AND r.deal_id = p_deal_id AND r.status",
            "WHERE r.deal_id = p_deal_id AND r.status",
            "test_lapsed_and_pinned_holds_and_those_of_others_do_not_count",
        ),
        (
            "what-is-allocated-does-not-count",
            "a.investor_id = p_investor_id AND a.status <> 'rejected'",
            "false",
            "test_what_is_committed_and_allocated_counts_at_its_own_price",
        ),
    ),
]

POSITIONS = [
    *mutants(
        "portfolio/enter_positions",
        "tests/sql/test_position_on.py",
        ("entered-twice", "[1] ON CONFLICT (key) DO NOTHING", "ON CONFLICT (key) DO UPDATE SET units = excluded.units",
         "test_a_position_is_the_sum_of_its_entries_and_a_key_counts_once"),
        ("units-do-not-add-up", "SET units = coalesce(p.units, 0) + v.units,", "SET units = v.units,",
         "test_a_position_is_the_sum_of_its_entries_and_a_key_counts_once"),
    ),
    *mutants(
        "portfolio/position_on",
        "tests/sql/test_position_on.py",
        ("known-before-it-was-recorded", "[1] OR e.recorded_at <= p_known", "OR true",
         "test_as_of_a_day_as_known_on_a_moment"),
    ),
    *mutants(
        "portfolio/rls_position_entries",
        "tests/sql/test_position_on.py",
        ("entries-are-edited", "SELECT app.make_append_only('public.position_entries');",
         "DROP TRIGGER append_only_rows ON public.position_entries;",
         "test_entries_are_for_ever_whoever_asks"),
        ("entries-of-others-are-read", "'investor_id in visible_investors'", "'vehicle_id in held_vehicles'",
         "test_another_investors_entries_count_nothing"),
    ),
    *mutants(
        "inventory/position_breaks",
        "tests/sql/test_position_on.py",
        ("positions-are-not-proved", "<> (coalesce(e.units, 0), coalesce(e.cost, 0))", "IS NULL",
         "test_a_position_that_is_not_its_entries_is_found"),
    ),
]  # fmt: skip
EXITS = [
    *mutants(
        "inventory/exit_items",
        "tests/sql/test_fn_propose_exit.py",
        ("units-left-over-in-an-exit", "[1] least(step, f.units - least)", "0",
         "test_what_divides_is_split_to_eight_decimals_and_ties_go_to_the_earlier"),
        ("cents-left-over-in-an-exit", "[2] WHEN s.place <= s.over THEN minor", "WHEN false THEN minor",
         "test_parts_add_up_by_largest_remainder"),
        ("exit-of-what-came-later", "app.allocation_units_on(a.id, p_on)", "app.allocation_units_on(a.id, '2199-01-01')",
         "test_only_what_was_held_on_the_day_is_sold"),
        ("anybody-previews-an-exit", "WHERE e.id = p_exit_id AND app.is_staff()", "WHERE e.id = p_exit_id",
         "test_a_preview_is_what_will_be_sold_and_for_staff_alone"),
    ),
    *mutants(
        "inventory/fn_propose_exit",
        "tests/sql/test_fn_propose_exit.py",
        ("anybody-proposes-an-exit", "p_deal_id AND app.is_staff() FOR", "p_deal_id FOR", "test_who_may_not_and_when"),
        ("exit-before-an-earlier-one", "e.status = 'approved' AND e.exit_date > p_on", "false",
         "test_no_exit_before_one_that_was_approved"),
        ("two-propose-at-once", "app.is_staff() FOR NO KEY UPDATE;", "app.is_staff();",
         "tests/race/test_exits.py::test_the_second_proposer_is_told"),
    ),
    *mutants(
        "inventory/rls_deal_exit_items",
        "tests/sql/test_fn_propose_exit.py",
        ("exits-of-others-are-read", "p_whose => 'investor_id in visible_investors'", "p_whose => 'deal_id in visible_deals'",
         "test_investors_read_their_own_items_and_no_exit"),
        ("exit-items-are-edited", "SELECT app.make_append_only('public.deal_exit_items');",
         "DROP TRIGGER append_only_rows ON public.deal_exit_items;",
         "test_investors_read_their_own_items_and_no_exit"),
    ),
]  # fmt: skip
VALUATIONS = [
    *mutants(
        "portfolio/rls_valuations",
        "tests/sql/test_valuation_asked.py",
        ("holders-read-what-is-proposed", "[1] status = 'approved' AND", "", "test_holders_read_approved_values_and_staff_all"),
        ("approved-by-its-insert", "[2] AND status = 'proposed' AND", "AND", "test_nobody_approves_or_edits_one_in_psql"),
    ),
    *mutants(
        "portfolio/valuation_on",
        "tests/sql/test_valuation_asked.py",
        ("what-is-proposed-counts", "[1] AND v.status = 'approved'", "",
         "test_the_newest_approved_on_or_before_the_day_counts"),
    ),
    *mutants(
        "portfolio/valuation_asked",
        "tests/sql/test_valuation_asked.py",
        ("any-total-is-taken", "[1] WHERE abs(d.difference) > d.allowed", "WHERE false",
         "test_a_total_fits_its_units_to_a_cent_a_holder"),
        ("two-values-of-a-day-count", "SET status = 'superseded'", "SET status = v.status",
         "test_one_waits_and_one_counts_for_each_day"),
    ),
]  # fmt: skip

FINALISING = mutants(
    "inventory/fn_finalize_allocation",
    "tests/sql/test_fn_holds_end.py",
    (
        "allocate-without-approval",
        "ELSIF NOT (v_whole OR",
        "ELSIF false AND NOT (v_whole OR",
        "test_without_an_approval_nothing_is_allocated",
    ),
    (
        "allocate-one-hold-of-several",
        "CASE WHEN v_whole THEN app.holds_to_allocate(v_commitment) ELSE ARRAY[p_reservation_id] END",
        "ARRAY[p_reservation_id]",
        "test_all_holds_of_a_commitment_are_allocated_together",
    ),
    (
        "allocate-other-units-than-approved",
        "ELSIF v_whole AND EXISTS",
        "ELSIF false AND EXISTS",
        "test_holds_that_are_not_what_was_approved_are_not_allocated",
    ),
    (
        "allocate-what-lapsed",
        "AND r.expires_at <= clock_timestamp()",
        "AND false",
        "test_a_lapsed_hold_cannot_be_turned_into_anything",
    ),
    (
        "allocate-what-is-given-back",
        "ORDER BY r.id FOR NO KEY UPDATE",
        "ORDER BY r.id",
        "tests/race/test_decisions.py::test_a_hold_that_is_given_back_meanwhile_is_not_allocated",
    ),
    (
        "allocate-without-kyc",
        " AND i.kyc_status = 'approved'",
        "",
        "tests/sql/test_fn_finalize_allocation.py::test_without_valid_kyc_nothing_is_allocated",
    ),
    (
        "allocate-with-nobody-to-act",
        "ELSIF NOT EXISTS (SELECT FROM app.who_acts(p_hold.deal_id, p_hold.investor_id)) THEN",
        "ELSIF false THEN",
        "tests/sql/test_fn_finalize_allocation.py::test_with_nobody_left_to_act_for_the_investor_nothing_is_allocated",
    ),
    (
        "allocate-at-another-price",
        "r.id = ANY (p_ids) AND (c.deal_id,",
        "false AND (c.deal_id,",
        "tests/sql/test_fn_finalize_allocation.py::test_what_is_not_what_was_committed_to_is_not_allocated",
    ),
    (
        "allocate-another-plan",
        "OR (t.id IS NOT NULL AND",
        "OR (false AND",
        "tests/sql/test_fn_finalize_allocation.py::test_what_is_not_what_was_committed_to_is_not_allocated",
    ),
    (
        "allocate-while-kyc-changes",
        "p_hold.investor_id FOR SHARE;",
        "p_hold.investor_id;",
        "tests/race/test_decisions.py::test_kyc_that_ends_while_allocating_is_waited_for",
    ),
    (
        "anybody-allocates",
        "NOT (app.is_staff() OR (",
        "NOT (true OR (",
        "test_only_staff_finalise_and_never_the_jobs_profile",
    ),
    (
        "jobs-allocate",
        "\n       OR app.uid() = app.system_profile()",
        "",
        "test_only_staff_finalise_and_never_the_jobs_profile",
    ),
    (
        "allocate-on-a-deal-that-is-over",
        "v_deal.status NOT IN ('open', 'allocation_pending')",
        "false",
        "test_on_a_deal_that_is_over_nothing_is_allocated",
    ),
    (
        "allocations-move-no-position",
        "[1] PERFORM app.enter_positions",
        "PERFORM jsonb_array_length",
        "test_positions_add_up_over_holds",
    ),
    (
        "cost-is-not-rounded",
        "v_amount := app.money_round(v_exact + v_hold.requested_units * v_hold.proposed_unit_price, p_deal.currency)\n"
        "                    - app.money_round(v_exact, p_deal.currency);",
        "v_amount := trunc(v_hold.requested_units * v_hold.proposed_unit_price, 2);",
        "test_cost_is_rounded_to_the_currency",
    ),
    (
        "allocated-hold-without-audit",
        "PERFORM app.audit_write('hold.allocated'",
        "PERFORM jsonb_build_array('hold.allocated'",
        "tests/audit/test_rebuilding.py::test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
    ),
    (
        "allocate-without-audit",
        "app.audit_write('allocation.made'",
        "jsonb_build_array('allocation.made'",
        "test_an_allocation_leaves_one_audit_row",
    ),
)

LOTS = [
    *mutants(
        "inventory/fn_edit_lot",
        "tests/sql/test_fn_lots.py",
        ("lot-below-what-is-used", "IF p_units < v_used", "IF false", "test_never_below_what_is_held_or_allocated"),
        (
            "edit-forgets-lapsed-holds",
            "AND r.expires_at <= clock_timestamp()",
            "AND false",
            "test_a_lapsed_hold_keeps_nothing",
        ),
        ("editing-unblocks", "WHEN l.status = 'held' THEN 'held' ", "", "test_growing_a_blocked_lot_leaves_it_blocked"),
    ),
    *mutants(
        "inventory/lot_checks",
        "tests/sql/test_fn_lots.py",
        ("lot-units-nan", " OR p_units >= 1e15", "", "test_units_that_are_none"),
        ("lot-cost-nan", " OR p_unit_cost >= 1e12", "", "test_costs_that_are_none"),
        ("anybody-touches-lots", " AND app.is_staff() FOR KEY SHARE", " FOR KEY SHARE", "test_only_staff_touch_lots"),
        (
            "lots-of-a-deal-that-is-over",
            "v_deal.status NOT IN ('draft', 'open', 'allocation_pending')",
            "false",
            "test_the_lots_of_a_deal_that_is_over_stay",
        ),
        (
            "lots-without-audit",
            "PERFORM app.audit_write(",
            "PERFORM jsonb_build_array(",
            "test_a_lot_grows_and_shrinks_with_what_is_free",
        ),
    ),
]

MOVES = [
    *mutants(
        "inventory/guard_moves",
        "tests/sql/test_guard_moves.py",
        ("open-without-lots", "THEN 'lots'", "THEN NULL", "test_a_draft_that_lacks_something_does_not_open"),
        ("open-without-plan", "THEN 'fee_plan'", "THEN NULL", "test_a_draft_that_lacks_something_does_not_open"),
        (
            "close-with-holds",
            "THEN 'holds'",
            "THEN NULL",
            "test_a_deal_with_something_undecided_or_on_hold_does_not_close",
        ),
    ),
    *mutants(
        "investors/end_password_links",
        "tests/sql/test_end_password_links.py",
        (
            "links-outlive-their-maker",
            "OR (l.created_by = NEW.id AND",
            "OR (false AND",
            "test_links_that_a_person_made_end_with_their_rights",
        ),
    ),
    *mutants(
        "deals/fn_accept_membership",
        "tests/sql/test_fn_accept_membership.py",
        (
            "accept-for-a-former-investor",
            "                     OR EXISTS (SELECT 1",
            "                     OR true OR EXISTS (SELECT 1",
            "test_who_no_longer_acts_for_the_investor_accepts_nothing",
        ),
    ),
]
MUTANTS = [
    *MOVES,
    *CAPS,
    *RESERVE,
    *CHECKS,
    *TAKING,
    *GIVING_BACK,
    *CANCELLING,
    *EXPIRING,
    *FINALISING,
    *LOTS,
    *POSITIONS,
    *EXITS,
    *VALUATIONS,
]
