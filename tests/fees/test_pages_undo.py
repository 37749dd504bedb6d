"""Undoing an allocation through the pages: listed before it is asked, decided by two, and read by whom it concerns."""

import pytest

from audit.identity import acting_as
from notifications.mail import message_of
from notifications.models import Notice
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.commitments import committed, decide
from tests.sql.exits import approval_about
from tests.sql.invoices import accrue, pay, ready
from tests.sql.undo import FUNDS, given, undo

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"reason": "The buyer never paid"}


def page_of(allocation):
    return f"/staff/deals/northlight_2027/allocations/{allocation}/undo/"


@pytest.fixture
def allocation(owner, cast, deal, app_connection):
    """500 units of Aldgate's, of which 10,000.00 is paid."""
    ready(app_connection, cast)
    made = given(owner, cast, deal, app_connection)
    pay(owner, value(owner, FUNDS, made), "10000.00")
    return made


def hold_of(owner, allocation):
    return value(owner, "select reservation_id from allocations where id = %s", allocation)


def approve(client, owner, made, **headers):
    asked = approval_about(owner, made)
    seen = value(owner, "select content_hash from approvals where id = %s", asked)
    return client.post(f"/staff/approvals/{asked}/approve/", {"seen": seen}, follow=True)


def test_what_will_happen_is_listed_before_it_is_asked(owner, cast, deal, allocation, sam_client):
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    number = value(owner, "select number from invoices where kind = 'invoice'")
    book = sam_client.get(f"/staff/deals/northlight_2027/book/{hold_of(owner, allocation)}/")
    assert page_of(allocation) in book.text
    page = text_of(sam_client.get(page_of(allocation)))
    for line in (
        "500 units go back to their lots (A: 500) and can be reserved immediately.",
        "Units and cost leave the position of Aldgate Family Office",
        "Management fee of 71.05 USD, accrued and not invoiced, is voided.",
        "Margin of 1,750.00 USD, accrued and not invoiced, is voided.",
        f"Invoice {number} is credited in full: 14,962.50 USD.",
        "10,000.00 USD that was paid becomes the investor’s credit.",
    ):
        assert line in page
    assert value(owner, "select count(*) from allocation_undos") == 0


def test_from_a_proposal_to_each_reader(
    owner, cast, allocation, sam_client, ada_client, abe_client, alice_client, mallory_client
):
    answer = sam_client.post(page_of(allocation), REASON)
    assert (answer.status_code, answer["Location"]) == (303, page_of(allocation))
    made = value(owner, "select id from allocation_undos")
    asked = approval_about(owner, made)
    waits = sam_client.get(page_of(allocation))
    assert "awaits approval" in text_of(waits) and f"/staff/approvals/{asked}/" in waits.text
    assert "Propose to undo" not in waits.text
    own = text_of(sam_client.get(f"/staff/approvals/{asked}/"))
    assert "undone by two people, whatever it amounts to" in own and "no earlier approval" not in own
    assert "If two people approve" in own and "is credited in full" in own and "The buyer never paid" in own
    assert "another person decides next" in approve(ada_client, owner, made).text.lower()
    assert "the allocation is undone; 500 units are available again" in text_of(approve(abe_client, owner, made))
    assert "Undone" in text_of(sam_client.get("/staff/deals/northlight_2027/allocations/"))
    assert "This allocation is undone" in text_of(sam_client.get(page_of(allocation)))
    assert "Aldgate" not in text_of(sam_client.get("/staff/deals/northlight_2027/book/")).split("Book")[-1]
    assert "Undone" in text_of(sam_client.get("/staff/deals/northlight_2027/book/?show=ended"))

    commitment = value(owner, "select id from deal_commitments")
    page = text_of(alice_client.get(f"/commitments/{commitment}/"))
    assert "The buyer never paid" in page and "What was invoiced for them is credited" in page
    assert "Withdrawn" not in page
    assert "Undone" in text_of(alice_client.get("/commitments/"))
    assert "Undone" in text_of(alice_client.get("/portfolio/"))
    assert "Undone" in text_of(alice_client.get("/reservations/"))
    assert "Your allocation of 500 units of Northlight Secondary was undone" in text_of(alice_client.get("/notices/"))
    assert "undone" not in text_of(mallory_client.get("/notices/"))


def test_half_of_a_commitment_is_said_beside_the_rest(owner, cast, deal, app_connection, alice_client):
    ready(app_connection, cast)
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    it = committed(owner, alice, deal, cast.aldgate, 50)
    decide(app_connection(cast.abe), it.approval)
    undo(owner, cast, app_connection, value(owner, "select id from allocations where units = 50"))
    page = text_of(alice_client.get(f"/commitments/{it.id}/"))
    assert "The allocation of 50 units was undone" in page and "Approved" in page


def test_a_reason_is_needed(owner, allocation, sam_client):
    answer = sam_client.post(page_of(allocation), {"reason": " "})
    assert answer.status_code == 422 and value(owner, "select count(*) from allocation_undos") == 0


def test_a_proposal_is_taken_back_where_it_waits(owner, allocation, sam_client, rita_client, mallory_client):
    withdraw = f"{page_of(allocation)}withdraw/"
    assert sam_client.post(withdraw).status_code == 404
    sam_client.post(page_of(allocation), REASON)
    assert f'formaction="{withdraw}"' in sam_client.get(page_of(allocation)).text
    assert mallory_client.post(withdraw).status_code == 404
    rita_client.post(withdraw)
    assert value(owner, "select status from allocation_undos") == "proposed"
    page = sam_client.post(withdraw, follow=True)
    assert "The proposal is withdrawn. The allocation stays as it is." in text_of(page)
    assert "Propose to undo" in page.text and "awaits approval" not in page.text
    assert value(owner, "select status from allocation_undos") == "withdrawn"


def test_what_is_settled_is_said_and_refused(owner, cast, allocation, sam_client):
    pay(owner, value(owner, FUNDS, allocation), "4962.50")
    page = sam_client.get(page_of(allocation))
    assert "Its funding invoice is paid" in text_of(page) and "Propose to undo" not in page.text
    answer = sam_client.post(page_of(allocation), REASON)
    assert answer.status_code == 409 and value(owner, "select count(*) from allocation_undos") == 0


def test_whoever_approves_too_late_reads_why(owner, cast, allocation, sam_client, ada_client, abe_client):
    sam_client.post(page_of(allocation), REASON)
    made = value(owner, "select id from allocation_undos")
    approve(ada_client, owner, made)
    pay(owner, value(owner, FUNDS, allocation), "4962.50")
    answer = approve(abe_client, owner, made)
    assert "The funding invoice is paid, so this allocation can no longer be undone" in text_of(answer)
    assert value(owner, "select status from allocations") == "settled"


def test_the_page_is_quick_whatever_was_billed(
    owner, cast, deal, allocation, sam_client, django_assert_max_num_queries
):
    for n in range(12):
        accrue(owner, deal, cast.aldgate, f"{n + 1}.00", allocation_id=allocation, occasion=str(n))
    with django_assert_max_num_queries(30):
        assert sam_client.get(page_of(allocation)).status_code == 200


def test_mails_say_what_happened_and_why(owner, cast, allocation, app_connection):
    undo(owner, cast, app_connection, allocation)
    with acting_as(cast.alice.id):
        told = message_of(Notice.objects.select_related("user").get(kind="allocation.undone"))
    assert told.subject == "Your allocation of Northlight Secondary was undone"
    assert "500 units, 14,250.00\xa0USD without fees" in told.body and "The reason: The buyer never paid" in told.body
    with acting_as(cast.sam.id):
        told = message_of(Notice.objects.select_related("user").get(kind="approval.undone"))
    assert told.subject == "The allocation of Aldgate Family Office on Northlight Secondary was undone"
    assert "/staff/approvals/" in told.body


def test_a_draft_that_was_undone_is_listed_no_more(owner, cast, deal, app_connection, sam_client):
    made = given(owner, cast, deal, app_connection)
    draft = value(owner, "select id from invoices")
    assert "Aldgate" in text_of(sam_client.get("/staff/invoices/"))
    undo(owner, cast, app_connection, made)
    assert "Aldgate" not in text_of(sam_client.get("/staff/invoices/"))
    page = sam_client.get(f"/staff/invoices/{draft}/")
    assert "This draft is never issued" in text_of(page) and "/issue/" not in page.text and "/credit/" not in page.text
    ready(app_connection, cast)
    answer = sam_client.post(f"/staff/invoices/{draft}/issue/", follow=True)
    assert "nothing is asked for" in text_of(answer)
