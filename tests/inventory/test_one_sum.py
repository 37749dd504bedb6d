"""One sum everywhere: with a rate negotiated down to 100 basis points, 6,000 units at 28.50 cost 172,710.00."""

import re

import pytest
from django.core import mail

from approvals.services import decide
from audit.identity import acting_as
from inventory import services
from notifications.services import send_notices
from tests.factories import insert, value

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT, FEE, WIRE = "171,000.00", "1,710.00", "172,710.00"
ROOM = "/deals/northlight_2027/"


@pytest.fixture
def lowered(owner, cast, deal):
    component = value(owner, "select id from fee_components where fee_plan_id = %s", deal.fee_plan_id)
    overrides = {str(component): {"rate_bps": 100}}
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides=overrides)


@pytest.fixture
def hold(cast, deal, lowered):
    with acting_as(cast.alice.id):
        return services.reserve_units(
            acting_user=cast.alice, deal_id=deal.id, investor_id=cast.aldgate, units=6000, unit_price=deal.price
        )


def sums_of(page) -> set[str]:
    """Every sum on a page that one of the two rates would give."""
    text = re.sub(r"[\u00a0\u202f]", " ", page if isinstance(page, str) else page.content.decode())
    return {x for x in ("171,000.00", "1,710.00", "172,710.00", "8,550.00", "179,550.00") if x in text}


def test_the_room_and_the_preview_while_typing(alice_client, lowered):
    assert sums_of(alice_client.get(ROOM, {"units": "6,000"})) == {AMOUNT, FEE, WIRE}
    assert sums_of(alice_client.get(f"{ROOM}cost/", {"units": "6,000"})) == {AMOUNT, FEE, WIRE}


def test_hold_dashboard_and_commit_page(alice_client, ada_client, hold):
    assert sums_of(alice_client.get(ROOM)) == {AMOUNT, FEE, WIRE}
    assert WIRE in sums_of(alice_client.get("/"))
    assert sums_of(alice_client.get(f"/reservations/{hold}/commit/")) == {AMOUNT, FEE, WIRE}
    for address in (f"holds/{hold}/", f"holds/{hold}/commit/", "book/"):
        assert sums_of(ada_client.get(f"/staff/deals/northlight_2027/{address}")) <= {AMOUNT, FEE, WIRE}


def test_term_sheet_commitment_page_approval_and_mail(owner, cast, alice_client, bob_client, ada_client, hold):
    commitment = services.commit_hold(shown_hash=None, acting_user=cast.alice, reservation_id=hold)
    terms = value(owner, "select terms_data from term_sheets")
    assert (terms["amount"], terms["subscription_fee"], terms["wire"]) == ("171000.00", "1710.00", "172710.00")
    # Frozen with it: what changes afterwards changes no sum of what was agreed.
    owner.execute("update investor_terms set overrides = null where status = 'active'")
    for client in (alice_client, bob_client):
        assert sums_of(client.get(f"/commitments/{commitment}/")) == {AMOUNT, FEE, WIRE}
    owner.execute(
        "update investor_terms t set overrides = o.overrides from investor_terms o"
        " where o.status = 'superseded' and t.status = 'active'"
    )
    approval = value(owner, "select id from approvals where entity_id = %s", commitment)
    assert sums_of(ada_client.get(f"/staff/approvals/{approval}/")) == {AMOUNT, FEE, WIRE}
    for person in (cast.ada, cast.abe):
        if approval := value(owner, "select id from approvals where status = 'pending'"):
            decide(acting_user=person, approval_id=approval, action="approve")
    send_notices()
    assert sums_of(mail.outbox[0].body) == {AMOUNT, FEE, WIRE}
    assert sums_of(alice_client.get("/notices/")) == {WIRE}
