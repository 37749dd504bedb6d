"""What is typed, and what is written out: names, searches, files, forms that two people edit."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "config/lib/text.py",
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
        ("names-without-end", "if len(tidied) > most:", "if False:", "test_what_cannot_be_kept_is_refused"),
    ),
    *mutants(
        "config/lib/search.py",
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
        "app/is_line",
        "tests/sql/test_is_line.py",
        ("a-decomposed-name", "       AND p_text IS NFC NORMALIZED\n", "", "test_what_lies_to_its_reader_is_not"),
        ("invisible-in-a-name", "\\u200b-\\u200f", "", "test_what_lies_to_its_reader_is_not"),
    ),
    *mutants(
        "operations/forms.py",
        "tests/house/test_text.py",
        (
            "a-rule-for-small-letters",
            'tidy_line(self.cleaned_data["currency"]).upper()',
            'self.cleaned_data["currency"]',
            "test_an_approval_rule_is_found_by_its_currency",
        ),
    ),
]
