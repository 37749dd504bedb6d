"""Only what is certain is matched by itself, only where the firm settled so, and each match names its rule."""

from decimal import Decimal as D

import pytest

from audit.identity import SYSTEM_PROFILE_ID
from fees.services.automatic import apply_certain_matches
from tests.factories import value
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import everything, invoiced, left, line, status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def house(owner, app_connection, cast, deal, account):
    """An invoice of 100.00, and lines that say more or less of it."""

    class House:
        invoice = invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, "100.00")
        other = invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, "70.00")
        number, other_number = (
            value(owner, "select number from invoices where id = %s", each) for each in (invoice, other)
        )

        @staticmethod
        def line(amount, memo):
            return line(owner, account, amount, memo=memo)

    return House


@pytest.fixture
def switched_on(owner):
    owner.execute("update house_settings set value = 'true' where key = 'auto_apply_matches'")


def test_nothing_while_the_setting_is_off(owner, house):
    house.line("100.00", house.number)
    before = everything(owner)
    assert apply_certain_matches() == {"matched": 0, "passed": 0}
    assert everything(owner) == before


def test_what_is_certain_is_matched_and_says_by_which_rule(owner, house, switched_on):
    made = house.line("100.00", house.number)
    assert apply_certain_matches() == {"matched": 1, "passed": 0}
    assert left(owner, made) == 0 and status(owner, house.invoice) == ("paid", D("0.00"))
    asked = "select matched_by, derivation ->> 'rule' from reconciliations"
    assert owner.execute(asked).fetchall() == [(SYSTEM_PROFILE_ID, "reference_and_amount")]
    assert value(owner, "select count(*) from payer_aliases") == 0
    assert apply_certain_matches() == {"matched": 0, "passed": 0}
    assert broken_rules(owner) == []


def test_what_is_not_certain_waits(owner, house, switched_on):
    """Another amount; the amount alone; two invoices named, though one has just that amount open."""
    for amount, memo in (
        ("99.99", house.number),
        ("100.00", "no number"),
        ("100.00", f"{house.number} {house.other_number}"),
    ):
        house.line(amount, memo)
    before = everything(owner)
    assert apply_certain_matches() == {"matched": 0, "passed": 0}
    assert everything(owner) == before


def test_of_two_that_bring_the_same_one_is_matched(owner, house, switched_on):
    first, second = (house.line("100.00", house.number) for _ in range(2))
    assert apply_certain_matches() == {"matched": 1, "passed": 1}
    assert {left(owner, first), left(owner, second)} == {D("0.00"), D("100.00")}
