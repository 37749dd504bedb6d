"""What an investor owns: exact sums per currency, never across, and no value that nobody stated."""

from datetime import date
from decimal import Decimal

import pytest

from audit.identity import acting_as
from portfolio.selectors import by_currency, positions_of
from tests import factories
from tests.inventory.test_pages_reserve import text_of

pytestmark = pytest.mark.django_db


def own(owner, investor_id, name, currency, units, paid, *, values=(), **columns):
    vehicle = factories.add_vehicle(owner, name, currency=currency, **columns)
    factories.add_position(owner, investor_id, vehicle, units, paid)
    for day, unit_value in values:
        factories.insert(
            owner,
            "valuations",
            vehicle_id=vehicle,
            as_of_date=day,
            nav_per_unit=unit_value and Decimal(unit_value),
            status="approved",
        )
    return vehicle


@pytest.fixture
def owned(owner, cast):
    own(
        owner,
        cast.aldgate,
        "Kestrel",
        "USD",
        12_000,
        "300000.00",
        values=[("2026-09-30", "31"), ("2026-06-30", "9")],
    )
    own(
        owner,
        cast.aldgate,
        "Pallas",
        "USD",
        2_500,
        "250000.00",
        values=[("2026-06-30", "96.5"), ("2026-12-31", None)],
    )
    own(owner, cast.aldgate, "Lindenhof", "EUR", 4_000, "400000.00", values=[("2026-09-30", "109.6")])
    own(owner, cast.morland, "Foreign", "EUR", 7_777, "7777.00", values=[("2026-09-30", "1")])


def test_each_currency_has_its_own_sums(cast, owned):
    with acting_as(cast.alice.id):
        euro, dollar = by_currency(positions_of(cast.alice.profile))
    assert (euro.currency, euro.paid, euro.value, euro.change) == ("EUR", 400_000, 438_400, 38_400)
    assert (dollar.currency, dollar.paid, dollar.value, dollar.change) == ("USD", 550_000, 613_250, 63_250)
    assert [position.value for position in dollar.positions] == [372_000, 241_250]
    assert dollar.positions[1].change == -8_750
    assert dollar.valued_on == date(2026, 6, 30)


def test_one_position_without_a_valuation_leaves_the_total_open(owner, cast, owned):
    own(owner, cast.aldgate, "Quiet", "USD", 100, "2850.00")
    with acting_as(cast.alice.id):
        dollar = by_currency(positions_of(cast.alice.profile))[1]
    assert (dollar.paid, dollar.value, dollar.multiple, dollar.valued) == (552_850, None, None, 2)


def test_values_are_rounded_once_to_the_minor_unit(owner, cast):
    own(owner, cast.aldgate, "Yen", "JPY", "1.5", "100.00", values=[("2026-09-30", "333")])
    with acting_as(cast.alice.id):
        (yen,) = by_currency(positions_of(cast.alice.profile))
    assert yen.value == Decimal(500)


def test_the_page_shows_totals_and_derivations(alice_client, owned):
    words = text_of(alice_client.get("/portfolio/"))
    assert "Total in euros 400,000.00 EUR 438,400.00 EUR 38,400.00 EUR 1.10×" in words
    assert "Total in US dollars 550,000.00 USD 613,250.00 USD 63,250.00 USD 1.12×" in words
    assert "12,000 × 31.00 372,000.00 USD" in words
    assert "−8,750.00 USD" in words
    assert "Foreign" not in words and "7,777" not in words


def test_without_a_valuation_the_page_says_so(alice_client, owner, cast):
    own(owner, cast.aldgate, "Quiet", "USD", 100, "2850.00")
    words = text_of(alice_client.get("/portfolio/"))
    assert "Quiet SPV 100 2,850.00 USD no valuation yet not known not known" in words
    assert "0.00" not in words.replace("850.00", "")
    assert "Paid, US dollars 2,850 .00 USD Positions 1 Value no valuation yet" in text_of(alice_client.get("/"))


def test_a_position_of_nothing_is_no_position(alice_client, owner, cast):
    own(owner, cast.aldgate, "Sold", "USD", 0, "0.00")
    assert "No positions yet" in text_of(alice_client.get("/portfolio/"))


def test_allocations_say_how_units_became_theirs(alice_client, bob_client, mallory_client, owner, deal, cast):
    allocation = {"deal_id": deal.id, "investor_id": cast.aldgate, "unit_price": Decimal("28.50")}
    factories.insert(owner, "allocations", units=Decimal(6000), status="approved", **allocation)
    factories.insert(owner, "allocations", units=Decimal(4321), status="rejected", **allocation)
    for client in (alice_client, bob_client):
        words = text_of(client.get("/portfolio/"))
        assert "Northlight Secondary Aldgate Family Office 6,000 at 28.50 USD 171,000.00 USD" in words
        assert "4,321" not in words
    assert "6,000" not in text_of(mallory_client.get("/portfolio/"))
