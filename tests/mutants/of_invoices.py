"""Invoices: billed once, credited within what is left, numbered without gaps."""

from tests.mutants.mutation import mutants

RACE = "tests/race/test_invoices.py"
MUTANTS = [
    *mutants(
        "fees/fn_invoice_fees",
        "tests/sql/test_fn_invoice_fees.py",
        (
            "events-billed-without-a-lock",
            "[1] FOR NO KEY UPDATE OF f",
            "",
            f"{RACE}::test_of_many_runs_at_once_one_bills",
        ),
        ("margin-billed", "AND NOT p_event.house_only ", "", "test_what_is_not_billed"),
    ),
    *mutants(
        "fees/fn_open_invoice_run",
        "tests/sql/test_fn_open_invoice_run.py",
        ("anybody-issues-in-a-run", "[1] AND app.may_run_jobs()", "", "test_who_may_and_what_is_no_period"),
        ("items-of-two-runs", " OR cardinality(v.runs) <> 1", "", "test_items_are_issued_together_or_not_at_all"),
    ),
    *mutants(
        "fees/settle_invoice",
        "tests/sql/test_fn_credit_invoice.py",
        (
            "more-applied-than-asked-for",
            "[1] NOT BETWEEN 0 AND v.total",
            "IS NULL",
            "test_no_more_is_applied_than_the_invoice_asks_for",
        ),
    ),
    *mutants(
        "fees/next_number",
        RACE,
        (
            "every-other-number",
            "[1] s.last + p_count",
            "s.last + p_count + 1",
            "test_numbers_follow_each_other_whatever_is_rolled_back",
        ),
    ),
    *mutants(
        "fees/fn_credit_invoice",
        "tests/sql/test_fn_credit_invoice.py",
        (
            "invoice-credited-without-a-lock",
            "[1] FOR NO KEY UPDATE",
            "",
            f"{RACE}::test_two_who_credit_one_line_take_no_more_than_it_has",
        ),
        (
            "line-credited-beyond-its-amount",
            "[2] abs(a.amount) <= abs(c.left_over)",
            "true",
            "test_what_is_no_credit_is_refused",
        ),
        (
            "more-credited-than-the-invoice",
            "[4] -v_net - v_tax > v_left",
            "false",
            "test_no_more_is_credited_than_the_invoice_asks_for",
        ),
        (
            "adjusted-and-credited",
            "[5] app.fee_left(f.id) < 0",
            "false",
            "test_what_an_adjustment_took_off_is_not_credited_once_more",
        ),
        (
            "a-credit-sent-twice",
            "[7] IS DISTINCT FROM c.left_over",
            "IS NULL",
            "test_a_line_is_credited_as_it_was_shown",
        ),
        (
            "credited-while-it-is-adjusted",
            "[6] ORDER BY e.id FOR NO KEY UPDATE",
            "",
            f"{RACE}::test_a_fee_adjusted_while_it_is_credited_gives_back_what_it_was",
        ),
        (
            "last-cent-of-tax-left",
            "[3] WHEN x.net = x.net_left THEN",
            "WHEN false THEN",
            "test_the_last_part_takes_the_tax_that_rounding_left",
        ),
    ),
    *mutants(
        "fees/void_fee_event",
        "tests/sql/test_void_fee_event.py",
        (
            "event-voided-without-a-lock",
            "[1] FOR UPDATE",
            "",
            "tests/race/test_accrual.py::test_an_event_is_voided_once",
        ),
        (
            "credits-of-adjustments-not-counted",
            "[2] app.fee_left(p_event)",
            "(SELECT sum(e.computed_amount) FROM public.fee_events e WHERE e.status <> 'voided'"
            " AND p_event IN (e.id, e.adjusts_id))",
            "test_what_was_credited_of_an_adjustment_counts",
        ),
        ("fees-below-nothing", "[3] p_right >= 0", "p_right > -1e15", "test_refusals_change_nothing"),
    ),
]
