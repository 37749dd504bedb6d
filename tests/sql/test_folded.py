"""folded: names are found and sorted without their marks and case."""

import pytest

from tests.factories import value


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Émile", "emile"), ("E\u0301MILE", "emile"), ("Łódź", "lodz"), ("STRASSE", "strasse"), ("Straße", "strasse"),
        ("Øre Æther", "ore aether"), ("İstanbul", "istanbul"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("Σίσυφος", "σισυφοσ"),
        ("Жанна", "жанна"), ("ﬁnance", "finance"), ("１２", "12"), ("Acme & Co.", "acme & co."), ("", ""), (None, None),
    ],
)  # fmt: skip
def test_marks_and_case_are_gone(app_connection, written, folded):
    assert value(app_connection(), "select app.folded(%s)", written) == folded


def test_folding_twice_changes_nothing(app_connection):
    found = value(
        app_connection(),
        "select count(*) from generate_series(1, 65535) c where c not between 55296 and 57343"
        " and app.folded(app.folded(chr(c))) <> app.folded(chr(c))",
    )
    assert found == 0


def test_names_sort_as_people_sort_them(app_connection):
    names = value(
        app_connection(),
        "select array_agg(n order by app.folded(n), n) from unnest(%s::text[]) n",
        ["Zoe", "adam", "Émile", "Emil", "Ernst", "Édith"],
    )
    assert names == ["adam", "Édith", "Emil", "Émile", "Ernst", "Zoe"]
