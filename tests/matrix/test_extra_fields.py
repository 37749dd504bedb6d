"""A form posted with fields it does not have: they are ignored, whatever they are called (A5).

Each test fills a real form in, adds what nobody may set, and looks at the rows it made as the owner does.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.factories import add_investor, add_person, link
from tests.inventory.test_pages_reserve import shown

pytestmark = pytest.mark.django_db(transaction=True)

# Names that a careless form would take for columns, on every table.
EXTRA = {
    "id": "00000000-0000-4000-8000-00000000beef",
    "pk": "00000000-0000-4000-8000-00000000beef",
    "status": "approved",
    "role": "staff_admin",
    "is_active": "",
    "is_staff": "on",
    "is_superuser": "on",
    "password": "pwned",
    "created_at": "2001-01-01",
    "accepted_at": "2001-01-01",
    "decided_at": "2001-01-01",
    "approved_at": "2001-01-01",
    "expires_at": "2099-01-01",
    "units_remaining": "999999",
    "used_count": "0",
    "token_hash": "known",
    "proposed_unit_price": "0.01",
    "step": "2",
    "steps_needed": "1",
    "content_hash": "x",
    "kyc_status": "rejected",
}


@pytest.fixture
def posted(cast, deal, sign_in):
    """Post a filled-in form with everything nobody may set; the form must go through."""

    def post(person, path, **filled):
        columns = ("created_by", "requested_by", "decided_by", "approved_by", "invited_by", "user")
        people = {f"{column}{end}": str(cast.mallory.id) for column in columns for end in ("", "_id")}
        others = {"investor_id": str(cast.morland), "deal_id": str(deal.vehicle_id), "deal": str(deal.vehicle_id)}
        response = sign_in(person).post(path, EXTRA | people | others | filled)
        assert response.status_code in (200, 302, 303), (response.status_code, response.content.decode()[:3000])
        return response

    return post


@pytest.fixture
def row(owner):
    """The newest row of a table, by its columns."""

    def newest(table, *columns, where="true"):
        query = f"select {', '.join(columns)} from {table} where {where} order by created_at desc limit 1"
        return owner.execute(query).fetchone()

    return newest


def recent(moment) -> bool:
    return abs((datetime.now(UTC) - moment).total_seconds()) < 120


def test_my_profile(cast, posted, owner):
    posted(cast.alice, "/profile/", display_name="Alice A.", language="de", time_zone="UTC", email="x@verso.example")
    assert owner.execute(
        "select display_name, language, role, is_active, is_staff, email, password like 'md5$%%', id from profiles"
        " where id = %s",
        [cast.alice.id],
    ).fetchone() == ("Alice A.", "de", "investor", True, False, "alice@verso.example", True, cast.alice.id)


def test_a_hold(cast, deal, posted, row):
    posted(cast.alice, f"/deals/{deal.code}/reserve/", units="10", price="28.50", investor=str(cast.morland),
           hold_minutes="1440", unit_price="0.01", requested_units="9999", minutes="1440")  # fmt: skip
    *same, expires_at, created_at = row(
        "reservations", "investor_id", "deal_id", "requested_units", "proposed_unit_price", "status", "created_by",
        "hold_minutes", "commitment_id", "expires_at", "created_at",
    )  # fmt: skip
    assert same == [
        cast.aldgate, deal.id, Decimal(10), Decimal("28.50"), "pending", cast.alice.id, None, None,
    ]  # fmt: skip
    assert (expires_at - created_at).total_seconds() == pytest.approx(1800, abs=2) and recent(created_at)


def test_a_commitment_and_its_approval(cast, deal, posted, row, app_connection, sign_in):
    hold = app_connection(cast.alice).execute(
        "select fn_reserve_inventory(%s, %s, 10, 28.50)", [deal.id, cast.aldgate]
    ).fetchone()[0]  # fmt: skip
    page = sign_in(cast.alice).get(f"/reservations/{hold}/commit/")
    posted(cast.alice, f"/reservations/{hold}/commit/", fee_plan=str(deal.fee_plan_id), requested_units="9999",
           requested_amount="1", unit_price="0.01", decide_by="2099-01-01", selected_fee_plan="x",
           amount="1", **shown(page))  # fmt: skip
    assert row(
        "deal_commitments", "investor_id", "deal_id", "requested_units", "unit_price", "status", "created_by",
        "decided_at", "selected_fee_plan_id",
    ) == (
        cast.aldgate, deal.id, Decimal(10), Decimal("28.50"), "submitted", cast.alice.id, None, deal.fee_plan_id,
    )  # fmt: skip
    assert row("approvals", "status", "decided_by", "requested_by", "amount", "steps_needed", "step") == (
        "pending", None, cast.alice.id, Decimal("285.00"), 1, 1,
    )  # fmt: skip


def test_a_decision(cast, deal, posted, row, app_connection):
    app_connection(cast.alice).execute("select fn_commit_units(%s, %s, 10)", [deal.id, cast.aldgate])
    (approval,) = row("approvals", "id")
    posted(cast.sam, f"/staff/approvals/{approval}/reject/", reason="Too early", action="approve")
    assert row("approvals", "status", "decided_by", "notes") == ("rejected", cast.sam.id, "Too early")
    assert row("deal_commitments", "status") == ("rejected",)


def test_a_deal(cast, deal, posted, row):
    posted(cast.sam, "/staff/deals/new/", name="New", code="new_deal", deal_type="other", currency="USD",
           hold_minutes="30", decision_days="14", open_at="2001-01-01", ended_at="2001-01-01")  # fmt: skip
    *same, created_at = row("deals", "code", "status", "created_by", "open_at", "ended_at", "created_at")
    assert same == ["new_deal", "draft", cast.sam.id, None, None] and recent(created_at)


def test_a_lot(cast, deal, posted, row):
    lot = "0b2d1a4e-6a55-4c58-9f0e-2f9a4f6f0001"  # this form's own: sent twice it is one lot
    posted(cast.sam, f"/staff/deals/{deal.code}/lots/add/", units="100", unit_cost="20", currency="EUR", lot_id=lot)
    assert row("share_lots", "deal_id", "units_total", "units_remaining", "status", "currency") == (
        deal.id, Decimal(100), Decimal(100), "available", "USD",
    )  # fmt: skip


def test_an_invite_link(cast, deal, posted, row):
    posted(cast.sam, f"/staff/deals/{deal.code}/invites/new/", role="viewer", days="7", max_uses="1")
    deal_id, role, used, hashed, by, expires_at = row(
        "invite_links", "deal_id", "role", "used_count", "token_hash", "created_by", "expires_at"
    )
    assert (deal_id, role, used, by) == (deal.id, "viewer", 0, cast.sam.id) and hashed != "known"
    assert 6 < (expires_at - datetime.now(UTC)).total_seconds() / 86400 <= 7


def test_a_member(cast, deal, posted, owner):
    posted(
        cast.sam, f"/staff/deals/{deal.code}/members/add/{cast.bob.id}/", role="investor", investor=str(cast.aldgate)
    )
    assert owner.execute(
        "select deal_id, investor_id, role, invited_by, accepted_at from deal_memberships where user_id = %s",
        [cast.bob.id],
    ).fetchone() == (deal.id, cast.aldgate, "investor", cast.sam.id, None)


def test_a_person(cast, posted, owner):
    """Role is a field of this form: not one that operations may set to staff."""
    path = f"/staff/people/{cast.bob.id}/edit/"
    posted(cast.sam, path, display_name="Bob B.", email="bob@verso.example", role="investor", title="")
    columns = "display_name, role, is_active, is_staff, password like 'md5$%%'"
    read = f"select {columns} from profiles where id = %s"
    expected = ("Bob B.", "investor", True, False, True)
    assert owner.execute(read, [cast.bob.id]).fetchone() == expected
    posted(cast.sam, path, display_name="Bob C.", email="bob@verso.example", role="staff_admin", title="")
    assert owner.execute(read, [cast.bob.id]).fetchone()[1:] == expected[1:]


def test_an_investor_and_its_status(cast, posted, owner):
    read = "select legal_name, kyc_status, id from investors where id = %s"
    posted(cast.sam, f"/staff/investors/{cast.aldgate}/edit/", legal_name="Aldgate", type="entity", country="LU")
    assert owner.execute(read, [cast.aldgate]).fetchone() == ("Aldgate", "approved", cast.aldgate)
    posted(cast.sam, f"/staff/investors/{cast.aldgate}/kyc/", legal_name="Renamed", kyc_status="in_review",
           kyc_reason="Papers older than three months")  # fmt: skip
    assert owner.execute(read, [cast.aldgate]).fetchone() == ("Aldgate", "in_review", cast.aldgate)


def test_accepting_for_an_investor_of_ones_own(cast, deal, posted, owner):
    """Which investor is a field of this form: only one's own can be chosen."""
    second = add_investor(owner, "Second Holdings")
    petra = add_person(owner, "Petra Pending", investor_id=second)
    link(owner, add_investor(owner, "Third Holdings"), petra.id)
    owner.execute(
        "insert into deal_memberships (deal_id, user_id, role, investor_id) values (%s, %s, 'investor', %s)",
        [deal.id, petra.id, second],
    )
    posted(petra, f"/invitations/{deal.id}/accept/", investor=str(cast.morland), role="viewer")
    assert owner.execute(
        "select investor_id, role, invited_by, accepted_at is not null from deal_memberships where user_id = %s",
        [petra.id],
    ).fetchone() == (second, "investor", None, True)
