"""money_round rounds as config.lib.money does: half up, once, to the currency's minor unit."""

import itertools
from decimal import Decimal

import pytest

from config.lib.money import minor_units, round_money
from tests.factories import value

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY", "KRW", "CLP", "ISK", "KWD", "BHD", "TND", "JOD", "XYZ")
AMOUNTS = [Decimal(text) for text in (
    "0", "0.005", "-0.005", "1.005", "2.675", "0.5", "1.5", "-1.5", "0.0005", "0.00049999", "498.630136986301",
    "999999999999999.99", "123456.78949999",
)]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("1.005", "USD", "1.01"), ("-1.005", "EUR", "-1.01"), ("2.5", "JPY", "3"), ("1.0005", "KWD", "1.001")],
)
def test_known_cases(app_connection, amount, currency, rounded):
    assert value(app_connection(), "select app.money_round(%s::numeric, %s)", amount, currency) == Decimal(rounded)


def test_the_two_agree(app_connection):
    connection = app_connection()
    for amount, currency in itertools.product(AMOUNTS, CURRENCIES):
        found = value(connection, "select app.money_round(%s::numeric, %s)", amount, currency)
        assert found == round_money(amount, currency), (amount, currency)
        assert -found.as_tuple().exponent == minor_units(currency), (amount, currency)


def test_nothing_stays_nothing(app_connection):
    assert value(app_connection(), "select app.money_round(null, 'USD')") is None
