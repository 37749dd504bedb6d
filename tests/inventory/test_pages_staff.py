"""Staff's pages of lots, sources and the book, without JavaScript, and what they refuse."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest

from audit.identity import acting_as
from deals.models import DealCommitment
from inventory.models import Reservation, ShareLot, ShareSource
from inventory.services import reserve_units
from tests import factories
from tests.deals.test_pages_staff import posted, refused, text_of
from tests.inventory.test_pages_reserve import shown

pytestmark = pytest.mark.django_db
D = Decimal
NORTH = "/staff/deals/northlight_2027/"
NOWHERE = "00000000-0000-4000-8000-00000000dead"
LOT = {"units": "500", "unit_cost": "27.10"}


@pytest.fixture
def hold(cast, deal):
    """6,000 units on hold for Alice's investor, reserved by Alice."""
    with acting_as(cast.alice.id):
        alice = cast.alice.profile
    return reserve_units(
        acting_user=alice, deal_id=deal.id, investor_id=cast.aldgate, units=D(6000), unit_price=deal.price
    )


def lots(cast):
    with acting_as(cast.sam.id):
        return list(ShareLot.objects.order_by("acquired_at", "created_at").values_list("units_total", "status"))


def holds(cast, **asked):
    with acting_as(cast.sam.id):
        return list(Reservation.objects.filter(**asked))


# ---------- lots and sources ----------


def test_a_lot_is_added_once_however_often_its_form_is_sent(cast, deal, sam_client):
    page = sam_client.get(f"{NORTH}lots/add/").content.decode()
    lot_id = re.search(r'name="lot_id" value="([\w-]+)"', page).group(1)
    for _ in range(2):
        posted(sam_client, f"{NORTH}lots/add/", LOT | {"lot_id": lot_id}, to=f"{NORTH}lots/")
    assert lots(cast).count((D(500), "available")) == 1
    assert "27.100000" in text_of(sam_client.get(f"{NORTH}lots/"))


@pytest.mark.parametrize(
    "field, typed, said",
    [
        ("units", "1,5", "Enter a number, such as 1,250.5."),
        ("units", "-1", "Enter a number above 0."),
        ("units", "0.000000001", "Enter at most 8 decimals."),
        ("units", "1e400", "Enter a number, such as 1,250.5."),
        ("units", "Infinity", "Enter a number, such as 1,250.5."),
        ("units", "9" * 40, "This number is too large."),
        ("units", "", "Enter a number."),
        ("unit_cost", "-0.01", "Enter 0 or more."),
        ("unit_cost", "1.1234567", "Enter at most 6 decimals."),
        ("acquired_at", "2026-02-30", "Enter a date, such as 2026-12-04."),
        ("acquired_at", "0001-01-01", "Enter a date between 1900 and 2200."),
        ("lockup_until", "9999-12-31", "Enter a date between 1900 and 2200."),
        ("source", "nobody", "Choose one from the list."),
        ("source", NOWHERE, "Choose one from the list."),
    ],
)
def test_lots_that_make_no_sense(cast, deal, sam_client, field, typed, said):
    before = lots(cast)
    lot = LOT | {"lot_id": str(uuid4()), field: typed}
    assert said in refused(sam_client, f"{NORTH}lots/add/", lot)
    assert said in refused(sam_client, f"{NORTH}lots/{deal.lots['A']}/", lot)
    assert lots(cast) == before


def test_a_lot_shrinks_to_what_is_used_and_no_further(cast, deal, hold, sam_client):
    here = f"{NORTH}lots/{deal.lots['B']}/"
    assert "1,000 units on hold or allocated" in text_of(sam_client.get(here))
    said = refused(sam_client, here, LOT | {"units": "999"})
    assert "This lot has 1,000 units on hold or allocated. Enter 1,000 or more." in said
    posted(sam_client, here, LOT | {"units": "1,000", "unit_cost": "22.5"}, to=f"{NORTH}lots/")
    assert (D(1000), "exhausted") in lots(cast)


def test_block_with_a_reason_and_put_on_sale_again(cast, deal, sam_client):
    block = f"{NORTH}lots/{deal.lots['C']}/block/"
    assert "Its available units, 2,000, can no longer be reserved" in text_of(sam_client.get(block))
    assert "This field is required." in refused(sam_client, block, {"reason": ""})
    posted(sam_client, block, {"reason": "Title is checked"}, to=f"{NORTH}lots/")
    page = text_of(sam_client.get(f"{NORTH}lots/"))
    assert "Blocked Title is checked" in page and "Reconciled" in page
    posted(sam_client, f"{NORTH}lots/{deal.lots['C']}/unblock/", to=f"{NORTH}lots/")
    assert lots(cast)[2] == (D(2000), "available")


def test_sources_are_added_and_changed(cast, deal, sam_client):
    assert "Name the source" not in text_of(sam_client.get("/staff/sources/new/"))
    posted(sam_client, "/staff/sources/new/", {"counterparty_name": "Angel holder", "kind": "other"})
    with acting_as(cast.sam.id):
        made = ShareSource.objects.get(counterparty_name="Angel holder")
    facts = {"counterparty_name": "Angel holder II", "kind": "colleague", "notes": "Through counsel"}
    posted(sam_client, f"/staff/sources/{made.pk}/", facts, to="/staff/sources/")
    assert "Angel holder II Colleague Through counsel" in text_of(sam_client.get("/staff/sources/?q=counsel"))
    assert sam_client.get(f"/staff/sources/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("path", ["lots/{}/", "lots/{}/block/", "book/{}/", "book/{}/release/", "book/{}/commit/"])
def test_what_is_not_there_is_a_404(deal, sam_client, path):
    assert sam_client.get(NORTH + path.format(uuid4())).status_code == 404
    assert sam_client.post(NORTH + path.format(uuid4())).status_code in (404, 405)


@pytest.mark.parametrize("path", ["/staff/sources/", "/staff/vehicles/", f"{NORTH}lots/", f"{NORTH}book/"])
def test_investors_find_none_of_it(deal, alice_client, path):
    assert alice_client.get(path).status_code == 404


# ---------- the book ----------


def test_the_book_says_where_a_line_came_from(cast, deal, hold, sam_client):
    page = text_of(sam_client.get(f"{NORTH}book/"))
    for figure in ("A 5,000 + B 1,000", "171,000.00", "24.583333", "23,500.00", "8,550.00", "147,500.00"):
        assert figure in page
    line = text_of(sam_client.get(f"{NORTH}book/{hold}/"))
    for figure in ("Lot A, 5,000 × 25.000000", "147,500.00", "179,550.00", "Never shown to investors"):
        assert figure in line
    assert "No entries match" in text_of(sam_client.get(f"{NORTH}book/?q=zzz"))
    assert "Aldgate" in text_of(sam_client.get(f"{NORTH}book/?show=on_hold&sort=-amount"))


def reserve_form(cast, **more):
    facts = {"investor": cast.aldgate, "units": "500", "unit_price": "30.00", "hold_minutes": "60"}
    return facts | {"request_key": str(uuid4())} | more


@pytest.mark.django_db(transaction=True)
def test_staff_reserve_for_an_investor_at_another_price(cast, deal, sam_client):
    form = reserve_form(cast)
    for _ in range(2):
        answer = posted(sam_client, f"{NORTH}book/reserve/", form)
    (held,) = holds(cast)
    assert answer["Location"] == f"{NORTH}book/{held.pk}/"
    assert (held.requested_units, held.proposed_unit_price, held.hold_minutes) == (D(500), D("30.00"), 60)
    assert (held.created_by_id, held.investor_id) == (cast.sam.id, cast.aldgate)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "field, typed, said",
    [
        ("units", "1,5", "Enter a number, such as 1,250.5."),
        ("units", "10,001", "Only 10,000 available. Enter 10,000 or less."),
        ("unit_price", "0", "Enter a number above 0."),
        ("hold_minutes", "0", "Enter a whole number from 1 to 1,440."),
        ("hold_minutes", "100000", "Enter a whole number from 1 to 1,440."),
        ("investor", "", "Choose an investor."),
        ("investor", NOWHERE, "Choose an investor that is on the deal."),
    ],
)
def test_what_staff_cannot_reserve(cast, deal, sam_client, field, typed, said):
    assert said in refused(sam_client, f"{NORTH}book/reserve/", reserve_form(cast, **{field: typed}))
    assert holds(cast) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_reserved_on_a_deal_that_is_over(owner, cast, deal, sam_client):
    owner.execute("update deals set status = 'cancelled' where id = %s", [deal.id])
    said = refused(sam_client, f"{NORTH}book/reserve/", reserve_form(cast))
    assert "This deal does not take reservations now." in said
    assert holds(cast) == []


def test_release_gives_the_units_back(cast, deal, hold, sam_client):
    assert "The units are released immediately." in text_of(sam_client.get(f"{NORTH}book/{hold}/release/"))
    posted(sam_client, f"{NORTH}book/{hold}/release/", to=f"{NORTH}book/")
    posted(sam_client, f"{NORTH}book/{hold}/release/", to=f"{NORTH}book/")
    assert [held.status for held in holds(cast)] == ["cancelled"]
    assert [status for _units, status in lots(cast)] == ["available"] * 3


def test_staff_commit_for_an_investor(cast, deal, hold, sam_client):
    page = text_of(sam_client.get(f"{NORTH}book/{hold}/commit/"))
    assert "All-in 5 % 179,550.00" in page and "someone else decides" in page
    assert "Choose a fee plan." in refused(sam_client, f"{NORTH}book/{hold}/commit/", {})
    assert "Choose one of the plans" in refused(sam_client, f"{NORTH}book/{hold}/commit/", {"fee_plan": uuid4()})
    form = {"fee_plan": deal.fee_plan_id, "request_key": uuid4()}
    answer = sam_client.post(f"{NORTH}book/{hold}/commit/", form)
    assert answer.status_code == 409 and "The price or fees changed after you opened this page." in text_of(answer)
    form |= shown(answer)
    posted(sam_client, f"{NORTH}book/{hold}/commit/", form, to=f"{NORTH}book/{hold}/")
    with acting_as(cast.sam.id):
        asked = DealCommitment.objects.get()
    assert (asked.requested_units, asked.created_by_id, asked.status) == (D(6000), cast.sam.id, "submitted")
    line = text_of(sam_client.get(f"{NORTH}book/{hold}/"))
    assert "Awaiting approval" in line and "Release the units" not in line
    assert "This hold is no longer active." in text_of(sam_client.get(f"{NORTH}book/{hold}/commit/"))
    answer = sam_client.post(f"{NORTH}book/{hold}/release/")
    assert answer.status_code == 409
    assert "These units are allocated or awaiting approval" in text_of(answer)
    assert [held.status for held in holds(cast)] == ["pending"]


def test_a_line_of_another_deal_is_not_in_this_book(owner, cast, deal, hold, sam_client):
    factories.add_deal(owner, "Harbour Receivables", code="harbour_credit")
    assert sam_client.get(f"/staff/deals/harbour_credit/book/{hold}/").status_code == 404
