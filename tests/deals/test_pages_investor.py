"""What members read: home, deals, the room, commitments. Exact words, denials alike, no query per row."""

import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.types.json import Jsonb

from tests import factories
from tests.inventory.test_pages_reserve import text_of
from tests.sql.commitments import committed
from tests.sql.holds import reserve

pytestmark = pytest.mark.django_db
PLACES = (
    "/",
    "/deals/",
    "/deals/?view=table",
    "/reservations/",
    "/commitments/",
    "/portfolio/",
    "/documents/",
    "/notices/",
)


def queries(client, path) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def fill(owner, cast, first, last):
    """Deals, holds, commitments, allocations, positions, papers and notices of Alice's investor."""
    for n in range(first, last):
        vehicle = factories.add_vehicle(owner, f"Vehicle {n:02d}", currency="EUR" if n % 2 else "USD")
        deal = factories.add_deal(
            owner,
            f"Deal {n:02d}",
            code=f"deal_{n:02d}",
            vehicle_id=vehicle,
            currency="EUR" if n % 2 else "USD",
        )
        factories.add_lot(owner, deal, 1000)
        factories.add_fee_plan(owner, deal)
        factories.add_member(owner, deal, cast.alice)
        factories.add_hold(owner, deal, cast.aldgate, 10, minutes=30 + n)
        factories.add_commitment(owner, deal, cast.aldgate, 10, status="under_review")
        factories.insert(
            owner,
            "allocations",
            deal_id=deal,
            investor_id=cast.aldgate,
            units=Decimal(5),
            unit_price=Decimal(20),
            status="approved",
        )
        factories.add_position(owner, cast.aldgate, vehicle)
        factories.add_document(owner, f"Paper {n:02d}", deal_id=deal)
        factories.insert(
            owner,
            "notices",
            user_id=cast.alice.id,
            kind="hold.lapsed",
            entity_id=uuid.uuid4(),
            facts={"deal": f"Deal {n:02d}", "units": "10", "reservation_id": str(uuid.uuid4())},
        )


@pytest.mark.parametrize("path", PLACES)
def test_no_page_asks_more_when_there_is_more(alice_client, owner, cast, deal, path):
    fill(owner, cast, 0, 2)
    alice_client.get(path)
    few = queries(alice_client, path)
    fill(owner, cast, 2, 12)
    assert queries(alice_client, path) == few
    assert few <= 30


def test_the_room_asks_no_more_with_many_holds_and_plans(alice_client, owner, cast, deal):
    path = f"/deals/{deal.code}/"
    factories.add_hold(owner, deal.id, cast.aldgate, 10, lot_id=deal.lots["A"])
    alice_client.get(path)
    few = queries(alice_client, path)
    for n in range(10):
        factories.add_hold(owner, deal.id, cast.aldgate, 10, lot_id=deal.lots["A"])
        factories.add_fee_plan(owner, deal.id, f"Plan {n}", is_default=False)
        factories.add_document(owner, f"Paper {n}", deal_id=deal.id)
    assert queries(alice_client, path) == few
    assert few <= 30


@pytest.mark.parametrize("path", PLACES)
def test_strangers_to_the_house_are_asked_to_sign_in(client, cast, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", PLACES[1:])
def test_staff_are_taken_to_their_desk(sam_client, deal, path):
    answer = sam_client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/")


@pytest.mark.parametrize("path", PLACES)
def test_an_empty_place_says_what_will_be_there(owner, cast, sign_in, path):
    nadia = factories.add_person(owner, "Nadia Novak", investor_id=factories.add_investor(owner))
    words = text_of(sign_in(nadia).get(path))
    assert re.search(r"No (deals|reservations|commitments|documents|positions|activity) yet", words)


# --- home


def test_home_says_what_needs_one(alice_client, deal, owner, cast):
    factories.add_hold(owner, deal.id, cast.aldgate, 6000, minutes=18)
    factories.add_commitment(
        owner, deal.id, cast.aldgate, 500, status="under_review", decision_note="Which account will pay?"
    )
    page = alice_client.get("/")
    words = text_of(page)
    assert "<h1>2 items need your attention</h1>" in page.content.decode()
    assert "Aldgate Family Office" in words
    assert "Commit to your 6,000 units of Northlight Secondary 179,550.00 USD with the plan All-in 5 %." in words
    assert "Answer the team about Northlight Secondary" in words and "Which account will pay?" in words
    assert re.search(r"Home 2 open", words) and re.search(r"Reservations 1 open", words)


def test_home_of_a_colleague_who_may_not_act_asks_nothing(bob_client, deal, owner, cast):
    factories.add_hold(owner, deal.id, cast.aldgate, 6000)
    page = bob_client.get("/")
    assert "<h1>You’re all caught up</h1>" in page.content.decode()
    assert "Reservations 1 open" in text_of(page)


def test_an_invitation_is_accepted_from_home(bob_client, owner, cast, deal):
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    assert bob_client.get(f"/deals/{deal.code}/").status_code == 404
    home = text_of(bob_client.get("/"))
    assert "1 item needs your attention" in home and "You are invited to Northlight Secondary" in home
    answer = bob_client.post(f"/invitations/{deal.id}/accept/")
    assert (answer.status_code, answer["Location"]) == (303, f"/deals/{deal.code}/")
    assert bob_client.get(f"/deals/{deal.code}/").status_code == 200


def test_nobody_accepts_what_was_not_offered(bob_client, deal):
    assert bob_client.post(f"/invitations/{deal.id}/accept/").status_code == 404
    assert bob_client.post(f"/invitations/{uuid.uuid4()}/accept/").status_code == 404


# --- deals


@pytest.fixture
def three_deals(owner, cast, deal):
    for name, code, columns in (
        ("Clos du Lac Residences", "closdulac_2027", {"currency": "EUR", "close_at": factories.in_days(9)}),
        (
            "Harbour Receivables",
            "harbour_credit",
            {"status": "allocation_pending", "close_at": factories.in_days(-1)},
        ),
        ("Not Alices", "not_alices", {}),
    ):
        vehicle = factories.add_vehicle(owner, f"{name} SPV")
        made = factories.add_deal(owner, name, code=code, vehicle_id=vehicle, **columns)
        if code != "not_alices":
            factories.add_member(owner, made, cast.alice)


def names(client, query="") -> list[str]:
    page = client.get(f"/deals/?view=table{query}").content.decode()
    return re.findall(r'<th scope="row">\s*<a href="[^"]+">([^<]+)</a>', page)


def test_deals_are_ones_own_selling_and_closing_first(alice_client, three_deals):
    assert names(alice_client) == ["Clos du Lac Residences", "Northlight Secondary", "Harbour Receivables"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("&q=lac", ["Clos du Lac Residences"]),
        ("&q=HARBOUR_CREDIT", ["Harbour Receivables"]),
        ("&q=northlight+spv", ["Northlight Secondary"]),
        ("&q=not_alices", []),
        ("&q=%25", []),
        ("&status=allocation_pending", ["Harbour Receivables"]),
        (
            "&status=nonsense&kind=%27--",
            ["Clos du Lac Residences", "Northlight Secondary", "Harbour Receivables"],
        ),
        ("&sort=-name", ["Northlight Secondary", "Harbour Receivables", "Clos du Lac Residences"]),
    ],
)
def test_deals_are_searched_filtered_and_ordered(alice_client, three_deals, query, found):
    assert names(alice_client, query) == found


def test_a_search_without_result_says_so(alice_client, deal):
    assert "No deals match" in text_of(alice_client.get("/deals/?q=nowhere"))


def test_a_card_shows_what_is_free_and_what_is_yours(alice_client, deal, owner, cast):
    factories.add_hold(owner, deal.id, cast.aldgate, 600, lot_id=deal.lots["A"])
    factories.add_hold(owner, deal.id, cast.morland, 1700, lot_id=deal.lots["A"])
    words = text_of(alice_client.get("/deals/"))
    assert "7,700 of 10,000 units available" in words and "600 on hold" in words
    assert "1,700" not in words


def test_an_outside_member_sees_the_deal_without_figures(larry_client, deal):
    words = text_of(larry_client.get("/deals/"))
    assert "Northlight Secondary" in words and "Lawyer" in words
    assert "units available" not in words


def test_what_one_has_on_a_deal_is_the_sum_of_all_holds(owner, cast, deal, app_connection, alice_client):
    """On the lists as in the room, however many holds there are."""
    alice = app_connection(cast.alice)
    for units in (100, 200):
        reserve(alice, deal, cast.aldgate, units)
    for units in (300, 400):
        committed(owner, alice, deal, cast.aldgate, units)
    for address in ("/", "/deals/", "/deals/?view=table"):
        page = text_of(alice_client.get(address))
        assert "300 on hold" in page and "700 awaiting approval" in page, address


# --- the room


def test_missing_and_foreign_rooms_read_alike(bob_client, deal):
    foreign, missing = bob_client.get(f"/deals/{deal.code}/"), bob_client.get("/deals/no_such_deal/")
    assert foreign.status_code == missing.status_code == 404
    plain = [re.sub(r"[0-9a-f-]{36}|\d\d:\d\d|deals/\w+", "", text_of(page)) for page in (foreign, missing)]
    assert plain[0] == plain[1]
    for part in ("stock", "cost"):
        assert bob_client.get(f"/deals/{deal.code}/{part}/").status_code == 404


def test_an_invited_member_who_has_not_accepted_sees_nothing(sign_in, owner, deal):
    nadia = factories.add_person(owner, "Nadia Novak", investor_id=factories.add_investor(owner))
    factories.add_member(owner, deal.id, nadia, accepted=False)
    assert sign_in(nadia).get(f"/deals/{deal.code}/").status_code == 404


def test_the_lawyer_reads_terms_and_papers_and_no_number_of_an_investor(larry_client, deal, owner, cast):
    factories.add_hold(owner, deal.id, cast.aldgate, 4321, lot_id=deal.lots["A"])
    factories.add_document(owner, "Information memorandum", deal_id=deal.id)
    factories.add_document(owner, "Agreement of Aldgate", deal_id=deal.id, owner_investor_id=cast.aldgate)
    page = larry_client.get(f"/deals/{deal.code}/")
    words = text_of(page)
    assert "Your role: lawyer" in words and "28.50 USD per unit" in words
    assert "Information memorandum" in words and "Agreement of Aldgate" not in words
    for hidden in (
        "4,321",
        "5,679",
        "units available",
        "Availability",
        'name="units"',
        "25.00",
        "Harbour Fund",
    ):
        assert hidden not in page.content.decode()
    assert larry_client.get(f"/deals/{deal.code}/stock/").status_code == 404


def test_members_never_read_what_others_hold_nor_what_units_cost(alice_client, deal, owner, cast):
    factories.add_hold(owner, deal.id, cast.morland, 1234, lot_id=deal.lots["A"])
    factories.add_hold(owner, deal.id, cast.morland, 1066, lot_id=deal.lots["B"])
    words = text_of(alice_client.get(f"/deals/{deal.code}/"))
    assert "Not available 2,300" in words
    for hidden in ("1,234", "1,066", "25.00", "22.50", "Morland", "Harbour Fund"):
        assert hidden not in words


def test_terms_are_shown_as_staff_wrote_them(alice_client, larry_client, deal, owner):
    terms = {
        "min_ticket": "14250.00",
        "terms": [["Share class", "Ordinary, no vote"]],
        "transfer": "With consent",
    }
    owner.execute("update deals set terms_schema = %s, lot_size = 10 where id = %s", [Jsonb(terms), deal.id])
    for client in (alice_client, larry_client):
        words = text_of(client.get(f"/deals/{deal.code}/"))
        assert "Minimum investment 14,250.00 USD, 500 units" in words and "Maximum investment" not in words
        assert "Share class Ordinary, no vote Transfer With consent" in words
        assert "Sold in multiples of 10 units" in words


def test_plans_are_compared_with_their_derivation(alice_client, deal, owner):
    plan = factories.insert(owner, "fee_plans", deal_id=deal.id, name="Classic", is_default=False)
    for fee in (
        {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 200},
        {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 150, "frequency": "annual"},
        {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "hurdle_rate_bps": 800},
        {"kind": "spread_markup", "calc_method": "per_unit_spread"},
    ):
        factories.insert(owner, "fee_components", fee_plan_id=plan, **fee)
    words = text_of(alice_client.get(f"/deals/{deal.code}/?units=6,000"))
    assert "For 6,000 units, 171,000.00 USD" in words
    assert "To pay at closing 179,550.00 USD 174,420.00 USD" in words
    assert "2,565.00" in words and "Management fee, 1.5 % of the amount paid" in words
    assert "20 % of profit above 8 % a year" in words
    assert "171,000.00 × 500 / 10,000 8,550.00 USD" in words
    assert "Spread" not in words


def test_fees_billed_apart_and_on_exit_are_shown_and_not_in_the_sum(alice_client, deal, owner):
    plan = factories.insert(owner, "fee_plans", deal_id=deal.id, name="Modular", is_default=False)
    for fee in (
        {"kind": "subscription", "calc_method": "per_unit_spread", "flat_amount": Decimal("0.25")},
        {"kind": "flat", "calc_method": "fixed", "flat_amount": Decimal("500")},
        {"kind": "other", "calc_method": "fixed", "flat_amount": Decimal("90"), "frequency": "on_exit"},
    ):
        factories.insert(owner, "fee_components", fee_plan_id=plan, **fee)
    words = text_of(alice_client.get(f"/deals/{deal.code}/?units=6,000"))
    assert "Other fees, once, billed separately 0.00 500.00" in words
    assert "Other fees on exit 0.00 90.00" in words
    assert "To pay at closing 179,550.00 USD 172,500.00 USD" in words


# --- live availability


def poll(client, deal, **asked):
    return client.get(f"/deals/{deal.code}/stock/", asked, headers={"X-Poll": "1"})


def twice_in_a_minute(ask):
    """A first answer, and what comes for asking again; figures are true to the minute, which may just be over."""
    for _ in range(2):
        minute, first = timezone.now().minute, ask({})
        second = ask({"seen": first["ETag"].strip('"')})
        if timezone.now().minute == minute:
            break
    return first, second


def test_a_poll_brings_the_figures_and_then_nothing_until_they_change(alice_client, deal, owner, cast):
    page = alice_client.get(f"/deals/{deal.code}/").content.decode()
    standing = re.search(r"standing=([0-9a-f]+)", page)[1]
    first, second = twice_in_a_minute(lambda seen: poll(alice_client, deal, standing=standing, **seen))
    assert first.status_code == 200 and "10,000 of 10,000 units available" in text_of(first)
    assert (second.status_code, second.content, second["ETag"]) == (204, b"", first["ETag"])
    factories.add_hold(owner, deal.id, cast.morland, 2300, lot_id=deal.lots["A"])
    changed = poll(alice_client, deal, standing=standing, seen=first["ETag"].strip('"'))
    assert changed.status_code == 200 and "7,700 of 10,000 units available" in text_of(changed)
    assert 'data-free-now="7700' in changed.content.decode()


def test_a_browser_that_has_the_figures_is_sent_none(alice_client, deal):
    def ask(seen):
        headers = {"If-None-Match": f'"{seen["seen"]}"'} if seen else {}
        return alice_client.get(f"/deals/{deal.code}/stock/", headers=headers)

    first, second = twice_in_a_minute(ask)
    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")


def test_a_poll_keeps_what_is_being_typed(alice_client, deal):
    words = text_of(poll(alice_client, deal, units="6,000"))
    assert "Your order 6,000" in words and "Remaining 4,000" in words


def test_a_change_of_ones_own_state_reloads_the_room(alice_client, deal, owner, cast):
    page = alice_client.get(f"/deals/{deal.code}/").content.decode()
    standing = re.search(r"standing=([0-9a-f]+)", page)[1]
    factories.add_hold(owner, deal.id, cast.aldgate, 500, lot_id=deal.lots["A"])
    answer = poll(alice_client, deal, standing=standing)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_a_poll_after_the_session_reloads_the_page_and_shows_no_form_in_it(client, deal):
    answer = client.get(f"/deals/{deal.code}/stock/", headers={"HX-Request": "true", "X-Poll": "1"})
    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (204, "true", b"")


def test_the_smallest_units_are_written_plainly_for_the_page(alice_client, deal, owner):
    owner.execute("update share_lots set units_total = 0.00000001, units_remaining = 0.00000001")
    page = alice_client.get(f"/deals/{deal.code}/").content.decode()
    assert 'data-free-now="0.00000002"' not in page and 'data-free-now="0.00000003"' in page


# --- commitments


@pytest.mark.parametrize(
    "columns, sentence",
    [
        (
            {"status": "submitted", "decide_by": "2027-01-04 17:00+00"},
            "The team decides by Mon 4 Jan 2027, 18:00 CET.",
        ),
        ({"status": "under_review", "decision_note": "Fewer units, please."}, "Fewer units, please."),
        ({"status": "approved", "decided_at": "2026-11-20 10:00+00"}, "Approved 20 Nov 2026, 11:00."),
        (
            {
                "status": "rejected",
                "decided_at": "2026-11-20 10:00+00",
                "decision_note": "No source of funds.",
            },
            "Rejected 20 Nov 2026, 11:00. No source of funds. The units were released and nothing is owed.",
        ),
        ({"status": "cancelled", "decided_at": "2026-11-20 10:00+00"}, "Ended 20 Nov 2026, 11:00."),
    ],
)
def test_a_commitment_says_how_it_stands(alice_client, deal, owner, cast, columns, sentence):
    made = factories.add_commitment(
        owner, deal.id, cast.aldgate, 6000, selected_fee_plan_id=deal.fee_plan_id, **columns
    )
    page = alice_client.get(f"/commitments/{made}/")
    words = text_of(page)
    assert sentence in words
    assert "To pay at closing 179,550.00 USD" in words
    undecided = columns["status"] in ("submitted", "under_review")
    assert (f"/commitments/{made}/withdraw/" in page.content.decode()) == undecided


def test_a_commitment_past_its_limit_is_over_before_any_job_said_so(alice_client, deal, owner, cast):
    limit = {"decide_by": factories.in_days(-0.001), "status": "under_review"}
    made = factories.add_commitment(owner, deal.id, cast.aldgate, 500, **limit)
    page = alice_client.get(f"/commitments/{made}/")
    assert "The time for a decision ended" in text_of(page) and "nothing is owed" in text_of(page)
    assert f"/commitments/{made}/withdraw/" not in page.content.decode()
    assert "<h1>You’re all caught up</h1>" in alice_client.get("/").content.decode()
    assert 'name="units"' in alice_client.get(f"/deals/{deal.code}/").content.decode()


def test_a_colleague_reads_a_commitment_by_the_deals_name(bob_client, deal, owner, cast):
    made = factories.add_commitment(owner, deal.id, cast.aldgate, 500)
    words = text_of(bob_client.get(f"/commitments/{made}/"))
    assert "500 units of Northlight Secondary" in words
    assert "Withdraw" not in words and "Go to the deal" not in words


def test_foreign_and_missing_commitments_read_alike(mallory_client, deal, owner, cast):
    made = factories.add_commitment(owner, deal.id, cast.aldgate, 500)
    assert mallory_client.get(f"/commitments/{made}/").status_code == 404
    assert mallory_client.get(f"/commitments/{uuid.uuid4()}/").status_code == 404
    assert "No commitments yet" in text_of(mallory_client.get("/commitments/"))
