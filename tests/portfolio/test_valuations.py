"""Valuations through the pages: one person proposes, another approves; what is stale or missing is said."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests import factories
from tests.inventory.test_pages_reserve import text_of
from tests.sql.exits import allocated, approval_about

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"as_of_date": "2025-06-30", "nav_per_unit": "30", "source": "auditor", "nav_total": "", "reason": ""}


@pytest.fixture
def here(owner, cast, deal):
    allocated(owner, deal, cast.aldgate, 1000)
    return f"/staff/vehicles/{deal.vehicle_id}/"


def propose(client, here, **typed):
    return client.post(f"{here}valuations/new/", FORM | typed)


def test_from_a_proposal_to_the_investors_page(owner, cast, deal, here, sam_client, ada_client, alice_client):
    assert "No valuations yet" in text_of(sam_client.get(here))
    answer = propose(sam_client, here)
    assert (answer.status_code, answer["Location"]) == (303, here)
    words = text_of(sam_client.get(here))
    assert "Value per unit no valuation" in words and "Awaiting approval" in words
    assert "no valuation yet" in text_of(alice_client.get("/portfolio/"))
    asked = approval_about(owner, factories.value(owner, "select id from valuations"))
    page = text_of(ada_client.get(f"/staff/approvals/{asked}/"))
    assert "Source Auditor" in page and "30.00 USD" in page and f"/staff/approvals/{asked}/ask/" not in page
    seen = factories.value(owner, "select content_hash from approvals where id = %s", asked)
    answer = ada_client.post(f"/staff/approvals/{asked}/approve/", {"seen": seen}, follow=True)
    assert "is approved and counts from its day on" in answer.text
    words = text_of(sam_client.get(here))
    assert "Value per unit 30.00 USD" in words and "Units outstanding 1,000 1 holder" in words
    assert "28,500.00 USD 30,000 .00 USD" in text_of(alice_client.get("/portfolio/")).replace("30,000.00", "30,000 .00")


def test_the_queue_names_the_vehicle(owner, deal, here, sam_client, ada_client):
    name = factories.value(owner, "select name from vehicles where id = %s", deal.vehicle_id)
    propose(sam_client, here)
    for page in ("/staff/", "/staff/approvals/"):
        assert name in ada_client.get(page).content.decode(), page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nav_total": "30000.02"}, "The total differs by 0.02 USD from 1,000 units at this value."),
        ({"nav_per_unit": ""}, "Enter a number."),
        ({"as_of_date": "2190-01-01"}, "A valuation is for today or an earlier day."),
        ({"source": "rumour"}, "Select a valid choice."),
    ],
)
def test_what_is_no_valuation_is_said_beside_its_field(owner, here, sam_client, typed, said):
    answer = propose(sam_client, here, **typed)
    assert answer.status_code == 422 and said in text_of(answer)
    assert factories.value(owner, "select count(*) from valuations") == 0


def test_a_difference_is_taken_with_its_reason(owner, here, sam_client):
    assert propose(sam_client, here, nav_total="30000.02", reason="Accrued interest").status_code == 303
    assert owner.execute("select nav_total, reason from valuations").fetchall() == [
        (Decimal("30000.02"), "Accrued interest")
    ]


def test_one_proposal_waits_for_each_day(owner, here, sam_client):
    propose(sam_client, here)
    answer = propose(sam_client, here, nav_per_unit="31")
    assert answer.status_code == 422 and "already awaits approval" in text_of(answer)
    assert factories.value(owner, "select count(*) from valuations") == 1


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
def test_after_180_days_a_value_is_stale(owner, deal, here, sam_client, alice_client, days, stale):
    day = timezone.now().date() - timedelta(days=days)
    facts = {"vehicle_id": deal.vehicle_id, "as_of_date": day, "nav_per_unit": 30, "status": "approved"}
    factories.insert(owner, "valuations", **facts)
    assert ("Stale" in text_of(sam_client.get(here))) is stale
    assert ("Stale: valued on" in text_of(alice_client.get("/portfolio/"))) is stale
