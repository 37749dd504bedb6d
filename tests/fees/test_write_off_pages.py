"""Write-offs in the pages: proposed on an invoice, decided in the queue, read by whoever owes it."""

from decimal import Decimal as D

import pytest

from audit.identity import acting_as
from fees.services import write_offs
from lib.db import NotAllowed
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, left, line, match, status
from tests.sql.write_offs import asked_about, everything, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def made(owner, cast, deal, account, app_connection):
    """An open invoice of Alice's investor about 100.00."""
    return invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, "100.00")


def proposed(owner):
    return value(owner, "select id from write_offs order by proposed_at desc limit 1")


def propose(client, invoice, amount="40.00", reason="In liquidation"):
    return client.post(f"/staff/invoices/{invoice}/write-off/", {"amount": amount, "reason": reason})


def approve(client, owner, write_off):
    ask = asked_about(owner, write_off)
    seen = value(owner, "select content_hash from approvals where id = %s", ask)
    return client.post(f"/staff/approvals/{ask}/approve/", {"seen": seen})


def test_from_the_invoice_to_what_the_investor_reads(owner, made, sam_client, ada_client, alice_client):
    page = text_of(sam_client.get(f"/staff/invoices/{made}/write-off/"))
    assert (
        "100.00 USD open" in page
        and "An administrator decides; above 100.00 USD for this investor within 30 days, two do" in page
        and "VAT" not in page
    )
    assert propose(sam_client, made).status_code == 303
    page = text_of(sam_client.get(f"/staff/invoices/{made}/"))
    assert "Awaiting approval" in page and "In liquidation" in page and "Sam Sutter" in page
    asked = text_of(ada_client.get(f"/staff/approvals/{asked_about(owner, proposed(owner))}/"))
    for said in ("Write-off", "40.00 USD", "60.00 USD of the invoice stays open", "no longer owes 40.00 USD"):
        assert said in asked
    assert approve(ada_client, owner, proposed(owner)).status_code in (200, 303)
    assert status(owner, made) == ("partial", D("60.00"))
    for page in (alice_client.get(f"/invoices/{made}/"), sam_client.get(f"/staff/invoices/{made}/")):
        assert "written off" in text_of(page).lower() and "40.00 USD" in text_of(page)
    assert "In liquidation" not in text_of(alice_client.get(f"/invoices/{made}/"))
    assert "Write-off" in text_of(alice_client.get("/invoices/statement/"))
    assert broken_rules(owner) == []


def test_what_can_not_be_written_off_is_said_and_what_was_typed_stays(owner, made, sam_client):
    before = everything(owner)[:-1]
    answer = propose(sam_client, made, "100.01")
    assert answer.status_code == 422 and "has less open than that" in text_of(answer)
    assert 'value="100.01"' in answer.content.decode() and "In liquidation" in answer.content.decode()
    answer = propose(sam_client, made, "40.00", "")
    assert answer.status_code == 422
    assert everything(owner)[:-1] == before
    propose(sam_client, made)
    answer = propose(sam_client, made, "10.00")
    assert answer.status_code == 409 and "already awaits approval" in text_of(answer)


def test_operations_see_no_button_and_are_told_why(owner, made, sam_client, ada_client):
    propose(ada_client, made)
    ask = asked_about(owner, proposed(owner))
    page = text_of(sam_client.get(f"/staff/approvals/{ask}/"))
    assert "Only an administrator decides this." in page
    assert approve(sam_client, owner, proposed(owner)).status_code in (403, 404)
    assert state_of(owner, proposed(owner)) == "proposed"


def test_an_invoice_that_changed_says_so(owner, cast, account, made, app_connection, sam_client, ada_client):
    propose(sam_client, made)
    match(app_connection(cast.sam), line(owner, account, "10.00"), (made, "10.00"))
    ask = asked_about(owner, proposed(owner))
    assert "90.00 USD is open now" in text_of(ada_client.get(f"/staff/approvals/{ask}/"))
    assert approve(ada_client, owner, proposed(owner)).status_code == 409
    assert state_of(owner, proposed(owner)) == "proposed"


def test_withdrawn_and_reversed_through_the_pages(owner, made, sam_client, ada_client):
    propose(sam_client, made)
    first = proposed(owner)
    assert sam_client.post(f"/staff/write-offs/{first}/withdraw/").status_code == 303
    assert state_of(owner, first) == "withdrawn"
    propose(sam_client, made)
    second = proposed(owner)
    approve(ada_client, owner, second)
    where = f"/staff/write-offs/{second}/reverse/"
    assert sam_client.get(where).status_code == 404
    assert "is open again by 40.00 USD" in text_of(ada_client.get(where))
    assert ada_client.post(where, {"reason": ""}).status_code == 422
    assert ada_client.post(where, {"reason": "They paid"}).status_code == 303
    again = ada_client.post(where, {"reason": "They paid"})
    assert again.status_code == 409 and "reversed already" in text_of(again)
    assert (state_of(owner, second), status(owner, made)) == ("reversed", ("sent", D("100.00")))
    assert "They paid" in text_of(sam_client.get(f"/staff/invoices/{made}/"))
    assert broken_rules(owner) == []


def test_a_credit_of_what_was_written_off_says_what_to_do(owner, made, sam_client, ada_client):
    propose(sam_client, made)
    approve(ada_client, owner, proposed(owner))
    answer = sam_client.post(f"/staff/invoices/{made}/credit/", {"line_1": "100.00", "reason": "Agreed"})
    assert answer.status_code == 422 and "reverse the write-off first" in text_of(answer)


def test_the_list_finds_them_and_counts_its_queries(owner, made, sam_client, ada_client, django_assert_max_num_queries):
    propose(sam_client, made)
    page = text_of(sam_client.get("/staff/write-offs/?status=proposed&q=Aldgate"))
    assert "40.00 USD" in page and "Awaiting approval" in page
    assert "No write-offs match" in text_of(sam_client.get("/staff/write-offs/?status=reversed"))
    assert "In liquidation" in sam_client.get("/staff/write-offs/?format=csv").content.decode()


def act(who, verb, **facts):
    with acting_as(who.id):
        return verb(acting_user=who.profile, **facts)


def test_a_payment_that_falls_short_is_matched_and_its_charges_proposed(owner, cast, account, made, sam_client):
    wire = line(owner, account, "95.00")
    facts = {"line_id": wire, "invoice_id": made, "amount": D("95.00"), "charges": D("5.00")}
    made_of = act(cast.sam, write_offs.match_with_charges, **facts)
    assert (status(owner, made), left(owner, wire)) == (("partial", D("5.00")), D("0.00"))
    row = "select kind, amount, reason from write_offs where id = %s"
    assert owner.execute(row, [made_of]).fetchone() == ("bank_fee", D("5.00"), "Bank charges")
    assert broken_rules(owner) == []


def test_more_than_the_tolerance_matches_nothing(owner, cast, account, made):
    wire = line(owner, account, "90.00")
    facts = {"line_id": wire, "invoice_id": made, "amount": D("90.00"), "charges": D("10.00")}
    before = everything(owner)
    with pytest.raises(write_offs.WriteOffRefused, match="tolerance of 5.00.USD"):
        act(cast.sam, write_offs.match_with_charges, **facts)
    with pytest.raises(NotAllowed):
        act(cast.rita, write_offs.match_with_charges, **facts)
    assert everything(owner) == before


def test_charges_from_the_page_of_a_line(owner, cast, account, made, app_connection, sam_client, ada_client):
    wire = line(owner, account, "95.00")
    match(app_connection(cast.sam), wire, (made, "95.00"))
    assert sam_client.post(f"/staff/invoices/{made}/bank-charges/{wire}/").status_code == 303
    assert approve(ada_client, owner, proposed(owner)).status_code in (200, 303)
    assert status(owner, made) == ("paid", D("0.00"))
