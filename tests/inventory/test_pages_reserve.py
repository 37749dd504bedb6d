"""Reserving in the deal room, as a browser does it. A refusal says what happened, keeps what was typed, and
changes nothing: no hold, no unit moved, no audit row."""

import re
import uuid
from decimal import Decimal

import pytest

from tests import factories
from tests.sql.holds import let_lapse

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(response) -> str:
    """The words of a page, without tags and with plain spaces."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    words = re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").replace("&#x27;", "'")
    return re.sub(r"\s+", " ", words)


def hidden(response, name: str) -> str:
    """The value of a hidden field as the page carries it."""
    return re.search(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())[1]


def reserve(client, deal, units, **fields):
    """Send the form as it stands in the room, with these units."""
    page = client.get(f"/deals/{deal.code}/")
    sent = {
        "price": hidden(page, "price"),
        "request_key": hidden(page, "request_key"),
        "units": units,
    } | fields
    return client.post(f"/deals/{deal.code}/reserve/", sent)


@pytest.fixture
def state(owner, deal):
    """Everything a refused request must leave as it was."""

    def read():
        return (
            factories.value(owner, "select count(*) from reservations"),
            factories.value(owner, "select sum(units_remaining) from share_lots"),
            factories.value(owner, "select count(*) from audit_log where action like 'hold%%'"),
        )

    return read


def test_reserving_places_one_hold_and_shows_its_clock(alice_client, deal, owner, cast):
    answer = reserve(alice_client, deal, "6,000")
    assert (answer.status_code, answer["Location"]) == (303, f"/deals/{deal.code}/")
    hold = owner.execute(
        "select investor_id, requested_units, proposed_unit_price, created_by from reservations"
    ).fetchone()
    assert hold == (cast.aldgate, Decimal(6000), Decimal("28.5"), cast.alice.id)
    page = alice_client.get(f"/deals/{deal.code}/")
    words = text_of(page)
    assert "6,000 units on hold for you" in words
    assert "171,000.00 USD" in words and "8,550.00 USD" in words and "179,550.00 USD" in words
    assert 1790 <= int(re.search(r'data-countdown="(\d+)"', page.content.decode())[1]) <= 1800
    assert "4,000 of 10,000 units available" in words


def test_a_double_click_is_one_reservation(alice_client, deal, owner):
    page = alice_client.get(f"/deals/{deal.code}/")
    sent = {"price": hidden(page, "price"), "request_key": hidden(page, "request_key"), "units": "500"}
    first = alice_client.post(f"/deals/{deal.code}/reserve/", sent)
    second = alice_client.post(f"/deals/{deal.code}/reserve/", sent)
    assert first.status_code == second.status_code == 303
    assert factories.value(owner, "select count(*) from reservations") == 1
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9500


def test_each_answer_comes_with_a_fresh_key(alice_client, deal):
    first, second = (hidden(alice_client.get(f"/deals/{deal.code}/"), "request_key") for _ in range(2))
    refused = reserve(alice_client, deal, "-1")
    assert len({first, second, hidden(refused, "request_key")}) == 3


def test_going_back_and_sending_other_units_under_the_same_key_is_refused(alice_client, deal, state):
    page = alice_client.get(f"/deals/{deal.code}/")
    sent = {"price": hidden(page, "price"), "request_key": hidden(page, "request_key")}
    assert alice_client.post(f"/deals/{deal.code}/reserve/", sent | {"units": "500"}).status_code == 303
    before = state()
    again = alice_client.post(f"/deals/{deal.code}/reserve/", sent | {"units": "600"})
    assert again.status_code == 422
    assert "This form was already submitted with other units, and nothing more was reserved." in text_of(again)
    assert 'value="600"' in again.content.decode()
    assert state() == before
    assert hidden(again, "request_key") != sent["request_key"]


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("", "Enter a number."),
        ("   ", "Enter a number."),
        ("-1", "Enter a number above 0."),
        ("0", "Enter a number above 0."),
        ("NaN", "Enter a number, such as 1,250.5."),
        ("Infinity", "Enter a number, such as 1,250.5."),
        ("1e400", "Enter a number, such as 1,250.5."),
        ("1e-9", "Enter a number, such as 1,250.5."),
        ("1,5", "Enter a number, such as 1,250.5."),
        ("١٢٣", "Enter a number, such as 1,250.5."),
        ("500.123456789", "Enter at most 8 decimals."),
        ("9" * 40, "This number is too large."),
        ("<b>6</b>", "Enter a number, such as 1,250.5."),
    ],
)
def test_what_is_no_usable_number_is_refused_beside_the_field(alice_client, deal, state, typed, sentence):
    before = state()
    answer = reserve(alice_client, deal, typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Please correct 1 field. Nothing was reserved." in text_of(answer)
    assert state() == before


def test_what_was_typed_stays_typed(alice_client, deal):
    answer = reserve(alice_client, deal, '1,5 "units"')
    assert 'value="1,5 &quot;units&quot;"' in answer.content.decode()


def test_a_price_other_than_the_offer_is_refused(alice_client, deal, owner, state):
    page = alice_client.get(f"/deals/{deal.code}/")
    owner.execute("update deals set offer_unit_price = 29 where id = %s", [deal.id])
    before = state()
    sent = {"price": hidden(page, "price"), "request_key": hidden(page, "request_key"), "units": "500"}
    answer = alice_client.post(f"/deals/{deal.code}/reserve/", sent)
    assert answer.status_code == 422
    assert (
        "The price is now 29.00 USD, not the one this page showed. Nothing was reserved: check it and submit again."
        in text_of(answer)
    )
    assert Decimal(hidden(answer, "price")) == 29
    assert state() == before


@pytest.mark.parametrize("price", ["", "0", "-28.50", "NaN", "28.5000001", "1e400", "28,50", "٢٨", "free"])
def test_a_forged_price_is_refused(alice_client, deal, state, price):
    before = state()
    answer = reserve(alice_client, deal, "500", price=price)
    assert answer.status_code == 422
    assert "The price is now 28.50 USD" in text_of(answer)
    assert state() == before


def test_more_than_is_free_says_how_many_are(alice_client, mallory_client, deal, state):
    assert reserve(mallory_client, deal, "8,300").status_code == 303
    before = state()
    answer = reserve(alice_client, deal, "6,000")
    assert answer.status_code == 422
    assert "Only 1,700 available. Enter 1,700 or less." in text_of(answer)
    assert 'value="6,000"' in answer.content.decode()
    assert state() == before


def test_sold_out_keeps_what_was_typed_and_says_so(alice_client, mallory_client, deal, state):
    assert reserve(mallory_client, deal, "10,000").status_code == 303
    before = state()
    answer = reserve(alice_client, deal, "6,000")
    words = text_of(answer)
    assert answer.status_code == 422
    assert "No units are available now. Nothing was reserved and nothing is owed. Your entry is still below." in words
    assert "0 of 10,000 units available" in words
    assert 'value="6,000"' in answer.content.decode()
    assert state() == before


def test_the_smallest_ticket_is_offered_in_whole_units(owner, alice_client, deal):
    """10,000.00 at 1,250.50 is 7.99680128 units: nobody types that."""
    terms = '{"min_ticket": "10000.00"}'
    owner.execute("update deals set offer_unit_price = 1250.50, lot_size = null, terms_schema = %s", [terms])
    page = alice_client.get(f"/deals/{deal.code}/").content.decode()
    assert re.search(r'name="units"[^>]*value="8"|value="8"[^>]*name="units"', page)


@pytest.mark.parametrize(
    "units, sentence",
    [
        ("499", "The minimum investment is 14,250.00 USD. Enter 500 or more."),
        ("1,001", "The maximum investment is 28,500.00 USD. Enter 1,000 or less."),
    ],
)
def test_tickets_bound_the_units(alice_client, deal, owner, state, units, sentence):
    terms = '{"min_ticket": "14250.00", "max_ticket": "28500.00"}'
    owner.execute("update deals set terms_schema = %s where id = %s", [terms, deal.id])
    before = state()
    answer = reserve(alice_client, deal, units)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert state() == before


@pytest.mark.parametrize(
    "smallest, units, sentence",
    [
        (None, "30", "Units are sold in multiples of 250. Enter 250."),
        ('"14000.00"', "30", "The minimum investment is 14,000.00 USD. Enter 500 or more."),
        ('"14000.00"', "600", "Units are sold in multiples of 250. Enter 500 or 750."),
    ],
)
def test_units_are_sold_in_multiples(alice_client, deal, owner, state, smallest, units, sentence):
    terms = f'{{"min_ticket": {smallest or "null"}, "max_ticket": "30000.00"}}'
    owner.execute("update deals set lot_size = 250, terms_schema = %s where id = %s", [terms, deal.id])
    before = state()
    page = text_of(alice_client.get(f"/deals/{deal.code}/"))
    assert ("From 500 to 1,000 units" if smallest else "Up to 1,000 units") in page
    answer = reserve(alice_client, deal, units)
    assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    assert state() == before


def test_fewer_units_free_than_are_sold_at_once(alice_client, deal, owner, state):
    owner.execute("update deals set lot_size = 250 where id = %s", [deal.id])
    owner.execute("update share_lots set status = 'held' where id <> %s", [deal.lots["C"]])
    owner.execute("update share_lots set units_total = 240, units_remaining = 240 where id = %s", [deal.lots["C"]])
    said = "Only 240 available; units are sold in multiples of 250."
    assert said in text_of(alice_client.get(f"/deals/{deal.code}/"))
    before = state()
    answer = reserve(alice_client, deal, "250")
    assert answer.status_code == 422 and said in text_of(answer)
    assert state() == before


def test_an_amount_that_rounds_to_nothing_is_said_beside_the_units(alice_client, deal, state):
    before = state()
    answer = reserve(alice_client, deal, "0.0001")
    assert answer.status_code == 422 and "This amount rounds to 0. Enter more units." in text_of(answer)
    assert state() == before


@pytest.mark.parametrize(
    "change, sentence",
    [
        ("status = 'draft'", "This deal is not open yet."),
        ("status = 'closed'", "This deal is closed."),
        ("status = 'cancelled'", "This deal was cancelled. Nothing is owed."),
        ("status = 'allocation_pending'", "The team is now allocating units."),
        ("close_at = now() - interval '1 second'", "Reservations ended"),
    ],
)
def test_a_deal_that_does_not_sell_refuses_and_shows_no_form(alice_client, deal, superuser, state, change, sentence):
    page = alice_client.get(f"/deals/{deal.code}/")
    superuser.execute("set session_replication_role = replica")  # the state at once, not the way there
    superuser.execute(f"update deals set {change} where id = %s", [deal.id])
    before = state()
    sent = {"price": hidden(page, "price"), "request_key": hidden(page, "request_key"), "units": "500"}
    answer = alice_client.post(f"/deals/{deal.code}/reserve/", sent)
    words = text_of(answer)
    assert answer.status_code == 422
    assert "Nothing was reserved. This deal does not take reservations now." in words
    assert sentence in words
    assert 'name="units"' not in answer.content.decode()
    assert state() == before


def test_without_valid_kyc_one_may_look_but_not_reserve(alice_client, deal, owner, cast, state):
    page = alice_client.get(f"/deals/{deal.code}/")
    owner.execute("update investors set kyc_status = 'in_review' where id = %s", [cast.aldgate])
    before = state()
    looked = alice_client.get(f"/deals/{deal.code}/")
    assert "You can view this deal but not reserve yet" in text_of(looked)
    assert "The identity check of Aldgate Family Office is not complete." in text_of(looked)
    assert 'name="units"' not in looked.content.decode()
    sent = {"price": hidden(page, "price"), "request_key": hidden(page, "request_key"), "units": "500"}
    answer = alice_client.post(f"/deals/{deal.code}/reserve/", sent)
    assert answer.status_code == 422
    assert "The identity check of this investor is not complete." in text_of(answer)
    assert state() == before


def test_strangers_and_outside_members_get_the_same_404(deal, sign_in, cast, state):
    before = state()
    sent = {"price": "28.500000", "request_key": str(uuid.uuid4()), "units": "500"}
    for person in (cast.bob, cast.larry, cast.ingrid):
        client = sign_in(person)
        assert client.post(f"/deals/{deal.code}/reserve/", sent).status_code == 404
        assert client.post("/deals/no_such_deal/reserve/", sent).status_code == 404
    assert state() == before


def test_opening_the_address_of_an_answered_form_leads_to_the_room(alice_client, deal):
    answer = alice_client.get(f"/deals/{deal.code}/reserve/")
    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.code}/")


def test_without_javascript_the_server_shows_what_one_would_pay(alice_client, deal, state):
    before = state()
    answer = reserve(alice_client, deal, "6,000", preview="1")
    words = text_of(answer)
    assert answer.status_code == 200
    assert "6,000 units at 28.50 171,000.00 USD" in words
    assert "Subscription fee 5 % 8,550.00 USD You would pay 179,550.00 USD" in words
    assert 'value="6,000"' in answer.content.decode()
    assert state() == before


def test_what_is_typed_is_costed_by_the_server_too(alice_client, deal):
    answer = alice_client.get(f"/deals/{deal.code}/cost/?units=6,000")
    assert "You would pay 179,550.00 USD" in text_of(answer)
    assert alice_client.get(f"/deals/{deal.code}/cost/?units=abc").status_code == 204


# --- fees at exit

CLASSIC = [
    {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 200},
    {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 150, "frequency": "annual"},
    {
        "kind": "performance",
        "calc_method": "percent_of_profit",
        "rate_bps": 2000,
        "hurdle_rate_bps": 800,
        "frequency": "on_exit",
    },  # fmt: skip
]


@pytest.fixture
def classic(owner, deal):
    plan_id = factories.insert(owner, "fee_plans", deal_id=deal.id, name="Classic")
    for fee in CLASSIC:
        factories.insert(owner, "fee_components", fee_plan_id=plan_id, **fee)
    return plan_id


def test_the_room_shows_what_each_plan_comes_to_at_exit(alice_client, deal, classic):
    """For 100 units, 2,850.00: at twice the amount after 5 years, 20 % of 2,850.00 less 1,140.00."""
    page = text_of(alice_client.get(f"/deals/{deal.code}/?units=100"))
    assert "Sold after 5 years at" in page
    assert "612.75 At purchase 57.00 Annual fees 213.75 Carried interest 342.00 Net result +2,237.25" in page
    assert "142.50 At purchase 142.50 Net result −142.50" in page
    assert "No break-even: All-in 5 % costs less than Classic at every exit." in page


def test_the_reader_says_after_how_many_years(alice_client, deal, classic):
    page = text_of(alice_client.get(f"/deals/{deal.code}/?units=100&years=1"))
    assert "Sold after 1 year at" in page
    sentence = "Classic costs less up to an exit at 1.16×, where both cost the same; above it, All-in 5 % does."
    assert sentence in page
    typed = text_of(alice_client.get(f"/deals/{deal.code}/cost/?units=1,000&years=1"))
    assert sentence in typed and "57,000.00 USD" in typed


@pytest.mark.parametrize("years", ["0", "31", "-2", "1.5", "x", "", "NaN"])
def test_years_that_are_none_are_said_and_change_nothing(alice_client, deal, years):
    answer = alice_client.get(f"/deals/{deal.code}/", {"units": "100", "years": years})
    assert answer.status_code == 200
    assert "Sold after 5 years at" in text_of(answer) and 'id="id_years_error"' in answer.content.decode()


def test_the_commit_page_shows_the_units_of_the_hold_at_exit(alice_client, deal, owner):
    reserve(alice_client, deal, "500")
    hold_id = factories.value(owner, "select id from reservations")
    page = text_of(alice_client.get(f"/reservations/{hold_id}/commit/?years=2"))
    assert "Sold after 2 years at" in page and "28,500.00 USD" in page and "Net result +13,537.50" in page


# --- holds


def test_releasing_gives_the_units_back_once(alice_client, deal, owner):
    reserve(alice_client, deal, "500")
    hold_id = factories.value(owner, "select id from reservations")
    first = alice_client.post(f"/reservations/{hold_id}/release/", follow=True)
    assert "500 units were released. Nothing is owed." in text_of(first)
    second = alice_client.post(f"/reservations/{hold_id}/release/")
    assert second.status_code == 303
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 10_000
    assert factories.value(owner, "select status from reservations") == "cancelled"


def test_a_colleague_sees_the_hold_but_cannot_act_on_it(alice_client, sign_in, cast, deal, owner):
    reserve(alice_client, deal, "500")
    hold_id = factories.value(owner, "select id from reservations")
    bob = sign_in(cast.bob)
    listed = bob.get("/reservations/")
    assert "Northlight Secondary 500" in text_of(listed)
    assert f"/deals/{deal.code}/" not in listed.content.decode()
    assert f"/reservations/{hold_id}/" not in listed.content.decode()
    assert bob.post(f"/reservations/{hold_id}/release/").status_code == 404
    assert bob.get(f"/reservations/{hold_id}/commit/").status_code == 404
    assert factories.value(owner, "select status from reservations") == "pending"


def test_another_investor_knows_nothing_of_the_hold(alice_client, mallory_client, deal, owner):
    reserve(alice_client, deal, "500")
    hold_id = factories.value(owner, "select id from reservations")
    assert "500" not in text_of(mallory_client.get("/reservations/"))
    for path in (f"/reservations/{hold_id}/release/", f"/reservations/{uuid.uuid4()}/release/"):
        assert mallory_client.post(path).status_code == 404
    assert factories.value(owner, "select status from reservations") == "pending"


def test_a_lapsed_hold_says_so_before_any_job_ran(alice_client, deal, owner):
    let_lapse(owner, held(alice_client, deal, owner))
    page = alice_client.get(f"/deals/{deal.code}/")
    words = text_of(page)
    assert re.search(r"Your hold ended at \d\d:\d\d CET\. Nothing is owed\. 10,000 units are available\.", words)
    assert "10,000 of 10,000 units available" in words
    assert 'name="units"' in page.content.decode()
    assert "Lapsed" in text_of(alice_client.get("/reservations/"))


# --- caps


def test_the_room_says_the_caps_what_is_left_of_them_and_what_to_do(alice_client, deal, owner):
    owner.execute("""update deals set max_holds = 2, terms_schema = '{"max_ticket": "28500.00"}'""")
    reserve(alice_client, deal, "600")
    words = text_of(alice_client.get(f"/deals/{deal.code}/"))
    assert "Up to 2 holds at a time on this deal; you can have 1 more." in words
    assert (
        "Of the maximum investment, 28,500.00 USD, you have used 17,100.00 USD with holds, commitments and allocations;"
        in words
    )
    assert "11,400.00 USD is left." in words and "Up to 400 units" in words
    refused = reserve(alice_client, deal, "401")
    assert refused.status_code == 422
    assert (
        "The maximum investment is 28,500.00 USD, and you have used 17,100.00 USD of it. Enter 400 or less."
        in text_of(refused)
    )
    reserve(alice_client, deal, "1")
    refused = reserve(alice_client, deal, "1")
    assert refused.status_code == 422
    assert (
        "The investor already has the maximum number of holds on this deal. Nothing was reserved: commit or"
        in text_of(refused)
    )
    assert factories.value(owner, "select sum(requested_units) from reservations") == 601


# --- commit


def held(client, deal, owner, units="6,000"):
    reserve(client, deal, units)
    return factories.value(
        owner, "select id from reservations where status = 'pending' order by created_at desc limit 1"
    )


def shown(page) -> dict[str, str]:
    """What the form carries of what it showed, by plan."""
    return dict(re.findall(r'name="(shown_[^"]*)"\s+value="([^"]*)"', page.content.decode()))


def commit(client, hold_id, **fields):
    page = client.get(f"/reservations/{hold_id}/commit/")
    plan = re.search(r'name="fee_plan"\s+value="([^"]*)"', page.content.decode())[1]
    sent = {"fee_plan": plan, "request_key": hidden(page, "request_key")} | shown(page) | fields
    return client.post(f"/reservations/{hold_id}/commit/", sent)


def test_committing_asks_for_approval_and_says_until_when(alice_client, deal, owner):
    hold_id = held(alice_client, deal, owner)
    page = text_of(alice_client.get(f"/reservations/{hold_id}/commit/"))
    assert "Commit to 6,000 units" in page and "All-in 5 % 179,550.00 USD" in page
    assert "Your 6,000 units stay on hold until a decision is made, for up to 14 days, with no countdown." in page
    answer = commit(alice_client, hold_id)
    commitment_id = factories.value(owner, "select id from deal_commitments")
    assert (answer.status_code, answer["Location"]) == (303, f"/commitments/{commitment_id}/")
    shown = alice_client.get(answer["Location"])
    assert re.search(r"Awaiting approval\. The team decides by \w{3} \d+ \w{3} \d{4}, \d\d:\d\d CET\.", text_of(shown))
    assert "data-countdown" not in shown.content.decode()
    room = alice_client.get(f"/deals/{deal.code}/")
    assert "6,000 units awaiting approval" in text_of(room) and "data-countdown" not in room.content.decode()


def test_committing_twice_is_one_commitment(alice_client, deal, owner):
    hold_id = held(alice_client, deal, owner)
    page = alice_client.get(f"/reservations/{hold_id}/commit/")
    plan = re.search(r'name="fee_plan"\s+value="([^"]*)"', page.content.decode())[1]
    sent = {"fee_plan": plan, "request_key": hidden(page, "request_key")} | shown(page)
    first = alice_client.post(f"/reservations/{hold_id}/commit/", sent)
    second = alice_client.post(f"/reservations/{hold_id}/commit/", sent)
    assert first["Location"] == second["Location"]
    assert factories.value(owner, "select count(*) from deal_commitments") == 1


def test_a_hold_that_lapsed_meanwhile_cannot_be_committed(alice_client, deal, owner):
    hold_id = held(alice_client, deal, owner)
    page = alice_client.get(f"/reservations/{hold_id}/commit/")
    let_lapse(owner, hold_id)
    plan = re.search(r'name="fee_plan"\s+value="([^"]*)"', page.content.decode())[1]
    answer = alice_client.post(
        f"/reservations/{hold_id}/commit/", {"fee_plan": plan, "request_key": hidden(page, "request_key")}
    )
    assert answer.status_code == 422
    assert re.search(
        r"Your hold ended at \d\d:\d\d CET\. Nothing is owed\. 10,000 units are available\.", text_of(answer)
    )
    assert factories.value(owner, "select count(*) from deal_commitments") == 0


def test_a_plan_of_another_deal_is_refused(alice_client, deal, owner):
    other = factories.add_deal(owner, "Other", code="other_deal", vehicle_id=deal.vehicle_id)
    plan = factories.add_fee_plan(owner, other, "Cheap", rate_bps=0)
    hold_id = held(alice_client, deal, owner)
    answer = commit(alice_client, hold_id, fee_plan=str(plan))
    assert answer.status_code == 422
    assert "Choose one of the plans of this deal." in text_of(answer)
    assert factories.value(owner, "select count(*) from deal_commitments") == 0


def test_committing_another_hold_says_the_sum_before_the_button(alice_client, deal, owner):
    commit(alice_client, held(alice_client, deal, owner, "500"))
    second = held(alice_client, deal, owner, "600")
    page = text_of(alice_client.get(f"/reservations/{second}/commit/"))
    assert "Add 600 units to your commitment" in page
    assert (
        "500 units, awaiting approval 14,250.00 USD 600 units at 28.50 17,100.00 USD 1,100 units in all 31,350.00 USD"
        in page
    )
    assert "This adds 600 units to the 500 awaiting approval: one commitment to 1,100 units replaces" in page
    assert "All-in 5 % 32,917.50 USD" in page and "Commit to 1,100 units in all" in page
    answer = commit(alice_client, second)
    rows = owner.execute("select id, requested_units, status from deal_commitments order by created_at").fetchall()
    assert [row[1:] for row in rows] == [(Decimal(500), "cancelled"), (Decimal(1100), "submitted")]
    assert answer["Location"] == f"/commitments/{rows[1][0]}/"
    earlier = alice_client.get(f"/commitments/{rows[0][0]}/")
    assert re.search(r"Replaced \d+ \w{3} \d{4}, \d\d:\d\d\. Units were added or removed", text_of(earlier))
    assert f'href="/commitments/{rows[1][0]}/"' in earlier.text
    assert "The units were released" not in text_of(earlier)
    assert "Replaced" in text_of(alice_client.get("/commitments/"))
    assert "Your commitment to Northlight Secondary was increased by 600 units to 1,100" in text_of(
        alice_client.get("/notices/")
    )


def test_a_hold_at_another_price_says_what_to_do_instead(alice_client, deal, owner, cast):
    commit(alice_client, held(alice_client, deal, owner, "500"))
    owner.execute("update deals set offer_unit_price = 29")
    second = held(alice_client, deal, owner, "600")
    page = alice_client.get(f"/reservations/{second}/commit/")
    assert "Your commitment to 500 units at 28.50 USD is awaiting approval." in text_of(page)
    assert "Wait for the decision, or withdraw that commitment, and then commit this hold." in text_of(page)
    assert "Commit to" not in text_of(page).split("Back to the deal")[0].split("Commit to 600 units", 1)[-1]
    sent = {"fee_plan": str(deal.fee_plan_id), "request_key": hidden(page, "request_key")} | shown(page)
    answer = alice_client.post(f"/reservations/{second}/commit/", sent)
    assert answer.status_code == 422
    assert (
        "A commitment at another price is awaiting approval, and all units of a commitment have the same price."
        in text_of(answer)
    )
    assert factories.value(owner, "select count(*) from deal_commitments") == 1


def test_withdrawing_an_earlier_one_from_an_open_page_changes_nothing(alice_client, deal, owner):
    commit(alice_client, held(alice_client, deal, owner, "500"))
    first = factories.value(owner, "select id from deal_commitments")
    commit(alice_client, held(alice_client, deal, owner, "600"))
    answer = alice_client.post(f"/commitments/{first}/withdraw/", follow=True)
    assert "This commitment was replaced before you sent this. Nothing was changed" in text_of(answer)
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 8_900


# --- bound to what was shown


def _set_fees(superuser, rate_bps: int) -> None:
    """Another rate, past the guards of plans that are in use; triggers stay as they are for the tests that follow."""
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update fee_components set rate_bps = %s", [rate_bps])
    superuser.execute("set session_replication_role = origin")


def test_fees_that_moved_since_the_page_was_opened_take_nothing_and_stand_side_by_side(
    alice_client, deal, owner, superuser
):
    """The page says 5 %, 712.50; staff set 9 %; the open page is sent; then the new is agreed to."""
    hold = held(alice_client, deal, owner, "500")
    page = alice_client.get(f"/reservations/{hold}/commit/")
    sent = {"fee_plan": str(deal.fee_plan_id), "request_key": hidden(page, "request_key")} | shown(page)
    _set_fees(superuser, 900)
    answer = alice_client.post(f"/reservations/{hold}/commit/", sent)
    assert answer.status_code == 409
    words = text_of(answer)
    assert "The price or fees changed after you opened this page. Nothing was submitted." in words
    assert "Subscription fee 5 %, 712.50 USD 9 %, 1,282.50 USD" in words
    assert "To pay at closing 14,962.50 USD 15,532.50 USD" in words
    assert factories.value(owner, "select count(*) from deal_commitments") == 0
    assert factories.value(owner, "select count(*) from term_sheets") == 0
    again = {"fee_plan": str(deal.fee_plan_id), "request_key": hidden(answer, "request_key")} | shown(answer)
    assert alice_client.post(f"/reservations/{hold}/commit/", again).status_code == 303
    assert factories.value(owner, "select terms_data ->> 'wire' from term_sheets") == "15532.50"


@pytest.mark.parametrize("forged", ["", "x", "remove"])
def test_a_form_that_carries_nothing_that_was_shown_takes_nothing(alice_client, deal, owner, forged):
    hold = held(alice_client, deal, owner, "500")
    page = alice_client.get(f"/reservations/{hold}/commit/")
    sent = {"fee_plan": str(deal.fee_plan_id), "request_key": hidden(page, "request_key")}
    if forged != "remove":
        sent |= dict.fromkeys(shown(page), forged)
    assert alice_client.post(f"/reservations/{hold}/commit/", sent).status_code == 409
    assert factories.value(owner, "select count(*) from deal_commitments") == 0


def test_another_tab_that_added_meanwhile_is_shown_before_more_is_taken(alice_client, deal, owner):
    first, second = held(alice_client, deal, owner, "500"), held(alice_client, deal, owner, "600")
    page = alice_client.get(f"/reservations/{second}/commit/")
    sent = {"fee_plan": str(deal.fee_plan_id), "request_key": hidden(page, "request_key")} | shown(page)
    commit(alice_client, first)
    answer = alice_client.post(f"/reservations/{second}/commit/", sent)
    assert answer.status_code == 409
    assert "Units 600 1,100" in text_of(answer)
    assert factories.value(owner, "select requested_units from deal_commitments") == 500


# --- reduce


@pytest.fixture
def asked(alice_client, deal, owner):
    commit(alice_client, held(alice_client, deal, owner, "500"))
    return factories.value(owner, "select id from deal_commitments")


def test_reducing_shows_what_follows_and_does_it_once_confirmed(alice_client, asked, owner):
    assert "Keep fewer units" in text_of(alice_client.get(f"/commitments/{asked}/"))
    before = text_of(alice_client.get(f"/commitments/{asked}/reduce/"))
    assert "Your commitment is for 500 units, 14,250.00 USD." in before
    page = alice_client.post(f"/commitments/{asked}/reduce/", {"units": "120"})
    assert page.status_code == 200
    words = text_of(page)
    assert "Keep 120 units of Northlight Secondary?" in words
    assert "Current units 500 Released immediately 380 Units you keep 120 120 units at 28.50 3,420.00 USD" in words
    assert "To pay at closing 3,591.00 USD" in words
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_500
    sent = {"units": hidden(page, "units"), "confirm": hidden(page, "confirm")} | shown(page)
    done = alice_client.post(f"/commitments/{asked}/reduce/", sent)
    new = factories.value(owner, "select id from deal_commitments where status = 'submitted'")
    assert (done.status_code, done["Location"]) == (303, f"/commitments/{new}/")
    assert "Your commitment is now for 120 units. The rest was released." in text_of(alice_client.get(done["Location"]))
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_880
    again = alice_client.post(f"/commitments/{asked}/reduce/", sent)
    assert again["Location"] == f"/commitments/{new}/"
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_880
    assert "was reduced to 120 units" in text_of(alice_client.get("/notices/"))


@pytest.mark.parametrize(
    "units, words",
    [
        ("", "Enter a number."),
        ("500", "Enter fewer than your current 500 units."),
        ("x", "Enter a number, such as 1,250.5."),
        ("99", "This is below the deal’s minimum investment."),
        ("101", "Units are sold in multiples"),
    ],
)
def test_a_reduction_that_cannot_be_says_why(alice_client, asked, owner, units, words):
    owner.execute('update deals set lot_size = 2, terms_schema = \'{"min_ticket": "2850.00"}\'')
    answer = alice_client.post(f"/commitments/{asked}/reduce/", {"units": units, "confirm": "yes"})
    assert answer.status_code == 422
    assert words in text_of(answer) and "Nothing was changed." in text_of(answer)
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_500


def test_a_reduction_takes_nothing_when_its_fees_moved_since_they_were_shown(alice_client, asked, owner, superuser):
    """The page says 5 % of 3,420.00; staff set 9 %; the open page is sent; then the new is agreed to."""
    page = alice_client.post(f"/commitments/{asked}/reduce/", {"units": "120"})
    sent = {"units": "120", "confirm": "yes"}
    _set_fees(superuser, 900)
    for forged in (sent | shown(page), sent, sent | dict.fromkeys(shown(page), "x")):
        answer = alice_client.post(f"/commitments/{asked}/reduce/", forged)
        assert answer.status_code == 409
        assert "The price or fees changed after you opened this page. Nothing was submitted." in text_of(answer)
        assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_500
        assert factories.value(owner, "select count(*) from deal_commitments") == 1
    answer = alice_client.post(f"/commitments/{asked}/reduce/", sent | shown(page))
    assert "Subscription fee 5 %, 171.00 USD 9 %, 307.80 USD" in text_of(answer)
    assert alice_client.post(f"/commitments/{asked}/reduce/", sent | shown(answer)).status_code == 303
    wire = "select terms_data ->> 'wire' from term_sheets order by version desc limit 1"
    assert factories.value(owner, wire) == "3727.80"


def test_reducing_what_was_decided_meanwhile_changes_nothing(alice_client, asked, owner):
    owner.execute("update deal_commitments set status = 'approved', decided_at = now()")
    answer = alice_client.post(f"/commitments/{asked}/reduce/", {"units": "120", "confirm": "yes"})
    assert answer.status_code == 422
    assert "This commitment was decided before you sent this. Nothing was changed." in text_of(answer)
    assert alice_client.get(f"/commitments/{asked}/reduce/")["Location"] == f"/commitments/{asked}/"


def test_withdrawing_gives_the_units_back(alice_client, deal, owner):
    commit(alice_client, held(alice_client, deal, owner))
    commitment_id = factories.value(owner, "select id from deal_commitments")
    asked = text_of(alice_client.get(f"/commitments/{commitment_id}/withdraw/"))
    assert "This immediately releases 6,000 units for 171,000.00 USD, for others to reserve. Nothing is owed." in asked
    done = alice_client.post(f"/commitments/{commitment_id}/withdraw/", follow=True)
    assert "Your commitment is withdrawn. Its units were released and nothing is owed." in text_of(done)
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 10_000


def test_foreign_and_unknown_commitments_answer_alike(mallory_client, bob_client, alice_client, deal, owner):
    commit(alice_client, held(alice_client, deal, owner))
    commitment_id = factories.value(owner, "select id from deal_commitments")
    for path in ("", "withdraw/", "reduce/", "answer/"):
        assert mallory_client.get(f"/commitments/{commitment_id}/{path}").status_code == 404
        assert mallory_client.get(f"/commitments/{uuid.uuid4()}/{path}").status_code == 404
    assert mallory_client.post(f"/commitments/{commitment_id}/withdraw/").status_code == 404
    assert bob_client.post(f"/commitments/{commitment_id}/withdraw/").status_code == 404
    assert "6,000 units" in text_of(bob_client.get(f"/commitments/{commitment_id}/"))
    assert factories.value(owner, "select status from deal_commitments") == "submitted"
