"""The ledger: balanced, once, in order, in open months, and read by whom it concerns."""

from tests.mutants.mutation import mutants

RACE = "tests/race/test_postings.py"
MUTANTS = [
    *mutants(
        "ledger/post_entries",
        "tests/sql/test_post_entry.py",
        (
            "posting-past-a-closing-month",
            "[1]",
            "",
            f"{RACE}::test_who_posts_while_a_month_is_closed_posts_in_the_next",
        ),
        ("running-account-not-locked", "[4] FOR NO KEY UPDATE", "", f"{RACE}::test_a_balance_never_forks"),
        (
            "accounts-locked-in-any-order",
            "[3] SELECT DISTINCT l.id FROM unnest(v_accounts) l(id) ORDER BY l.id",
            "SELECT l.id FROM unnest(v_accounts) l(id) ORDER BY md5(l.id::text || pg_backend_pid())",
            f"{RACE}::test_nobody_waits_in_a_circle",
        ),
        ("keys-posted-in-any-order", "[2] ORDER BY e.key", "", f"{RACE}::test_many_keys_are_posted_in_one_order"),
        (
            "closed-month-posted-in",
            "greatest(e.asked, (SELECT (max",
            "least(e.asked, (SELECT (max",
            "test_what_belongs_to_a_closed_month_counts_from_the_first_open_day",
        ),
        (
            "unbalanced-entry-checked-nowhere",
            "e.total = 0 AND",
            "",
            "test_what_is_no_entry_is_refused_and_leaves_nothing",
        ),
        ("amount-rounded-on-the-way", "l.amount = app.money_round(l.amount, p_currency)", "true",
         "test_what_is_no_entry_is_refused_and_leaves_nothing"),
        ("key-used-for-another-amount", "WHERE NOT e.new\n           AND", "WHERE false AND NOT e.new AND",
         "test_a_key_used_for_something_else_is_refused"),
    ),
    *mutants(
        "ledger/guard_postings",
        "tests/sql/test_guard_postings.py",
        ("entry-of-the-owner-unbalanced", "[1] sum(n.amount) <> 0", "false",
         "test_postings_that_do_not_fit_are_refused"),
        ("posting-in-another-currency", "[2] <>", "IS NULL AND '' <>",
         "test_postings_that_do_not_fit_are_refused"),
        ("balance-not-carried-on", "[3] n.balance_after IS DISTINCT FROM", "false AND n.balance_after IS DISTINCT FROM",
         "test_postings_that_do_not_fit_are_refused"),
        ("postings-changed", "SELECT app.make_append_only('public.ledger_postings');",
         "DROP TRIGGER append_only_rows ON public.ledger_postings;",
         "test_nobody_changes_what_was_posted"),
    ),
    *mutants(
        "ledger/post_entry",
        "tests/sql/test_post_entry.py",
        ("reversal-reversed", "ELSIF v_entry.reverses_id IS NOT NULL THEN", "ELSIF false THEN",
         "test_a_reversal_takes_the_whole_entry_back_once"),
        ("line-with-a-typing-error", "IF NOT v.known THEN", "IF false THEN", "test_a_line_says_nothing_else"),
    ),
    *mutants(
        "ledger/fn_close_period",
        "tests/sql/test_fn_close_period.py",
        ("month-closed-under-a-posting", "[1]", "", f"{RACE}::test_closing_gives_up_after_a_while"),
        ("month-closed-by-operations", "app.role() IS DISTINCT FROM 'staff_admin'", "NOT app.is_staff()",
         "test_only_administrators_close"),
        ("month-skipped", "p_month > coalesce(v_open, (SELECT min(e.period) FROM public.ledger_entries e))", "false",
         "test_months_are_closed_one_after_another"),
    ),
    *mutants(
        "ledger/balances",
        "tests/sql/test_ledger_balances.py",
        ("balance-of-another-investor", "[1] p_investor <> ALL (ARRAY(SELECT app.visible_investors()))", "false",
         "test_nobody_reads_what_is_another_s"),
        ("statement-of-another-investor", "[2] p_investor <> ALL (ARRAY(SELECT app.visible_investors()))", "false",
         "test_nobody_reads_what_is_another_s"),
    ),
    *mutants(
        "ledger/rls_ledger_postings",
        "tests/sql/test_ledger_balances.py",
        ("postings-of-another-investor", "a.investor_id = ANY (ARRAY(SELECT app.visible_investors()))", "true",
         "test_nobody_reads_what_is_another_s"),
    ),
]  # fmt: skip
