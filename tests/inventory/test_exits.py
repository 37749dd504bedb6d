"""Exits through the pages: proposed, previewed, approved; each investor reads what was theirs."""

import pytest

from tests import factories
from tests.inventory.test_pages_reserve import text_of
from tests.sql.exits import allocated, approval_about

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/staff/deals/northlight_2027/exits/"
FORM = {"exit_date": "2025-03-31", "share": "25", "unit_price": "40", "note": "Tender offer"}


@pytest.fixture
def held(owner, cast, deal):
    allocated(owner, deal, cast.aldgate, 1000)
    allocated(owner, deal, cast.morland, 500)


def test_from_a_proposal_to_each_investors_page(
    owner, cast, held, sam_client, ada_client, alice_client, mallory_client
):
    assert "Nothing is sold yet" in text_of(sam_client.get(HERE))
    answer = sam_client.post(f"{HERE}new/", FORM)
    made = factories.value(owner, "select id from deal_exits")
    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}{made}/")
    page = text_of(sam_client.get(f"{HERE}{made}/"))
    assert "As it would be carried out now" in page and "250 7,125.00 10,000.00 2,875.00" in page
    assert "Exits" not in text_of(alice_client.get("/portfolio/"))
    asked = approval_about(owner, made)
    assert "Proceeds 15,000.00 USD" in text_of(ada_client.get(f"/staff/approvals/{asked}/"))
    seen = factories.value(owner, "select content_hash from approvals where id = %s", asked)
    answer = ada_client.post(f"/staff/approvals/{asked}/approve/", {"seen": seen}, follow=True)
    assert "units and cost left the positions" in answer.text
    assert "Units 375 Cost 10,687.50 USD Proceeds 15,000.00 USD" in text_of(sam_client.get(f"{HERE}{made}/"))
    alice, mallory = (text_of(client.get("/portfolio/")) for client in (alice_client, mallory_client))
    assert "250 at 40.00 USD 7,125.00 USD 10,000.00 USD 2,875.00 USD" in alice and "125 at" not in alice
    assert "125 at 40.00 USD 3,562.50 USD 5,000.00 USD 1,437.50 USD" in mallory and "250 at" not in mallory


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"share": "0"}, "Enter a share above 0"),
        ({"share": "100.01"}, "100"),
        ({"unit_price": "-1"}, "price"),
        ({"exit_date": "2190-01-01"}, "Enter today or an earlier day"),
        ({"exit_date": "2025-01-09"}, "No units, or less than one lot"),
    ],
)
def test_what_is_no_exit_is_said_beside_its_field(owner, held, sam_client, typed, said):
    answer = sam_client.post(f"{HERE}new/", FORM | typed)
    assert answer.status_code == 422 and said in text_of(answer)
    assert factories.value(owner, "select count(*) from deal_exits") == 0


def test_a_second_proposal_is_a_conflict(owner, held, sam_client):
    sam_client.post(f"{HERE}new/", FORM)
    answer = sam_client.post(f"{HERE}new/", FORM)
    assert answer.status_code == 409 and "already awaits approval" in text_of(answer)
    assert factories.value(owner, "select count(*) from deal_exits") == 1


def test_what_can_no_longer_be_sold_is_not_approved(owner, held, sam_client, ada_client):
    """Something took the units meanwhile: the decision says so, and nothing is recorded."""
    sam_client.post(f"{HERE}new/", FORM)
    asked = approval_about(owner, factories.value(owner, "select id from deal_exits"))
    owner.execute("update allocations set status = 'rejected'")
    seen = factories.value(owner, "select content_hash from approvals where id = %s", asked)
    answer = ada_client.post(f"/staff/approvals/{asked}/approve/", {"seen": seen}, follow=True)
    assert "can no longer be sold on that day" in text_of(answer)
    assert factories.value(owner, "select status from approvals where id = %s", asked) == "pending"


def test_what_was_approved_after_its_day_is_said_to_stay(owner, cast, deal, held, sam_client, ada_client):
    allocated(owner, deal, cast.morland, 400, on="2025-04-01")
    sam_client.post(f"{HERE}new/", FORM | {"share": "100"})
    made = factories.value(owner, "select id from deal_exits")
    said = "One allocation was approved after this day and keeps its units."
    assert said in text_of(sam_client.get(f"{HERE}{made}/"))
    assert said in text_of(ada_client.get(f"/staff/approvals/{approval_about(owner, made)}/"))
