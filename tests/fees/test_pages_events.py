"""Pages of accrued fees: what is due and why not, each with its derivation, and nothing of it for others."""

import pytest
from django.urls import reverse

from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.exits import allocated
from tests.sql.fees import YEARLY, add_valuation, amounts, bought, charge

pytestmark = pytest.mark.django_db(transaction=True)
ACCRUE = "/staff/fees/accrue/"


@pytest.fixture
def quarters(owner, cast, deal):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")


def test_staff_see_what_is_due_and_accrue_it(owner, deal, quarters, sam_client):
    said = text_of(sam_client.get(f"{ACCRUE}?deal={deal.code}&as_of=2025-06-30"))
    assert "2,465.75" in said and "2,493.15" in said and "4,958.90" in said
    assert "base × rate × part of a year" in said
    assert amounts(owner) == []
    answer = sam_client.post(ACCRUE, {"deal": deal.code, "as_of": "2025-06-30"}, follow=True)
    assert "2 fee events are accrued." in text_of(answer) and "Nothing is due" in text_of(answer)
    assert len(amounts(owner)) == 2
    assert "Aldgate Family Office" in text_of(sam_client.get("/staff/fees/?kind=management"))


def test_what_is_not_known_is_listed_with_its_reason(owner, cast, deal, sam_client):
    charge(owner, deal, YEARLY | {"base": "nav"})
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    add_valuation(owner, deal, "2025-04-01", "100")
    said = text_of(sam_client.get(f"{ACCRUE}?deal={deal.code}&as_of=2025-06-30"))
    assert "No approved valuation on or before the first day" in said and "Due, but not accrued" in said


@pytest.mark.parametrize("query", ["deal=nowhere&as_of=2025-06-30", "deal=northlight_2027&as_of=2025-06-31", "deal="])
def test_a_bad_question_is_answered_with_a_sentence(deal, sam_client, query):
    assert sam_client.get(f"{ACCRUE}?{query}").status_code == 422
    assert sam_client.post(ACCRUE).status_code == 422


def test_an_event_shows_how_it_came_about_and_is_voided_with_a_reason(owner, deal, quarters, sam_client):
    sam_client.post(ACCRUE, {"deal": deal.code, "as_of": "2025-03-31"})
    event = value(owner, "select id from fee_events where kind = 'management'")
    address = reverse("fee_events_staff:event", args=[event])
    said = text_of(sam_client.get(address))
    for part in ("2,465.75", "500,000.00", "ACT/365F", "Once, half up", "Accrued fees", "version 1"):
        assert part in said, part
    assert sam_client.post(f"{address}void/", {"reason": ""}).status_code == 422
    asked = sam_client.get(f"{address}void/")
    answer = sam_client.post(f"{address}void/", asked.context["form"].initial | {"reason": "Twice"}, follow=True)
    assert answer.status_code == 200
    assert value(owner, "select void_reason from fee_events where id = %s", event) == "Twice"


def test_an_adjustment(owner, deal, quarters, sam_client):
    sam_client.post(ACCRUE, {"deal": deal.code, "as_of": "2025-03-31"})
    event = value(owner, "select id from fee_events where kind = 'management'")
    address = reverse("fee_events_staff:adjust", args=[event])
    assert sam_client.post(address, {"right": "2,465.75", "reason": "Why"}).status_code == 422
    answer = sam_client.post(address, {"right": "2,000.00", "reason": "Exit entered late"}, follow=True)
    assert "The adjustment is accrued." in text_of(answer)
    assert [str(amount) for amount in amounts(owner)] == ["2465.75", "-465.75"]


def test_an_investor_reads_own_fees_and_never_the_margin(owner, cast, deal, alice_client, mallory_client, sam_client):
    charge(owner, deal, YEARLY)
    allocated(owner, deal, cast.aldgate, 1000, on="2025-01-01")
    sam_client.post(ACCRUE, {"deal": deal.code, "as_of": "2025-03-31"})
    event, margin = (
        value(owner, "select id from fee_events where house_only = %s and kind <> 'subscription'", house)
        for house in (False, True)
    )
    said = text_of(alice_client.get("/fees/"))
    assert "Management fee" in said and "Margin" not in said and "Spread" not in said
    assert "ACT/365F" in text_of(alice_client.get(f"/fees/{event}/"))
    assert alice_client.get(f"/fees/{margin}/").status_code == 404
    assert mallory_client.get(f"/fees/{event}/").status_code == 404
    assert "Management fee" not in text_of(mallory_client.get("/fees/"))
