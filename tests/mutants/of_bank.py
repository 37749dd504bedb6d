"""Bank files: what is refused, what is told apart, and what must add up."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

FOLDER = "tests/fees/statements"
MUTANTS = [
    *mutants(
        "fees/statements/camt.py",
        f"{FOLDER}/test_camt.py",
        ("other-namespaces-read", "if not NAMESPACE.fullmatch(namespace):", "if False:", "test_what_is_refused"),
        ("an-entry-without-bounds", "if since > MOST_OF_AN_ENTRY:", "if False:", "test_an_entry_without_end"),
        (
            "pending-entries-booked",
            'if status != "BOOK" or amount == 0:',
            "if amount == 0:",
            "test_only_booked_entries_count",
        ),
        (
            "batches-that-do-not-add-up-split",
            'sum(amounts) != whole["amount"]',
            "False",
            "test_a_batch_that_does_not_add_up_stays_one_line_and_that_is_said",
        ),
        (
            "negative-amounts-turned-round",
            "        if found < 0:",
            "        if False:",
            "test_what_is_refused",
        ),
        (
            "entries-not-counted",
            "self.stated not in (self.entries, self.booked)",
            "False",
            "test_the_number_of_entries_is_compared",
        ),
    ),
    *mutants(
        "fees/statements/formats.py",
        f"{FOLDER}/test_camt.py",
        (
            "doctype-before-the-root",
            'if text.startswith("<!", begin):',
            "if False:",
            "test_entities_and_what_is_outside_the_file",
        ),
        ("any-encoding-declared", "declared and declared[1].lower() not in ENCODINGS", "False", "test_what_is_refused"),
    ),
    *mutants(
        "fees/statements/ofx.py",
        f"{FOLDER}/test_ofx.py",
        ("corrections-as-payments", 'if "CORRECTFITID" in said:', "if False:", "test_what_is_refused"),
        (
            "ofx-tags-in-any-order",
            "if not self.within or self.within[-1] != name:",
            "if not self.within:",
            "test_what_is_refused",
        ),
        (
            "ofx-value-without-end",
            "if len(self.rest) > MOST_OF_A_VALUE + len(piece):",
            "if False:",
            "test_a_value_without_end",
        ),
    ),
    *mutants(
        "fees/statements/mt940.py",
        f"{FOLDER}/test_mt940.py",
        ("reversed-credit-as-credit", '"RC": -1', '"RC": 1', "test_signs_letters_and_years"),
        (
            "year-of-the-value-date",
            "return min(found, key=lambda day: abs(day - near))",
            "return found[len(found) // 2]",
            "test_signs_letters_and_years",
        ),
        (
            "no-closing-balance",
            "if reading and not reading.is_over:\n                raise",
            "if False:\n                raise",
            "test_what_is_refused",
        ),
    ),
    *mutants(
        "fees/statements/delimited.py",
        f"{FOLDER}/test_csv.py",
        (
            "mixed-groups-of-digits",
            "(?:(?P=group)\\d{{3}})*",
            "(?:{groups}\\d{{3}})*",
            "test_numbers_that_may_mean_two_things",
        ),
        (
            "rows-of-other-accounts",
            "if account != self.statement.account_ref:",
            "if False:",
            "test_one_account_and_one_currency",
        ),
        (
            "unknown-direction-as-credit",
            "if sign is None:",
            "sign = sign or 1\n        if False:",
            "test_a_column_that_says_the_direction",
        ),
    ),
    *mutants(
        "fees/statements/values.py",
        f"{FOLDER}/test_formats.py",
        (
            "fractions-of-a-cent-cut",
            "if found % smallest_unit(currency):",
            "if False:",
            "test_impossible_amounts_are_refused",
        ),
        ("amounts-without-bounds", "if abs(found) >= UPPER_BOUND:", "if False:", "test_impossible_amounts_are_refused"),
        ("two-currencies-in-a-statement", "if found != expected:", "if False:", "test_mixed_currencies_are_refused"),
        (
            "years-of-any-kind",
            "if not FIRST_YEAR <= year <= LAST_YEAR:",
            "if False:",
            "test_a_year_that_cannot_be_meant",
        ),
        ("texts-without-end", "if len(found) > most:", "if False:", "test_huge_fields_are_refused"),
    ),
    *mutants(
        "fees/statements/statement.py",
        f"{FOLDER}/test_formats.py",
        ("one-statement-twice", "if statement.identity in seen:", "if False:", "test_two_statements_in_one_file"),
        (
            "periods-backwards",
            "if first and last and first > last:",
            "if False:",
            "test_a_period_that_ends_before_it_begins",
        ),
        (
            "missing-balance-as-nothing",
            "None if missing else statement.closing -",
            "(statement.closing or 0) -",
            "test_a_statement_that_does_not_foot_says_by_how_much",
        ),
    ),
    *mutants(
        "fees/statements/source.py",
        f"{FOLDER}/test_formats.py",
        ("nul-in-a-text", 'if "\\0" in text:', "if False:", "test_nul_bytes_are_refused"),
        ("files-without-end", "if self.size > MOST_BYTES:", "if False:", "test_a_file_that_is_too_large"),
    ),
    *mutants(
        "fees/statements/fingerprints.py",
        f"{FOLDER}/test_fingerprints.py",
        ("equal-lines-are-one", "self.seen[content] += 1", "pass", "test_equal_lines_of_one_day_both_stay"),
        ("the-day-does-not-count", "        line.booking_date.isoformat(),\n", "", "test_what_counts"),
    ),
    *mutants(
        "fees/statements/references.py",
        f"{FOLDER}/test_references.py",
        (
            "wrong-check-digits",
            "for reading in readings if iso11649.is_valid(reading)",
            "for reading in readings",
            "test_what_payers_write",
        ),
    ),
    *mutants(
        "fees/statements/refunds.py",
        f"{FOLDER}/test_refunds.py",
        (
            "paid-without-a-town",
            "if not address.town.strip() or not",
            "if not",
            "test_without_town_and_country_nothing_is_paid",
        ),
        (
            "paid-in-fractions",
            "if amount % smallest_unit(currency):",
            "if False:",
            "test_what_is_refused",
        ),
        ("one-id-for-two-refunds", "if len(set(ids)) < len(ids):", "if False:", "test_what_is_refused"),
    ),
    *mutants(
        "fees/fn_import_statement",
        "tests/sql/test_fn_import_statement.py",
        ("anybody-imports", "[1] OR NOT app.may_run_jobs()", "", "test_others_and_other_currencies"),
        ("footing-not-asked", "[2] v_off <> 0", "false", "test_what_does_not_foot_is_taken_by_an_administrator_alone"),
    ),
    *mutants(
        "fees/fn_match",
        "tests/sql/test_fn_match.py",
        ("anybody-matches", "[1] AND app.role() IN ('staff_admin', 'staff_ops')", "",
         "test_only_administrators_and_operations_match"),
        ("parts-of-any-sign", "[2] > 0", "IS NOT NULL", "test_what_does_not_fit_changes_nothing"),
        ("more-than-the-line-has", "[3] abs(v.total) > abs(v_left)", "false", "test_what_does_not_fit_changes_nothing"),
        ("invoices-paid-backwards", "[4] p_line.amount < 0 OR ", "", "test_money_that_went_out_pays_no_invoice"),
        ("refund-beyond-credit", "[5] app.credit_of(p_investor, p_line.currency) < p_amount", "false",
         "test_a_refund_goes_where_the_money_came_from"),
        ("used-credit-taken-back", "[6] app.credit_of(p_match.investor_id, v_currency) < p_match.matched_amount", "false",
         "test_credit_that_was_used_is_not_taken_back"),
        ("credit-spent-twice", "[7] p_amount > app.credit_of(v.investor_id, v.currency)", "false",
         "test_too_much_becomes_credit_and_credit_pays"),
    ),
    *mutants(
        "fees/fn_match",
        "tests/race/test_matches.py",
        ("bank-lines-not-locked", "[1] FOR NO KEY UPDATE", "", "test_of_two_on_one_line_one_wins"),
    ),
]  # fmt: skip
