"""is_text keeps what lib.text.tidy_text leaves as it is, and nothing else, for every character there is."""

import sys
import unicodedata

import pytest

from lib.text import tidy_text
from tests.factories import value

EVERY = "select coalesce(array_agg(c), '{}') from generate_series(1, 1114111) c where c not between 55296 and 57343"


def _known(code: int) -> bool:
    """Characters that both Unicode versions know: the server's may be newer than Python's."""
    return unicodedata.category(chr(code)) not in ("Cn", "Cs")


@pytest.mark.parametrize("kept", ["Émile", "one\n\ntwo", "", "a\u00a0b"])
def test_a_name_is_kept(app_connection, kept):
    assert value(app_connection(), "select app.is_text(%s)", kept) is True


@pytest.mark.parametrize(
    "refused", ["Jose\u0301", "a\u200bb", "a\u202eb", "a\r\nb", "a\tb", "\x1b[31mred", " a", "a\n", "\u3164"]
)
def test_what_lies_to_its_reader_is_not(app_connection, refused):
    assert value(app_connection(), "select app.is_text(%s)", refused) is False


def test_nothing_stays_nothing(app_connection):
    assert value(app_connection(), "select app.is_text(null)") is None


def test_the_two_agree_on_every_character(app_connection):
    refused = set(value(app_connection(), f"{EVERY} and not app.is_text('a' || chr(c) || 'b')"))
    changed = {code for code in range(1, sys.maxunicode + 1) if tidy_text(f"a{chr(code)}b") != f"a{chr(code)}b"}
    assert {code for code in refused ^ changed if _known(code)} == set()
