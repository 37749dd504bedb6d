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
        ("one-administrator-writes-off-any-amount", "[6] app.given_up(v.investor_id, v.currency) > app.house_setting('write_off_limit:' || v.currency)::numeric", "false", "tests/sql/test_write_off_asked.py::test_above_the_limit_two_administrators_decide"),
        ("write-offs-split", "[6] app.given_up(v.investor_id, v.currency)", "p_amount", "tests/sql/test_write_off_asked.py::test_parts_of_an_amount_above_the_limit_take_two_as_well"),
        ("waiting-write-offs-not-counted", "[8] w.status = 'proposed'", "w.id IS NULL", "tests/sql/test_write_off_asked.py::test_what_waits_counts_before_it_is_decided"),
        ("write-offs-split-at-once", "[7] FOR NO KEY UPDATE", "", "tests/race/test_write_offs.py::test_parts_that_are_proposed_at_once_count_together"),
        ("two-write-offs-wait", "ON CONFLICT (invoice_id) WHERE status = 'proposed' DO NOTHING RETURNING", "RETURNING", "test_one_waits_for_an_invoice"),
    ),
    *mutants(
        "fees/write_off_asked",
        "tests/sql/test_write_off_asked.py",
        ("operations-write-off", "[2] AND app.role() IS DISTINCT FROM 'staff_admin'", "AND false", "test_administrators_decide_and_nobody_who_proposed"),
        ("limits-raised-for-a-minute", "[4] s.changed_at > clock_timestamp() - interval '30 days'", "false", "test_nobody_raises_the_limit_and_decides_by_it"),
        ("the-only-administrator-decides-nothing", "[5] AND p.id NOT IN (s.changed_by, app.system_profile())", "", "test_of_two_who_decide_one_may_have_changed_the_limit"),
        ("nobody-left-to-decide", "AND p_ask.steps_needed = 1 AND", "AND", "test_of_two_who_decide_one_may_have_changed_the_limit"),
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
    *mutants(
        "fees/fn_propose_refund",
        "tests/sql/test_fn_propose_refund.py",
        ("anybody-proposes-refunds", "[1] AND app.role() IN ('staff_admin', 'staff_ops')", "", "test_administrators_and_operations_propose"),
        ("refunds-of-others-payments", "[2] <= 0", "< -1e15", "test_the_payment_is_one_of_that_investor"),
        ("refunds-without-a-country", "[3] !~ '^[A-Z]{2}$'", "!~ ''", "test_what_does_not_fit_changes_nothing"),
        ("refunds-without-a-town", "OR coalesce(p_payee ->> 'town', '') !~ '\\S'", "", "test_what_does_not_fit_changes_nothing"),
        ("refunds-beyond-credit", "[4] p_refund.amount > p_credit", "false", "test_what_does_not_fit_changes_nothing"),
        ("refunds-beyond-what-came-from-there", "[5] p_refund.amount > app.came_from(p_refund.investor_id, p_refund.currency, p_refund.iban, p_refund.id)", "false", "test_no_more_goes_to_an_account_than_came_from_it"),
        ("credit-promised-twice", " - app.refunds_proposed(p_investor, v.currency)", "", "test_credit_is_promised_once"),
        ("refunds-bound-to-no-account", "f.iban, f.bic, f.street", "'', f.bic, f.street", "tests/sql/test_refund_asked.py::test_an_approval_binds_to_where_it_goes"),
    ),
    *mutants(
        "fees/refund_asked",
        "tests/sql/test_refund_asked.py",
        ("credit-not-looked-at-again", "[1]", "NULL;", "test_credit_that_was_used_is_not_refunded"),
        ("anybody-cancels-refunds", "[2] AND app.role() IN ('staff_admin', 'staff_ops')", "", "test_what_is_not_paid_is_cancelled_and_is_credit_again"),
        ("paid-refunds-cancelled", "[3] v.status NOT IN ('proposed', 'approved', 'exported')", "v.status = 'cancelled'", "test_what_is_paid_is_not_cancelled"),
        ("operations-cancel-what-is-in-a-file", "[4] v.status = 'exported' AND app.role() <> 'staff_admin'", "false", "test_what_is_in_a_file_is_ended_by_an_administrator"),
    ),
    *mutants(
        "fees/fn_export_refunds",
        "tests/sql/test_fn_export_refunds.py",
        ("anybody-exports-refunds", "[1] app.role() NOT IN ('staff_admin', 'staff_ops')", "false", "test_one_account_and_approved_ones_alone"),
        ("exported-without-a-lock", "[2] FOR NO KEY UPDATE", "", "tests/race/test_refunds.py::test_a_refund_exported_by_two_is_in_one_file"),
        ("exported-without-approval", "[3] NOT v.waits", "false", "test_one_account_and_approved_ones_alone"),
        ("a-key-for-other-refunds", "        PERFORM app.check_same_batch(p_batch, p_refunds);\n", "", "test_the_same_request_again_gives_the_same_file"),
    ),
    *mutants(
        "fees/rls_refunds",
        "tests/sql/test_fn_export_refunds.py",
        ("refunds-in-two-files", "[1] OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id", "false", "test_a_refund_stays_in_its_file"),
    ),
    *mutants(
        "fees/fn_match",
        "tests/sql/test_refund_asked.py",
        ("refunds-paid-twice", "[10] v.status NOT IN ('approved', 'exported') OR ", "", "test_what_the_bank_line_has_to_be"),
        ("refunds-paid-elsewhere", "[11] <> v.iban", "= ''", "test_what_the_bank_line_has_to_be"),
    ),
    *mutants(
        "fees/services/refunds.py",
        "tests/fees/test_refund_pages.py",
        ("not-tried-before-it-is-approved", "    _file_of(RefundBatch(**_alone(refund)), [refund])", "    pass", "test_what_a_bank_would_refuse_is_refused_here"),
        ("a-file-stored-twice", 'source_key=f"refund batch {batch.message_id}", ', "", "test_a_file_written_twice_is_stored_once"),
    ),
]  # fmt: skip
