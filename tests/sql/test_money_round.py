"""money_round rounds half up, once, to the minor unit of the currency as lib.money names it."""

from decimal import Decimal

import pytest

from lib.money import minor_units
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
    connection = app_connection()
    for currency in ("USD", "EUR", "GBP", "CHF", "JPY", "KRW", "CLP", "ISK", "UYI", "XYZ"):
        found = value(connection, "select app.money_round(1.2345, %s)", currency)
        assert -found.as_tuple().exponent == minor_units(currency), currency


def test_nothing_stays_nothing(app_connection):
    assert value(app_connection(), "select app.money_round(null, 'USD')") is None
