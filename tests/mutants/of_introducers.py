"""Introducers: the first one counts, what was funded earns, once and capped, and nobody reads another's."""

from tests.mutants.mutation import mutants

COMMISSIONS = "tests/sql/test_fn_accrue_commissions.py"
RACE = "tests/race/test_introductions.py"
PAYOUTS = "tests/sql/test_fn_propose_payout.py"
MUTANTS = [
    *mutants(
        "introducers/visible_introducers",
        "tests/sql/test_visible_introducers.py",
        (
            "introducers-read-each-other",
            "[1] i.user_id = app.active_uid()",
            "app.active_uid() IS NOT NULL",
            "test_an_introducer_sees_its_own_and_no_other",
        ),
    ),
    *mutants(
        "introducers/rls_introducers",
        "tests/sql/test_visible_introducers.py",
        (
            "a-rate-set-by-one-person",
            "[1] AND default_commission_bps IS NULL",
            "",
            "test_staff_keep_introducers_but_not_their_rates",
        ),
    ),
    *mutants(
        "introducers/fn_record_introduction",
        "tests/sql/test_fn_record_introduction.py",
        (
            "introductions-without-a-number",
            "[1] ON CONFLICT (prospect_email, place) DO NOTHING",
            "",
            f"{RACE}::test_of_many_at_once_one_counts",
        ),
        ("alerts-for-ever", "[2] '90 days'", "'900 days'", "test_the_alert_is_for_ninety_days"),
        ("the-second-counts-too", "[3]", "", "test_the_first_counts_and_the_second_alerts_staff"),
        (
            "ended-while-it-earns",
            "[4] FOR UPDATE",
            "FOR NO KEY UPDATE",
            f"{RACE}::test_an_introduction_that_is_ended_meanwhile_earns_nothing",
        ),
        (
            "joined-unnoticed",
            "WHERE n.status = 'invited' AND n.prospect_email =",
            "WHERE false AND n.prospect_email =",
            "test_it_joins_and_is_allocated_by_itself",
        ),
        (
            "allocated-unnoticed",
            "n.status IN ('invited', 'joined')",
            "false",
            "test_it_joins_and_is_allocated_by_itself",
        ),
    ),
    *mutants(
        "introducers/commission_amount",
        "tests/sql/test_commission_amount.py",
        ("commission-without-a-cap", "NULL, p_cap), p_currency)", "NULL, NULL), p_currency)", "test_amount"),
    ),
    *mutants(
        "introducers/commission_candidates",
        COMMISSIONS,
        ("the-last-introduction-earns", "[1] n.created_at, n.place", "n.created_at DESC, n.place",
         "test_the_first_introduction_earns"),
        ("terms-for-ever", "[2] p_on BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')", "true",
         "test_without_an_agreement_in_force_nothing_is_earned"),
        ("deal-terms-without-an-agreement", "[3] AND EXISTS (SELECT FROM there f WHERE f.deal_id IS NULL)", "",
         "test_without_an_agreement_in_force_nothing_is_earned"),
        ("write-offs-earn", "[4] AND p.method IN ('bank', 'credit')", "",
         "test_what_is_written_off_or_credited_earns_nothing"),
        ("undone-and-still-earning", "[5] a.status IN ('approved', 'settled')", "true",
         "test_an_allocation_undone_takes_all_of_it_back"),
        ("fees-earn-as-investment", "[6] least(app.money_applied(i.id), sum(app.line_after_credits(l)))",
         "app.money_applied(i.id)", "test_an_investment_comes_before_the_fee_on_its_invoice"),
        ("kept-without-its-terms", "app.commissions_earned_before(p_deal, p_investor, p_as_of) e",
         "app.commissions_earned_before(p_deal, p_investor, NULL) e",
         "test_what_was_earned_by_terms_that_count_no_more_stays_with_its_money"),
        ("earning-on-without-terms", "[9] ELSE d.amount < 0 END", "ELSE d.amount <> 0 END",
         "test_what_was_earned_by_terms_that_count_no_more_stays_with_its_money"),
        ("a-trail-without-end", "[7] s.on_day < s.acquired_on + make_interval(years => t.trail_years)", "true",
         "test_fees_earn_once_they_are_paid_and_for_as_many_years_as_agreed"),
    ),
    *mutants(
        "introducers/fn_accrue_commissions",
        COMMISSIONS,
        ("reversals-earn-on", "[2] n.amount < 0", "false", "test_a_payment_taken_back_takes_its_commission_back"),
        ("credits-earn-on", "[3] l.id = n.credits_line_id", "false",
         "test_a_credit_takes_back_what_is_no_longer_an_investment"),
        ("undone-unnoticed", "[4] OLD.status IN ('approved', 'settled')", "false",
         "test_an_allocation_undone_takes_all_of_it_back"),
        ("introductions-not-held", "[5] FOR KEY SHARE", "",
         f"{RACE}::test_an_introduction_that_is_ended_meanwhile_earns_nothing"),
        ("accrued-twice-at-once", "[1] ON CONFLICT DO NOTHING", "", f"{RACE}::test_many_runs_at_once_accrue_once"),
    ),
    *mutants(
        "introducers/fn_issue_self_billing",
        "tests/sql/test_fn_issue_self_billing.py",
        ("billed-again", "[1] AND o.status = 'accrued'", "", "test_everything_accrued_is_billed_once"),
        ("billed-from-nowhere", "[2]", "    ELSIF false THEN", "test_what_is_missing_is_said_and_nothing_changes"),
    ),
    *mutants(
        "introducers/fn_propose_payout",
        PAYOUTS,
        ("paid-to-an-account-of-ones-own", "[3] l.actor_user_id, 'set_account'", "NULL::uuid, 'set_account'",
         "test_who_entered_the_account_does_not_approve"),
        ("a-payout-after-the-bank", "[1] app.invoice_open_amount(v.invoice_id) < v.amount", "false",
         "test_paid_by_the_bank_meanwhile_it_is_not_paid_again"),
        # More than is open is refused by app.settle_invoice as well; what is exactly open is not.
        ("a-line-that-pays-exactly-is-refused", "[2] v_amount > app", "v_amount >= app",
         "test_a_bank_line_pays_by_itself_in_parts_and_is_taken_back"),
    ),
    *mutants(
        "introducers/fn_reverse_payout",
        PAYOUTS,
        ("operations-reverse-payouts", "[1] AND app.role() = 'staff_admin'", "AND app.is_staff()",
         "test_a_payout_the_bank_never_made_is_taken_back_once"),
        ("a-payout-reversed-twice", "[2] v.status <> 'approved'", "v.status = 'proposed'",
         "test_a_payout_the_bank_never_made_is_taken_back_once"),
        ("what-the-bank-paid-is-reversed", "[3] app.payouts_without_line(v.invoice_id) < v.amount", "false",
         "test_what_the_bank_paid_is_not_taken_back"),
    ),
]  # fmt: skip
