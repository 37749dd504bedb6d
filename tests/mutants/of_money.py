"""Money: one quotation, read by whom it concerns, with what was negotiated, rounded once and within bounds."""

from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "lib/performance",
        "tests/sql/test_performance.py",
        ("hurdle-never-compounds", "p_compounding = 'annual'", "p_compounding = 'never'", "test_hurdle"),
        ("carry-below-the-hurdle", "p_profit <= greatest(p_hurdle, 0)", "p_profit <= 0", "test_carry"),
        ("soft-hurdle-as-hard", "p_type = 'soft'", "p_type = 'softer'", "test_carry"),
        ("catch-up-beyond-the-share", ", p_profit * p_rate_bps)", ", p_profit * 10000)", "test_carry"),
    ),
    *mutants(
        "deals/projection",
        "tests/sql/test_projection.py",
        (
            "yearly-fees-once",
            "[1] numeric * p_years",
            "numeric",
            "test_the_classic_plan_after_five_years",
        ),
        (
            "management-fee-not-deducted",
            "THEN p_management ELSE 0 END",
            "THEN 0 ELSE 0 END",
            "test_the_kinds_of_hurdle",
        ),
        ("bends-forgotten", "UNION SELECT app.projected_bends(p_second, p_years)) bends", ") bends", "test_break_even"),
        ("years-without-end", "OR p_years NOT BETWEEN 0 AND 100", "", "test_what_cannot_be_projected_is_refused"),
    ),
    *mutants(
        "deals/guard_fees",
        "tests/sql/test_guard_fees.py",
        (
            "hurdle-type-without-hurdle",
            "p_fee.hurdle_rate_bps IS NULL AND p_fee.hurdle_type IS NOT NULL",
            "false",
            "test_a_hurdle_s_kind_needs_a_hurdle",
        ),
        (
            "catch-up-of-a-hard-hurdle",
            "p_fee.hurdle_type IS DISTINCT FROM 'soft' AND",
            "false AND",
            "test_a_hurdle_s_kind_needs_a_hurdle",
        ),
    ),
    *mutants(
        "lib/fn_year_fraction",
        "tests/sql/test_fn_year_fraction.py",
        ("leap-year-of-365-days", "/ (make_date(y + 1, 1, 1) - make_date(y, 1, 1)))", "/ 365)", "test_known_cases"),
        (
            "leap-day-counted-on-the-first",
            "make_date(y, 3, 1) - 1 > p_from",
            "make_date(y, 3, 1) - 1 >= p_from",
            "test_known_cases",
        ),
        ("end-of-february-forgotten", "v_first := 30;", "v_first := v_first;", "test_known_cases"),
        (
            "bond-basis-as-eurobond",
            "IF v_first = 30 OR p_convention LIKE '30E/360%' THEN",
            "IF true THEN",
            "test_known_cases",
        ),
        (
            "unknown-day-count-passes",
            "RAISE EXCEPTION '% is no day count', coalesce(p_convention, 'null') USING",
            "RETURN 1; RAISE EXCEPTION '% is no day count', coalesce(p_convention, 'null') USING",
            "test_an_unknown_name_is_refused",
        ),
        (
            "period-runs-backwards",
            " OR p_to < p_from THEN",
            " THEN",
            "test_dates_in_the_wrong_order_or_beyond_the_years_are_refused",
        ),
    ),
    *mutants(
        "deals/quotation",
        "tests/sql/test_quotation.py",
        (
            "negotiated-rate-ignored",
            "coalesce((p_own ->> 'rate_bps')::numeric, p_fee.rate_bps)",
            "p_fee.rate_bps",
            "test_what_was_negotiated_counts_and_an_explicit_zero_is_zero",
        ),
        (
            "negotiated-zero-is-missing",
            "coalesce((p_own ->> 'rate_bps')::numeric,",
            "coalesce(nullif((p_own ->> 'rate_bps')::numeric, 0),",
            "test_what_was_negotiated_counts_and_an_explicit_zero_is_zero",
        ),
        (
            "day-count-ignored",
            "app.per_annum(p_amount, v_rate, v_year[1], v_year[2])",
            "app.percent_of(p_amount, v_rate)",
            "test_the_day_count_counts",
        ),
        (
            "all-fees-in-the-wire",
            "WHEN v_line ->> 'kind' = 'subscription' THEN 'subscription_fee' ELSE 'other_once' END",
            "ELSE 'subscription_fee' END",
            "test_fees_billed_apart_are_no_part_of_the_wire",
        ),
        (
            "sum-of-a-year-rounded-by-period",
            "app.money_round(v_exact * coalesce(v_times, 1), p_currency)",
            "app.money_round(v_exact, p_currency) * coalesce(v_times, 1)",
            "test_a_sum_of_a_year_is_rounded_once",
        ),
        (
            "amount-without-a-bound",
            "ELSIF p_units * p_unit_price >= 1e15 THEN",
            "ELSIF false THEN",
            "test_what_cannot_be_paid_is_refused",
        ),
        (
            "foreign-deal-quoted",
            " AND d.id = ANY (ARRAY(SELECT app.visible_deals()))",
            "",
            "test_who_may_not_see_it_gets_nothing",
        ),
        (
            "foreign-terms-quoted",
            "OR a.investor_id = ANY (ARRAY(SELECT app.visible_investors()))",
            "OR true",
            "test_who_may_not_see_it_gets_nothing",
        ),
        (
            "foreign-plan-is-no-plan",
            "(a.plan_id IS NULL OR p.id IS NOT NULL)",
            "true",
            "test_who_may_not_see_it_gets_nothing",
        ),
        (
            "spread-quoted",
            "f.fee_plan_id = p_plan_id AND f.kind <> 'spread_markup'",
            "f.fee_plan_id = p_plan_id",
            "test_the_spread_is_the_houses",
        ),
        (
            "quotation-hash-without-fees",
            "p_quotation #> '{fee_plan,components}', ",
            "",
            "test_it_names_its_version_and_hashes_what_was_shown",
        ),
    ),
    *mutants(
        "inventory/commitments_internal",
        "tests/inventory/test_one_sum.py",
        (
            "mail-without-the-fee",
            "coalesce(s.terms_data ->> 'wire', c.requested_amount::text)",
            "c.requested_amount::text",
            "test_term_sheet_commitment_page_approval_and_mail",
        ),
    ),
    *mutants(
        "deals/selectors/investor.py",
        "tests/inventory/test_one_sum.py",
        (
            "commitment-page-works-sums-out-anew",
            "quotation=_agreed(row),",
            "quotation=None,",
            "test_term_sheet_commitment_page_approval_and_mail",
        ),
    ),
    *mutants(
        "deals/guard_fees",
        "tests/sql/test_guard_fees.py",
        (
            "fee-with-a-base-that-does-not-count",
            "WHEN p_fee.base IS NOT NULL AND",
            "WHEN false AND",
            "test_a_base_is_one_that_the_method_counts_with",
        ),
        (
            "day-count-of-a-fee-without-days",
            "WHEN v_method <> 'percent_per_annum' AND p_fee.day_count IS NOT NULL THEN 'day_count'",
            "",
            "test_a_day_count_belongs_to_a_yearly_rate",
        ),
        (
            "in-advance-of-what-is-due-once",
            "WHEN p_fee.in_advance AND",
            "WHEN false AND",
            "test_in_advance_is_said_of_what_is_due_every_year",
        ),
        (
            "override-above-the-plan",
            "t.value::numeric <= f.rate_bps",
            "f.rate_bps IS NOT NULL",
            "test_what_would_not_count_is_refused",
        ),
        (
            "override-of-another-deals-fee",
            " AND p.deal_id = p_deal_id",
            "",
            "test_a_fee_of_another_deal_is_none_of_this_one",
        ),
    ),
    *mutants(
        "deals/services/deals.py",
        "tests/deals/test_currencies.py",
        ("deal-in-thousandths", '("currency", numbers.check_currency),', "", "test_services_refuse_it"),
    ),
    *mutants(
        "portfolio/services.py",
        "tests/deals/test_currencies.py",
        ("vehicle-in-thousandths", 'if not is_kept(facts["currency"]):', "if False:", "test_services_refuse_it"),
    ),
    *mutants(
        "lib/is_currency",
        "tests/deals/test_currencies.py",
        ("thousandths-kept-in-psql", "'JOD','KWD',", "'JOD',", "test_no_table_keeps_one"),
    ),
    *mutants(
        "lib/money.py",
        "tests/deals/test_currencies.py",
        (
            "thousandths-kept",
            " and minor_units(currency) <= 2",
            "",
            "test_a_currency_of_three_decimals_is_not_kept_and_the_rest_have_two_or_none",
        ),
        (
            "gold-kept",
            " and currency not in NOT_KEPT",
            "",
            "test_a_currency_of_three_decimals_is_not_kept_and_the_rest_have_two_or_none",
        ),
    ),
    *mutants(
        "lib/money_round",
        "tests/sql/test_money_round.py",
        ("decimals-unlike-those-shown", "'KRW',", "", "test_places_are_those_that_pages_show"),
    ),
    *mutants(
        "inventory/reserve_checks",
        "tests/matrix/test_edges.py",
        (
            "hold-that-costs-too-much",
            "ELSIF p_units * p_unit_price >= 1e15 THEN",
            "ELSIF false THEN",
            "test_what_would_cost_too_much_is_refused_where_it_is_typed",
        ),
    ),
    *mutants(
        "ui/dates.py",
        "tests/matrix/test_edges.py",
        (
            "any-day-there-is",
            "if day is not None and not EARLIEST <= day < LATEST:",
            "if False:",
            "test_no_address_makes_a_page_fail[desk]",
        ),
    ),
]
