"""Papers of invoices and reminders: one each, for what is issued and owed, and read by those whose it is."""

from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "fees/file_invoice",
        "tests/sql/test_file_invoice.py",
        ("anybody-files-an-invoice", "[1] AND app.may_run_jobs()", "", "test_people_make_no_papers"),
        (
            "paper-of-somebody-else-filed",
            "[2] AND d.owner_investor_id IS NOT DISTINCT FROM v.investor_id",
            "",
            "test_no_other_paper_is_taken_for_it",
        ),
    ),
    *mutants(
        "fees/services/papers.py",
        "tests/fees/test_filing.py",
        (
            "one-problem-stops-all-papers",
            'tidy_line(f"{type(problem).__name__}: {problem}".replace("\\0", " "))',
            'f"{type(problem).__name__}: {problem}"',
            "test_whatever_went_wrong_with_one_all_others_are_filed",
        ),
    ),
    *mutants(
        "fees/remind_invoices",
        "tests/sql/test_remind_invoices.py",
        (
            "paid-invoices-reminded-of",
            "[1] AND i.status IN ('sent', 'partial')",
            "AND i.status <> 'draft'",
            "test_of_what_is_not_owed_nobody_is_reminded",
        ),
        (
            "lower-days-remind-again",
            "[2] r.level >= d.level",
            "r.level = d.level",
            "test_days_that_passed_unused_are_not_made_up_for",
        ),
        (
            "reminded-of-while-it-is-paid",
            "[4] FOR NO KEY UPDATE SKIP LOCKED",
            "",
            "test_what_is_being_paid_is_not_reminded_of",
        ),
        ("held-and-reminded-of", "[3] h.ended_at IS NULL", "false", "test_a_hold_stops_reminders_until_it_is_ended"),
    ),
    *mutants(
        "notifications/mail_about",
        "tests/sql/test_mail_about.py",
        (
            "anybody-asks-what-was-mailed",
            "[1] NOT app.is_staff()",
            "false",
            "test_staff_see_who_was_mailed_and_others_nothing",
        ),
    ),
]
