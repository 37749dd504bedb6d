"""The firm's own details: two people for an account, one version after another, and numbers that are right."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "lib/is_iban",
        "tests/sql/test_is_iban.py",
        ("iban-any-check-digits", "[1] = 1", ">= 0", "test_one_wrong_digit_or_two_changed_places_are_refused"),
        (
            "iban-other-check-digits",
            "substr(p_text, 3, 2) NOT BETWEEN '02' AND '98'",
            "false",
            "test_check_digits_that_no_bank_gives_are_refused_though_they_divide",
        ),
    ),
    *mutants(
        "approvals/fn_propose_receiving_account",
        "tests/sql/test_fn_propose_receiving_account.py",
        ("account-alone", "[1]", "", "test_an_account_counts_once_another_administrator_agrees"),
        ("account-by-one-hand", "[2]", "", "test_an_account_that_may_be_the_proposers_does_not_agree"),
        (
            "account-proposed-long-ago",
            "WHEN p_account.proposed_at <= p_now - interval '336 hours' THEN 'over'",
            "",
            "test_a_proposal_is_over_after_fourteen_days",
        ),
        (
            "two-defaults-at-once",
            " FOR NO KEY UPDATE",
            "",
            "test_two_defaults_agreed_to_at_once_follow_one_another",
        ),
        (
            "default-lost-on-the-way",
            "r.id = v.replaces_id AND r.is_default)",
            "r.id = v.replaces_id AND false)",
            "test_one_takes_the_place_of_another_and_its_default",
        ),
    ),
    *mutants(
        "house/rls_receiving_accounts",
        "tests/sql/test_fn_propose_receiving_account.py",
        (
            "account-edited-in-place",
            "'currency', 'holder_name', 'bank_name', 'iban', 'account_number', 'bic',",
            "'currency',",
            "test_what_was_agreed_to_never_changes",
        ),
    ),
    *mutants(
        "house/house_settings",
        "tests/sql/test_house_settings.py",
        (
            "settings-overwritten",
            "[1] IS DISTINCT FROM p_before",
            "IS NULL",
            "test_what_another_changed_meanwhile_is_not_overwritten",
        ),
    ),
    *mutants(
        "house/house_identity",
        "tests/sql/test_house_identity.py",
        ("identity-of-two-at-once", "[1]", "EXCEPTION WHEN case_not_found THEN", "test_of_two_at_once_one_is_told"),
    ),
    *mutants(
        "investors/investor_billing",
        "tests/sql/test_investor_billing.py",
        ("billing-of-two-at-once", "[1]", "EXCEPTION WHEN case_not_found THEN", "test_of_two_at_once_one_is_told"),
    ),
    *mutants(
        "deals/receiving_account",
        "tests/sql/test_receiving_account.py",
        (
            "account-that-was-stopped",
            "WHERE r.currency = p_currency AND r.active_from IS NOT NULL AND r.active_until IS NULL",
            "WHERE r.currency = p_currency AND r.active_from IS NOT NULL",
            "test_a_successor_takes_its_place_and_an_end_leaves_none",
        ),
        (
            "account-in-another-currency",
            "r.currency = NEW.currency AND",
            "",
            "test_a_deals_own_account_is_active_and_in_its_currency",
        ),
    ),
]
