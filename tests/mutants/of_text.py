"""What is typed, and what is written out: names, searches, files, forms that two people edit."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "lib/text.py",
        "tests/house/test_text.py",
        (
            "names-are-not-composed",
            'return unicodedata.normalize("NFC", value)',
            "return value",
            "test_a_line_is_one_visible_line",
        ),
        ("bidi-overrides-stay", "\\u202a-\\u202e\\u2060", "\\u2060", "test_a_line_is_one_visible_line"),
        (
            "a-name-of-marks-alone",
            '[0] not in "MZC"',
            '[0] not in "ZC"',
            "test_a_name_of_nothing_is_refused",
        ),
        (
            "letters-of-newer-tables",
            'unicodedata.category(character) != "Cn"',
            "True",
            "test_what_cannot_be_kept_is_refused",
            "test_a_name_of_unknown_characters_is_refused_by_the_page",
        ),
        ("names-without-end", "if len(tidied) > most:", "if False:", "test_what_cannot_be_kept_is_refused"),
    ),
    *mutants(
        "lib/search.py",
        "tests/house/test_text.py",
        (
            "a-search-without-end",
            "return text.tidy_line(search)[: text.SEARCH].split()[: text.SEARCH_WORDS]",
            "return text.tidy_line(search).split()",
            "test_a_search_of_1900_words_costs_no_more_than_eight",
        ),
        (
            "only-the-column-is-folded",
            "Folded(Value(word))",
            "Value(word)",
            "test_people_are_found_however_the_name_is_written",
        ),
        (
            "capitals-sort-first",
            "    ordered = Folded(F(column))",
            "    ordered = F(column)",
            "test_names_stand_in_the_order_of_a_telephone_book",
        ),
    ),
    *mutants(
        "lib/is_line",
        "tests/sql/test_is_line.py",
        ("a-decomposed-name", "\n       AND p_text IS NFC NORMALIZED;", ";", "test_what_lies_to_its_reader_is_not"),
        ("invisible-in-a-name", "\\u200b-\\u200f", "", "test_what_lies_to_its_reader_is_not"),
    ),
    *mutants(
        "lib/versions.py",
        "tests/house/test_editing.py",
        (
            "the-last-save-wins",
            "        raise ChangedMeanwhile(now, changed)",
            "        return",
            "test_a_rejection_does_not_become_an_approval",
        ),
        (
            "no-version-no-question",
            "[1] shown is None",
            "not shown",
            "test_a_form_that_carries_no_version_changes_nothing",
        ),
    ),
    *mutants(
        "ui/editing.py",
        "tests/house/test_editing.py",
        (
            "untouched-fields-are-written",
            "            if self._keeps(name, bound.field):",
            "            if False:",
            "test_a_summary_is_mended_from_any_time_zone",
        ),
        (
            "an-old-value-comes-back",
            "                self._put(data, name, value)",
            "                pass",
            "test_a_field_that_was_not_touched_shows_what_is_saved_now",
        ),
        (
            "a-forged-version-breaks-the-page",
            "AttributeError, RecursionError)",
            "AttributeError)",
            "test_nor_does_one_whose_version_is_none_of_ours",
        ),
    ),
    *mutants(
        "approvals/forms.py",
        "tests/house/test_text.py",
        (
            "a-rule-for-small-letters",
            'tidy_line(self.cleaned_data["currency"]).upper()',
            'self.cleaned_data["currency"]',
            "test_an_approval_rule_is_found_by_its_currency",
        ),
    ),
    *mutants(
        "investors/kept_forms.py",
        "tests/investors/test_kept_forms.py",
        (
            "a-kept-form-for-anybody",
            'return kept if kept and belongs_to(kept["owner"], request.user) else None',
            "return kept",
            "test_nobody_else_is_offered_it",
        ),
        (
            "a-forged-form-is-kept",
            "    return found[-1] if found else None",
            "    return (found or [pair[1] for pair in _known(request)])[-1]",
            "test_a_forged_form_is_never_kept",
        ),
        (
            "a-kept-form-without-end",
            "if sum(len(name) + len(value) for name, value in fields) > _MOST:",
            "if False:",
            "test_too_much_leads_back_to_its_page",
        ),
    ),
]
