"""Staff's pages of deals, without JavaScript: from nothing to an open deal, and what is refused."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import Approval
from audit.identity import acting_as
from deals.models import Deal, DealChange, DealMembership, FeeComponent, InviteLink
from deals.selectors import quotation_of
from inventory.services import reserve_units
from tests import factories
from tests.forms import filled
from tests.sql.holds import set_status

pytestmark = pytest.mark.django_db
D = Decimal
NORTH = "/staff/deals/northlight_2027/"
DEAL = {
    "name": "Clos du Lac Residences",
    "code": "closdulac_2027",
    "deal_type": "other",
    "currency": "eur",
    "hold_minutes": "30",
    "decision_days": "14",
}
TABS = ["", "lots/", "book/", "members/", "fees/", "commitments/", "allocations/", "documents/", "activity/"]
BELOW = [
    "edit/",
    "open/",
    "stop/",
    "close/",
    "cancel/",
    "members/add/",
    "invites/new/",
    "fees/new/",
    "lots/add/",
    "book/reserve/",
]


def text_of(answer) -> str:
    """The words of a page, those of its pictures too, without marks."""
    spoken = re.sub(r'<svg[^>]*aria-label="([^"]*)"[^>]*>', r"\1 ", answer.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", spoken))


def deal_called(cast, code) -> Deal | None:
    with acting_as(cast.sam.id):
        return Deal.objects.select_related("vehicle").filter(code=code).first()


def posted(client, path, data=None, *, to=None):
    """Send a form; it is carried out and leads to ``to``."""
    answer = client.post(path, data or {})
    assert answer.status_code == 303, text_of(answer)
    if to:
        assert answer["Location"] == to
    return answer


def refused(client, path, data=None) -> str:
    answer = client.post(path, data or {})
    assert answer.status_code == 422
    return text_of(answer)


# ---------- the whole way ----------


def test_from_nothing_to_an_open_deal(cast, sam_client):
    assert "No deals yet" in text_of(sam_client.get("/staff/deals/"))
    posted(sam_client, "/staff/vehicles/new/", {"name": "Clos du Lac SCSp", "type": "fund", "currency": "eur"})
    posted(sam_client, "/staff/deals/new/", DEAL, to="/staff/deals/closdulac_2027/")
    here = "/staff/deals/closdulac_2027/"
    page = text_of(sam_client.get(here))
    for item in ("A vehicle in EUR", "An offer price", "At least one lot with units", "A default fee plan"):
        assert f"open {item}" in page
    assert "done A readable code" in page
    assert "The checklist has open items" not in page
    assert sam_client.post(f"{here}open/").status_code == 422

    with acting_as(cast.sam.id):
        from portfolio.models import Vehicle

        vehicle = Vehicle.objects.get()
    terms = {
        "vehicle": vehicle.pk,
        "offer_unit_price": "125.00",
        "min_ticket": "12,500",
        "terms": "Lock-up: 24 months",
    }
    posted(sam_client, f"{here}edit/", DEAL | terms, to=here)
    posted(sam_client, "/staff/sources/new/", {"counterparty_name": "Lakeside Group", "kind": "company"})
    lot = {"units": "3,000", "unit_cost": "120.00", "acquired_at": "2026-06-01"}
    posted(sam_client, f"{here}lots/add/", lot | {"lot_id": "11111111-1111-4111-8111-111111111111"})
    fees = posted(sam_client, f"{here}fees/new/", {"name": "All-in 5 %"})["Location"]
    fee = {
        "kind": "subscription",
        "calc_method": "percent_of_investment",
        "rate_bps": "5",
        "frequency": "one_time",
    }
    posted(sam_client, fees, fee, to=f"{here}fees/")
    question = text_of(sam_client.get(f"{here}open/"))
    assert "For sale: 3,000 units." in question and "Investors pay 125.00" in question
    posted(sam_client, f"{here}open/", to=here)

    deal = deal_called(cast, "closdulac_2027")
    assert (deal.status, deal.currency, deal.offer_unit_price) == ("open", "EUR", D("125.00"))
    assert deal.terms_schema == {
        "min_ticket": "12500",
        "max_ticket": None,
        "terms": [["Lock-up", "24 months"]],
    }
    assert "Clos du Lac Residences is open." in text_of(sam_client.get(here))
    with acting_as(cast.sam.id):
        assert deal.lots.get().units_total == D(3000)
        assert deal.fee_plans.get(is_default=True).components.get().rate_bps == 500


def test_stop_and_close_and_what_they_ask_first(cast, deal, sam_client):
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    hold = {"acting_user": sam, "deal_id": deal.id, "investor_id": cast.aldgate, "unit_price": deal.price}
    held = reserve_units(units=D(100), **hold)
    posted(sam_client, f"{NORTH}stop/", to=NORTH)
    assert "open Nothing is on hold 1 hold is active." in text_of(sam_client.get(NORTH))
    assert "1 hold is active." in refused(sam_client, f"{NORTH}close/")
    posted(sam_client, f"{NORTH}book/{held}/release/", to=f"{NORTH}book/")
    posted(sam_client, f"{NORTH}close/", to=NORTH)
    assert deal_called(cast, "northlight_2027").status == "closed"
    page = text_of(sam_client.get(NORTH))
    assert "Cancel the deal" not in page and "Close the book" not in page


def test_cancelling_asks_why_and_lists_what_ends(cast, deal, sam_client):
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    reserve_units(acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(6000), unit_price=deal.price)
    question = text_of(sam_client.get(f"{NORTH}cancel/"))
    assert "1 hold over 6,000 units ends immediately." in question
    assert "This field is required." in refused(sam_client, f"{NORTH}cancel/", {"reason": ""})
    assert deal_called(cast, "northlight_2027").status == "open"
    posted(sam_client, f"{NORTH}cancel/", {"reason": "The seller withdrew"}, to=NORTH)
    page = text_of(sam_client.get(NORTH))
    assert "This deal was cancelled. The seller withdrew" in page
    assert "Edit" not in page.split("Overview")[0].split("northlight_2027")[-1]


# ---------- who may look ----------


@pytest.mark.parametrize("path", [f"{NORTH}{tab}" for tab in TABS + BELOW] + ["/staff/deals/", "/staff/deals/new/"])
def test_every_page_is_there_for_staff_and_for_nobody_else(deal, path, sam_client, alice_client, client):
    assert sam_client.get(path).status_code == 200
    assert alice_client.get(path).status_code == 404
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("tab", TABS + BELOW)
def test_a_deal_that_is_not_there_is_a_404(deal, tab, sam_client):
    assert sam_client.get(f"/staff/deals/nowhere_2027/{tab}").status_code == 404
    assert sam_client.post(f"/staff/deals/nowhere_2027/{tab}").status_code in (404, 405)


# ---------- bad input ----------


@pytest.mark.parametrize(
    "field, typed, said",
    [
        ("name", "", "This field is required."),
        ("code", "North Light", "A code has 2 to 63 small letters"),
        ("code", "northlight_2027", "Another deal has this code."),
        ("code", "new", "A code has 2 to 63 small letters"),
        ("currency", "EURO", "Ensure this value has at most 3 characters"),
        ("currency", "QQQ", "Enter a currency with no more than two decimals, as three letters, such as EUR."),
        ("offer_unit_price", "1,5", "Enter a number, such as 1,250.5."),
        ("offer_unit_price", "NaN", "Enter a number, such as 1,250.5."),
        ("offer_unit_price", "1e5", "Enter a number, such as 1,250.5."),
        ("offer_unit_price", "٣٤", "Enter a number, such as 1,250.5."),
        ("offer_unit_price", "0", "Enter a number above 0."),
        ("offer_unit_price", "1.1234567", "Enter at most 6 decimals."),
        ("offer_unit_price", "9" * 40, "This number is too large."),
        ("min_ticket", "100.001", "Enter at most 2 decimals."),
        ("hold_minutes", "0", "Enter a whole number from 1 to 1,440."),
        ("hold_minutes", "100,000", "Enter a whole number from 1 to 1,440."),
        ("decision_days", "1.5", "Enter a whole number from 1 to 365."),
        ("close_at", "2026-02-30T10:00", "Enter a date and time, such as 2026-12-04 18:00."),
        ("close_at", "tomorrow", "Enter a date and time, such as 2026-12-04 18:00."),
        ("close_at", "0001-01-01T00:00", "Enter a date between 2000 and 2200."),
        ("close_at", "9999-12-31T23:59", "Enter a date between 2000 and 2200."),
        ("close_at", "2020-01-01T10:00", "Enter a future date and time."),
        ("vehicle", "not-a-vehicle", "Choose one from the list."),
        ("terms", "Lock-up", "Write each term on a line of its own"),
        ("deal_type", "loan", "Select a valid choice."),
    ],
)
def test_bad_values_get_a_sentence_and_change_nothing(cast, deal, sam_client, field, typed, said):
    answer = sam_client.post("/staff/deals/new/", DEAL | {field: typed})
    assert answer.status_code == 422
    assert said in text_of(answer) and "Nothing was changed." in text_of(answer)
    with acting_as(cast.sam.id):
        assert Deal.objects.count() == 1


def test_a_refused_form_keeps_what_was_typed(sam_client):
    answer = sam_client.post("/staff/deals/new/", DEAL | {"offer_unit_price": "1,5", "summary": "By the lake"})
    page = answer.content.decode()
    assert 'value="1,5"' in page and 'value="By the lake"' in page


def test_what_is_fixed_once_open_is_not_read_from_the_form(cast, deal, sam_client):
    changed = DEAL | {"code": "another_code", "currency": "EUR", "offer_unit_price": "28.50"}
    posted(sam_client, f"{NORTH}edit/", changed, to=NORTH)
    now = deal_called(cast, "northlight_2027")
    assert (now.currency, now.code, now.vehicle_id) == ("USD", "northlight_2027", deal.vehicle_id)


def test_another_price_of_an_open_deal_waits_for_a_second_person(cast, deal, sam_client, abe_client):
    changed = DEAL | {"offer_unit_price": "29.00"}
    assert "Enter why the price changes" in refused(sam_client, f"{NORTH}edit/", changed)
    posted(sam_client, f"{NORTH}edit/", changed | {"price_reason": "Strong demand"}, to=NORTH)
    assert deal_called(cast, "northlight_2027").offer_unit_price == D("28.50")
    with acting_as(cast.abe.id):
        approval = f"/staff/approvals/{Approval.objects.get().pk}/"
    for page in (NORTH, f"{NORTH}fees/"):
        shown = sam_client.get(page)
        assert "Offer price: Sam Sutter proposed a change" in text_of(shown)
        assert f'<a href="{approval}">See the request</a>' in shown.text
    shown = text_of(abe_client.get(approval))
    assert "Proposed by Sam Sutter" in shown and "on the investor’s behalf" not in shown
    for said in ("Change of a deal", "28.50", "29.00", "Strong demand"):
        assert said in shown
    assert sam_client.post(f"{approval}approve/").status_code == 403
    posted(abe_client, f"{approval}approve/")
    assert deal_called(cast, "northlight_2027").offer_unit_price == D("29.00")


def test_a_new_version_of_a_plan_is_made_and_proposed(cast, deal, sam_client):
    here = f"{NORTH}fees/{deal.fee_plan_id}/"
    posted(sam_client, f"{here}version/", to=f"{NORTH}fees/")
    with acting_as(cast.sam.id):
        version = Deal.objects.get().fee_plans.get(version=2)
    propose = f"{NORTH}fees/{version.pk}/propose/"
    assert f'href="{propose}"' in sam_client.get(f"{NORTH}fees/").content.decode()
    refused(sam_client, propose, {"reason": " "})
    posted(sam_client, propose, {"reason": "Cheaper"}, to=f"{NORTH}fees/")
    assert "Fee plan: Sam Sutter proposed a change" in text_of(sam_client.get(f"{NORTH}fees/"))


def test_a_closing_date_is_in_the_readers_zone(cast, deal, sam_client):
    day = (timezone.now() + timedelta(days=9)).date()
    posted(sam_client, f"{NORTH}edit/", DEAL | {"offer_unit_price": "28.5", "close_at": f"{day}T18:00"})
    closes = deal_called(cast, "northlight_2027").close_at
    assert timezone.localtime(closes, timezone=timezone.get_fixed_timezone(60)).strftime("%H") in ("18", "17")
    assert f'value="{day}T18:00"' in sam_client.get(f"{NORTH}edit/").content.decode()


# ---------- members and links ----------


def test_invite_a_person_and_take_the_invitation_back(cast, deal, sam_client):
    found = text_of(sam_client.get(f"{NORTH}members/add/?q=bob"))
    assert "Bob Aldgate" in found and "Larry Lowe" not in found
    add = f"{NORTH}members/add/{cast.bob.id}/"
    assert "Choose an investor that this person acts for." in refused(sam_client, add, {"role": "investor"})
    posted(sam_client, add, {"role": "investor", "investor": cast.aldgate}, to=f"{NORTH}members/")
    assert "Bob Aldgate" in text_of(sam_client.get(f"{NORTH}members/"))
    assert sam_client.get(add).status_code == 404
    posted(sam_client, f"{NORTH}members/{cast.bob.id}/remove/", to=f"{NORTH}members/")
    with acting_as(cast.sam.id):
        assert not DealMembership.objects.filter(user_id=cast.bob.id).exists()


def test_the_last_one_with_a_hold_stays(cast, deal, sam_client):
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    reserve_units(acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(5), unit_price=deal.price)
    said = refused(sam_client, f"{NORTH}members/{cast.alice.id}/remove/")
    assert "This investor has units on hold or a commitment awaiting approval" in said


def test_an_invite_link_is_shown_once(cast, deal, sam_client):
    answer = sam_client.post(f"{NORTH}invites/new/", {"role": "lawyer", "days": "3", "max_uses": "1"})
    address = re.search(rf'value="({settings.SITE_URL}/invite/[\w-]{{43,}}/)"', answer.content.decode())
    assert answer.status_code == 200 and address
    assert "no-store" in answer["Cache-Control"]
    page = sam_client.get(f"{NORTH}members/").content.decode()
    assert "Not used yet" in page and address.group(1) not in page
    with acting_as(cast.sam.id):
        link = InviteLink.objects.get()
    posted(sam_client, f"{NORTH}invites/{link.pk}/revoke/", to=f"{NORTH}members/")
    assert "Revoked" in text_of(sam_client.get(f"{NORTH}members/"))


@pytest.mark.parametrize(
    "field, typed, said",
    [
        ("days", "8", "from 1 to 7"),
        ("max_uses", "0", "from 1 to 100"),
        ("email", "x", "Enter an e-mail address, or leave it empty."),
    ],
)
def test_bad_invite_links(cast, deal, sam_client, field, typed, said):
    data = {"role": "lawyer", "days": "3", "max_uses": "1"} | {field: typed}
    assert said in refused(sam_client, f"{NORTH}invites/new/", data)
    with acting_as(cast.sam.id):
        assert not InviteLink.objects.exists()


# ---------- fee plans ----------


def test_fees_of_a_plan_are_changed_and_taken_out(superuser, cast, deal, sam_client):
    set_status(superuser, "draft")
    plan = deal.fee_plan_id
    fee = {"kind": "management", "calc_method": "percent_per_annum", "frequency": "annual"}
    add = f"{NORTH}fees/{plan}/fee/"
    assert "Enter a rate from 0 to 100." in refused(sam_client, add, fee)
    assert "Enter a number, such as 1,250.5." in refused(sam_client, add, fee | {"rate_bps": "1,5"})
    posted(sam_client, add, fee | {"rate_bps": "1.5"}, to=f"{NORTH}fees/")
    with acting_as(cast.sam.id):
        made = Deal.objects.get().fee_plans.get().components.get(kind="management")
    assert made.rate_bps == 150
    posted(sam_client, f"{NORTH}fees/{plan}/fee/{made.pk}/", fee | {"rate_bps": "0"})
    posted(sam_client, f"{NORTH}fees/{plan}/fee/{made.pk}/remove/")
    assert sam_client.get(f"{NORTH}fees/{plan}/fee/{made.pk}/").status_code == 404
    classic = posted(sam_client, f"{NORTH}fees/new/", {"name": "Classic"})["Location"].split("/fees/")[1].split("/")[0]
    posted(sam_client, f"{NORTH}fees/{classic}/default/", to=f"{NORTH}fees/")
    posted(sam_client, f"{NORTH}fees/{classic}/", {"name": "Classic 2", "description": "Two fees"})
    with acting_as(cast.sam.id):
        assert [plan.name for plan in Deal.objects.get().fee_plans.filter(is_default=True)] == ["Classic 2"]


MANAGEMENT = {"kind": "management", "calc_method": "percent_per_annum", "frequency": "quarterly"}


def fields_of(page: str) -> set[str]:
    named = re.findall(
        r'<(?:input|select|textarea)[^>]* name="(\w+)"', page.split('id="fee-form"')[1].split("</form>")[0]
    )
    return set(named) - {"csrfmiddlewaretoken"}


def test_a_fee_asks_for_what_its_basis_counts_with(superuser, cast, deal, sam_client):
    set_status(superuser, "draft")
    add = f"{NORTH}fees/{deal.fee_plan_id}/fee/"
    always = {"kind", "calc_method", "frequency", "notes", "vat_rate_bps", "rounding"}
    once = {"rate_bps", "tiers", "tier_mode", "base", "floor_amount", "cap_amount"}
    periods = {"cap_scope", "in_advance", "calendar", "anchor_day", "proration"}
    assert fields_of(sam_client.get(add).content.decode()) == always | once

    def shown(**typed):
        answer = sam_client.post(add, typed | {"show": "1"})
        assert answer.status_code == 200
        return answer.content.decode()

    page = shown(**MANAGEMENT, rate_bps="1.5", notes="Half now")
    assert fields_of(page) == always | once | periods | {"day_count"}
    assert 'value="1.5"' in page and 'value="Half now"' in page
    assert fields_of(shown(kind="management", calc_method="fixed")) == always | periods | {"flat_amount", "cap_amount"}
    profit = {"hurdle_rate_bps", "hurdle_compounding", "hurdle_type", "catch_up_bps", "after_management_fee"}
    # A basis that the fee does not have gives way to one that it has.
    page = shown(kind="performance", calc_method="fixed")
    assert fields_of(page) == always | profit | {"high_watermark", "rate_bps", "cap_amount", "calendar", "anchor_day"}
    assert fields_of(shown(kind="spread_markup", calc_method="fixed")) == always - {"vat_rate_bps", "rounding"}
    assert fields_of(shown(kind="flat")) == always | {"flat_amount"}
    assert fees_there(cast) == 1


def fees_there(cast) -> int:
    with acting_as(cast.sam.id):
        return FeeComponent.objects.count()


def test_a_fee_with_every_option(superuser, cast, deal, sam_client):
    set_status(superuser, "draft")
    add = f"{NORTH}fees/{deal.fee_plan_id}/fee/"
    fee = MANAGEMENT | {
        "tiers": "1,000,000: 2\n5,000,000: 1.5 %\n1", "tier_mode": "whole", "base": "nav", "day_count": "30/360 ISDA",
        "floor_amount": "500", "cap_amount": "9000", "cap_scope": "total", "calendar": "anniversary",
        "anchor_day": "31", "proration": "none", "vat_rate_bps": "25", "rounding": "down", "in_advance": "on",
    }  # fmt: skip
    posted(sam_client, add, fee, to=f"{NORTH}fees/")
    kept = (
        "tiers tier_mode base day_count floor_amount cap_amount cap_scope calendar anchor_day proration vat_rate_bps"
        " rounding in_advance rate_bps"
    ).split()

    def found() -> tuple:
        with acting_as(cast.sam.id):
            return FeeComponent.objects.values_list(*kept).get(kind="management")

    tiers = [{"up_to": "1000000", "rate_bps": "200"}, {"up_to": "5000000", "rate_bps": "150"},
             {"up_to": None, "rate_bps": "100"}]  # fmt: skip
    assert found() == (
        tiers, "whole", "nav", "30/360 ISDA", 500, 9000, "total", "anniversary", 31, "none", 2500, "down", True, None,
    )  # fmt: skip
    with acting_as(cast.sam.id):
        made = FeeComponent.objects.get(kind="management").pk
    page = sam_client.get(f"{add}{made}/").content.decode()
    said = "2 % up to 1,000,000.00, 1.5 % up to 5,000,000.00, then 1 %, on the whole amount; at least 500.00"
    assert said in text_of(sam_client.get(f"{NORTH}fees/"))
    assert "1,000,000.00: 2\n5,000,000.00: 1.5\n1</textarea>" in page
    # Another basis leaves out what it does not count with.
    sent = filled(sam_client, f"{add}{made}/") | {"calc_method": "fixed", "flat_amount": "90", "cap_amount": "900"}
    posted(sam_client, f"{add}{made}/", {k: v for k, v in sent.items() if k not in ("tiers", "tier_mode", "base")})
    row = found()
    assert row[:5] == (None, None, None, None, None) and row[5:9] == (900, "total", "anniversary", 31)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"tiers": "1,000,000: 2"}, "Write each tier on a line of its own"),
        ({"tiers": "1,000,000: 2\n1,000,000: 1\n1"}, "Each tier goes up to more than the one before."),
        ({"tiers": "much: 2\n1"}, "Write each tier on a line of its own"),
        ({"tiers": "5: 101\n1"}, "Write each tier on a line of its own"),
        ({"tiers": "\n".join(f"{n}: 1" for n in range(1, 21)) + "\n1"}, "At most 20 tiers."),
        ({"tiers": "5: 2\n1", "rate_bps": "1"}, "Enter a rate or tiers, not both."),
        ({"tier_mode": "whole", "rate_bps": "1"}, "Enter tiers, or leave this empty."),
        ({"rate_bps": "1", "floor_amount": "6", "cap_amount": "5"}, "The maximum is below the minimum."),
        ({"rate_bps": "1", "cap_scope": "total"}, "Enter a maximum, or leave this empty."),
        ({"rate_bps": "1", "anchor_day": "31"}, "A day belongs to periods from the purchase."),
        ({"rate_bps": "1", "anchor_day": "32", "calendar": "anniversary"}, "from 1 to 31"),
        ({"rate_bps": "1", "vat_rate_bps": "101"}, "Enter a rate from 0 to 100."),
    ],
)
def test_options_that_make_no_sense(superuser, cast, deal, sam_client, typed, said):
    set_status(superuser, "draft")
    assert said in refused(sam_client, f"{NORTH}fees/{deal.fee_plan_id}/fee/", MANAGEMENT | typed)
    assert fees_there(cast) == 1


def test_fees_are_negotiated_with_one_investor(cast, deal, sam_client, abe_client, alice_client, mallory_client):
    """Proposed by one person, approved by another, shown to that investor alone."""
    with acting_as(cast.sam.id):
        fee = FeeComponent.objects.get()
    page, name = f"{NORTH}members/fees/{cast.aldgate}/", f"fee_{fee.pk.hex}"
    assert f'href="{page}"' in sam_client.get(f"{NORTH}members/").content.decode()
    assert "Everybody pays 5\u00a0%" in sam_client.get(page).content.decode()
    assert "Negotiated fees are lower" in refused(sam_client, page, {name: "5.01", "reason": "Size"})
    refused(sam_client, page, {name: "1"})
    assert "This is already the case." in refused(sam_client, page, {name: "", "reason": "Nothing"})
    with acting_as(cast.sam.id):
        assert not DealChange.objects.exists()
    posted(sam_client, page, {name: "0", "reason": "Anchor investor"}, to=f"{NORTH}members/")
    assert "Anchor investor" in sam_client.get(page).content.decode()
    assert "0.00" not in text_of(sam_client.get(page))
    with acting_as(cast.abe.id):
        asked = Approval.objects.get(entity_type="deal_change")
    posted(abe_client, f"/staff/approvals/{asked.pk}/approve/")
    assert 'value="0"' in sam_client.get(page).content.decode()
    with acting_as(cast.alice.id):
        assert quotation_of(deal.id, D(500), investor_id=cast.aldgate).subscription_fee == 0
    with acting_as(cast.mallory.id):
        assert quotation_of(deal.id, D(500), investor_id=cast.morland).subscription_fee == D("712.50")
    for client in (alice_client, mallory_client):
        assert client.get(page).status_code == 404
    # Taken back in the same way.
    posted(sam_client, page, {name: "", "reason": "Sold down"}, to=f"{NORTH}members/")
    with acting_as(cast.sam.id):
        assert DealChange.objects.get(status="proposed").changes == {"overrides": {}}


def test_on_a_draft_no_fee_is_negotiated(superuser, cast, deal, sam_client):
    set_status(superuser, "draft")
    page = f"{NORTH}members/fees/{cast.aldgate}/"
    assert "Fees are negotiated while a deal is open." in sam_client.get(page).content.decode()
    assert f'href="{page}"' not in sam_client.get(f"{NORTH}members/").content.decode()


# ---------- lists ----------


def test_the_list_searches_filters_and_sorts(owner, deal, sam_client):
    factories.add_deal(owner, "Harbour Receivables", code="harbour_credit", status="allocation_pending")
    names = re.compile("Northlight Secondary|Harbour Receivables")

    def shown(query):
        return names.findall(text_of(sam_client.get(f"/staff/deals/{query}")).split("Availability")[1])

    assert shown("") == ["Northlight Secondary", "Harbour Receivables"]
    assert shown("?sort=name") == ["Harbour Receivables", "Northlight Secondary"]
    assert shown("?q=harbour") == ["Harbour Receivables"]
    assert shown("?status=open") == ["Northlight Secondary"]
    assert shown("?status=nonsense&sort=nonsense&page=99") == ["Northlight Secondary", "Harbour Receivables"]
    assert "No deals match" in text_of(sam_client.get("/staff/deals/?q=zzz"))


@pytest.mark.parametrize(
    "path, head",
    [
        ("/staff/deals/?format=csv", '"Deal","Code","Status","Vehicle","Currency"'),
        (f"{NORTH}members/?format=csv", '"Person","E-mail","Role"'),
        (f"{NORTH}lots/?format=csv", '"Lot","Source","Acquired"'),
        (f"{NORTH}book/?format=csv", '"Investor","Status","Since"'),
        (f"{NORTH}commitments/?format=csv", '"Investor","Status","Units"'),
        (f"{NORTH}allocations/?format=csv", '"Investor","Status","Units"'),
    ],
)
def test_lists_are_to_be_had_as_csv(deal, sam_client, path, head):
    answer = sam_client.get(path)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode("utf-8-sig").startswith(head)


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_asks_more_when_there_is_more(owner, cast, deal, sam_client, tab):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert sam_client.get(f"{NORTH}{tab}").status_code == 200
        return len(seen)

    fill(owner, cast, deal, 1)
    queries()
    before = queries()
    fill(owner, cast, deal, 6)
    assert queries() <= before


def test_the_list_asks_no_more_when_there_is_more(owner, deal, sam_client):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            sam_client.get("/staff/deals/")
        return len(seen)

    queries()
    before = queries()
    for i in range(5):
        factories.add_deal(owner, f"Deal {i}", code=f"deal_no_{i}", vehicle_id=deal.vehicle_id)
    assert queries() == before


def fill(owner, cast, deal, times):
    """More of everything a tab lists, each with its own people."""
    for _ in range(times):
        serial = factories.value(owner, "select count(*) from profiles")
        person = factories.add_person(owner, f"Guest{serial} Gale", email=f"guest{serial}@verso.example")
        investor = factories.add_investor(owner, f"Gale {serial}", users=[person.id])
        factories.add_member(owner, deal.id, person, investor_id=investor)
        lot = factories.add_lot(owner, deal.id, 100, "27.00")
        factories.add_hold(owner, deal.id, investor, 3, lot_id=lot)
        factories.add_commitment(owner, deal.id, investor, 3, selected_fee_plan_id=deal.fee_plan_id)
        factories.add_document(owner, f"Paper {serial}", deal_id=deal.id)
        factories.add_fee_plan(owner, deal.id, f"Plan {serial}", is_default=False)
        link = {"role": "viewer", "token_hash": f"hash {serial}", "created_by": person.id}
        factories.insert(owner, "invite_links", deal_id=deal.id, **link)
        factories.insert(
            owner,
            "allocations",
            deal_id=deal.id,
            investor_id=investor,
            units=1,
            unit_price=28,
            status="approved",
        )
