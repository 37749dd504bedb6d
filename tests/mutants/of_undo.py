"""Undoing an allocation: refused once paid or sold, whole in every app, and never in a circle with a payment."""

from tests.mutants.mutation import mutants

SQL, RACE = "tests/sql/test_fn_propose_undo.py", "tests/race/test_undo.py"
MUTANTS = [
    *mutants(
        "inventory/fn_propose_undo",
        SQL,
        (
            "undo-proposed-twice",
            "[1] FOR NO KEY UPDATE",
            "",
            f"{RACE}::test_of_two_who_propose_one_asks",
        ),
        (
            "settled-undone",
            "[2] WHEN v.status = 'settled' THEN 'settled'",
            "WHEN false THEN 'settled'",
            "test_what_was_paid_is_not_undone",
        ),
        (
            "anybody-takes-a-proposal-back",
            "[4] AND (u.proposed_by = app.uid() OR app.role() IN ('staff_admin', 'staff_ops'))",
            "",
            "test_a_proposal_of_another_is_taken_back_by_operations_only",
        ),
        (
            "taken-back-after-the-decision",
            "[5] v.status <> 'proposed'",
            "false",
            "test_a_proposal_is_taken_back_once_and_decided_by_nobody",
        ),
        ("sold-undone", "[3] WHEN v_held <> v.units", "WHEN false", "test_what_was_sold_is_not_undone"),
        (
            "undone-by-one",
            "v.currency, app.undo_hash(p_undo_id)), 2)",
            "v.currency, app.undo_hash(p_undo_id)), 1)",
            "test_it_takes_two_whatever_it_amounts_to_and_neither_may_be_a_party",
        ),
    ),
    *mutants(
        "inventory/undo_asked",
        SQL,
        (
            "undone-from-today-on",
            "'effective_date', e.effective_date,",
            "'effective_date', e.effective_date + 1,",
            "test_units_and_position_go_back",
        ),
        ("undone-by-no-correction", "[1] 'correction'", "'allocation'", "test_units_and_position_go_back"),
        (
            "undone-lots-stay-empty",
            "PERFORM app.give_back_allocation(v.id);",
            "",
            "test_units_and_position_go_back",
        ),
    ),
    *mutants(
        "fees/undo_fees",
        "tests/sql/test_undo_fees.py",
        (
            "invoices-not-held-before-the-allocation",
            "[1] FOR NO KEY UPDATE",
            "",
            f"{RACE}::test_a_payment_that_goes_on_is_not_met_the_other_way_round",
        ),
        (
            "undone-and-not-credited",
            "[2]",
            "",
            "test_the_funding_invoice_is_credited_and_the_margin_voided",
        ),
        (
            "voided-and-still-in-the-books",
            "[3] 'void:' || l.source_id",
            "'fee_event:' || l.source_id",
            "test_what_accrued_and_is_not_billed_is_voided",
        ),
    ),
    *mutants(
        "fees/fund_on_allocation",
        "tests/sql/test_undo_fees.py",
        ("undone-draft-issued", "[1] v_allocation.undone_at IS NOT NULL", "false", "test_a_draft_is_never_issued"),
    ),
]
