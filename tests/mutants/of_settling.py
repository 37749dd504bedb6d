"""Write-offs and refunds: who decides, what is bound, what is counted once."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "fees/fn_propose_write_off",
        "tests/sql/test_fn_propose_write_off.py",
        ("more-given-up-than-is-open", "[1] p_amount > v_open", "false", "test_what_does_not_fit_changes_nothing"),
        ("charges-of-another-payment", "[2] <= 0", "< 0", "test_charges_close_the_invoice_and_belong_to_its_payment"),
        ("charges-without-tolerance", "[3] p_amount > v_tolerance", "false", "test_charges_have_a_tolerance_by_currency"),
        ("bound-to-no-amount-open", "[4] app.invoice_open_amount(w.invoice_id)::text", "''", "tests/sql/test_write_off_asked.py::test_an_invoice_that_changed_is_not_written_off"),
        ("decided-and-withdrawn", "[5] v.status <> 'proposed'", "false", "test_who_proposed_takes_it_back_or_administrators_and_operations"),
        ("two-write-offs-wait", "ON CONFLICT (invoice_id) WHERE status = 'proposed' DO NOTHING RETURNING", "RETURNING", "test_one_waits_for_an_invoice"),
    ),
    *mutants(
        "fees/write_off_asked",
        "tests/sql/test_write_off_asked.py",
        ("operations-write-off", "[2] AND app.role() IS DISTINCT FROM 'staff_admin'", "AND false", "test_administrators_decide_and_nobody_who_proposed"),
        ("charges-not-looked-at-again", "[3]", "NULL;", "test_charges_are_looked_at_again_when_they_are_approved"),
        ("written-off-without-the-invoice", "[1] FOR NO KEY UPDATE OF i", "", "tests/race/test_write_offs.py::test_an_invoice_paid_while_it_is_written_off"),
    ),
    *mutants(
        "fees/fn_reverse_write_off",
        "tests/sql/test_write_off_asked.py",
        ("anybody-reverses-write-offs", "[2] AND app.role() = 'staff_admin'", "", "test_a_write_off_is_reversed_once_and_restores_both_sides"),
        ("write-offs-reversed-again", "[3] v.status <> 'approved'", "false", "test_a_write_off_is_reversed_once_and_restores_both_sides"),
    ),
    *mutants(
        "fees/guard_written_off",
        "tests/sql/test_write_off_asked.py",
        ("what-was-written-off-is-credited", "[1] > 0", "> 1e15", "test_no_credit_note_gives_back_what_was_written_off"),
    ),
    *mutants(
        "approvals/why_not_decide",
        "tests/sql/test_write_off_asked.py",
        ("a-kind-is-not-asked-who-decides", "[1]", "v_party := v_party;", "test_administrators_decide_and_nobody_who_proposed"),
    ),
]  # fmt: skip
