"""What follows a commitment, on the investor's pages: questions, decisions, and who acts for whom."""

import re
from decimal import Decimal

import pytest

from approvals.services import decide
from tests import factories
from tests.inventory.test_pages_reserve import commit, held, reserve, shown, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(alice_client, deal, owner):
    """Alice's commitment to 500 units, undecided."""
    commit(alice_client, held(alice_client, deal, owner, "500"))
    return factories.value(owner, "select id from deal_commitments")


@pytest.fixture
def decided(asked, owner, cast):
    """A decision of staff on it; small first commitments need one person only."""
    from audit.identity import acting_as

    def by(action, reason="", person=cast.ada):
        with acting_as(person.id):
            profile = person.profile
            approval = factories.value(owner, "select id from approvals where status = 'pending'")
            decide(acting_user=profile, approval_id=approval, action=action, reason=reason)

    return by


def test_a_question_of_staff_is_shown_and_answered_with_a_sentence(alice_client, asked, decided, owner):
    decided("revise", "Which account will pay?")
    words = text_of(alice_client.get(f"/commitments/{asked}/"))
    assert "The team requested changes." in words and "Which account will pay?" in words
    assert "Answer the team about Northlight Secondary" in text_of(alice_client.get("/"))
    silent = alice_client.post(f"/commitments/{asked}/answer/", {"note": "  "})
    assert silent.status_code == 422
    assert "Write a sentence, or choose another plan." in text_of(silent)
    page = shown(alice_client.get(f"/commitments/{asked}/answer/"))
    sent = alice_client.post(f"/commitments/{asked}/answer/", page | {"note": "The one in Zurich."}, follow=True)
    assert "Your answer is sent. The team decides next." in text_of(sent)
    assert factories.value(owner, "select status from deal_commitments") == "submitted"
    again = alice_client.post(f"/commitments/{asked}/answer/", {"note": "Again."})
    assert again.status_code == 422 and "Again." in again.text
    assert "This no longer needs an answer: it was already given, or the team decided." in text_of(again)
    empty = alice_client.post(f"/commitments/{asked}/answer/", {"note": ""})
    assert (empty.status_code, empty["Location"]) == (302, f"/commitments/{asked}/")


def test_a_question_is_answered_with_another_plan(alice_client, asked, decided, owner, deal):
    cheap = factories.add_fee_plan(owner, deal.id, "Classic", rate_bps=200, is_default=False)
    foreign = factories.add_fee_plan(
        owner, factories.add_deal(owner, "Other", code="other_deal"), "Foreign", rate_bps=0
    )
    decided("revise", "Another plan, please.")
    refused = alice_client.post(f"/commitments/{asked}/answer/", {"fee_plan": str(foreign)})
    assert refused.status_code == 422
    assert "Choose one of the plans of this deal." in text_of(refused)
    assert alice_client.post(f"/commitments/{asked}/answer/", {"fee_plan": str(cheap)}).status_code == 409
    assert factories.value(owner, "select status from deal_commitments") == "under_review"
    page = shown(alice_client.get(f"/commitments/{asked}/answer/"))
    assert alice_client.post(f"/commitments/{asked}/answer/", page | {"fee_plan": str(cheap)}).status_code == 303
    assert factories.value(owner, "select selected_fee_plan_id from deal_commitments") == cheap
    assert "To pay at closing 14,535.00 USD" in text_of(alice_client.get(f"/commitments/{asked}/"))


def test_once_approved_the_units_stand_in_the_portfolio(alice_client, asked, decided, deal):
    decided("approve")
    assert "The units are allocated and appear in your portfolio." in text_of(
        alice_client.get(f"/commitments/{asked}/")
    )
    words = text_of(alice_client.get("/portfolio/"))
    assert "500 14,250.00 USD no valuation yet" in words
    room = text_of(alice_client.get(f"/deals/{deal.code}/"))
    assert "Allocated 500 units" in room and "Reserve units" in room
    news = text_of(alice_client.get("/notices/"))
    assert "Your commitment to 500 units of Northlight Secondary is approved" in news


def test_a_rejection_is_told_with_its_reason(alice_client, bob_client, mallory_client, asked, decided, deal):
    decided("reject", "No source of funds.")
    room = text_of(alice_client.get(f"/deals/{deal.code}/"))
    assert re.search(r"Your commitment to 500 units was rejected on \d+ \w{3} \d{4}\. No source of funds\.", room)
    assert "10,000 of 10,000 units available" in room
    for client in (alice_client, bob_client):
        assert "No source of funds." in text_of(client.get("/notices/"))
    assert "No source of funds." not in text_of(mallory_client.get("/notices/"))


def test_units_in_approval_are_withdrawn_not_released(alice_client, asked, owner):
    hold = factories.value(owner, "select id from reservations")
    answer = alice_client.post(f"/reservations/{hold}/release/", follow=True)
    assert "These units are awaiting approval. To release them, withdraw the commitment." in text_of(answer)
    assert factories.value(owner, "select status from reservations") == "pending"


def test_withdrawing_after_the_decision_changes_nothing(alice_client, asked, decided, owner):
    decided("approve")
    answer = alice_client.post(f"/commitments/{asked}/withdraw/", follow=True)
    assert "This commitment was decided before you sent this. Nothing was changed." in text_of(answer)
    assert factories.value(owner, "select status from deal_commitments") == "approved"


def test_who_acts_for_two_investors_acts_in_a_room_for_its_one(alice_client, owner, cast, deal):
    second = factories.add_investor(owner, "Aldgate Foundation", users=[cast.alice.id])
    assert reserve(alice_client, deal, "500").status_code == 303
    assert factories.value(owner, "select investor_id from reservations") == cast.aldgate
    factories.add_hold(owner, deal.id, second, 77, lot_id=deal.lots["A"])
    words = text_of(alice_client.get("/reservations/"))
    assert "Northlight Secondary Aldgate Family Office 500" in words
    assert "Northlight Secondary Aldgate Foundation 77" in words
    foreign = factories.value(owner, "select id from reservations where investor_id = %s", second)
    assert alice_client.post(f"/reservations/{foreign}/release/").status_code == 404
    assert "1 item needs your attention" in text_of(alice_client.get("/"))


def test_the_same_words_in_german_with_german_figures(alice_client, deal, owner, cast):
    owner.execute("update profiles set language = 'de' where id = %s", [cast.alice.id])
    page = alice_client.get(f"/deals/{deal.code}/").content.decode()
    sent = {
        "price": re.search(r'name="price"\s+value="([^"]*)"', page)[1],
        "request_key": re.search(r'name="request_key"\s+value="([^"]*)"', page)[1],
    }
    assert Decimal(sent["price"]) == Decimal("28.5")
    refused = alice_client.post(f"/deals/{deal.code}/reserve/", sent | {"units": "6,000.5"})
    assert refused.status_code == 422
    assert alice_client.post(f"/deals/{deal.code}/reserve/", sent | {"units": "6.000,5"}).status_code == 303
    assert factories.value(owner, "select requested_units from reservations") == Decimal("6000.5")
