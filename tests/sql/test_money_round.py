"""money_round rounds half up, once, to the minor unit of the currency as lib.money names it."""

from decimal import Decimal

import pytest
from babel.core import get_global

from lib.money import is_kept, minor_units
from tests.factories import value


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "USD", "1.01"),
        ("-1.005", "EUR", "-1.01"),
        ("2.5", "JPY", "3"),
        ("-1.5", "JPY", "-2"),
        ("2.675", "USD", "2.68"),
        ("498.630136986301", "EUR", "498.63"),
    ],
)
def test_known_cases(app_connection, amount, currency, rounded):
    assert value(app_connection(), "select app.money_round(%s::numeric, %s)", amount, currency) == Decimal(rounded)


def test_places_are_those_that_pages_show(app_connection):
    """Of every currency that there is or was, and is kept."""
    codes = sorted(code for code in get_global("all_currencies") if is_kept(code))
    assert len(codes) > 250
    asked = "select c, scale(app.money_round(1.2345, c)) from unnest(%s::text[]) c"
    assert dict(app_connection().execute(asked, [codes])) == {code: minor_units(code) for code in codes}


def test_nothing_stays_nothing(app_connection):
    assert value(app_connection(), "select app.money_round(null, 'USD')") is None
