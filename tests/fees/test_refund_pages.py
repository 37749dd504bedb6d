"""Refunds in the pages, from an investor's credit to the file that the bank pays and the line by which it did."""

import pytest
from lxml import etree

from audit.identity import acting_as
from fees.models import BankTransaction
from fees.selectors import refunds_for_line
from fees.services import refunds
from lib.db import NotAllowed
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.firm import record_billing
from tests.sql.holds import broken_rules
from tests.sql.invoices import balances, ready
from tests.sql.matches import line, match
from tests.sql.refunds import PAYEE, approved, everything, overpaid, paid_by, status_of
from tests.sql.write_offs import asked_about

pytestmark = pytest.mark.django_db(transaction=True)
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def wire(owner, sam, cast, account):
    record_billing(sam, cast.aldgate)
    return overpaid(owner, sam, account, cast.aldgate)


@pytest.fixture
def refund(owner, sam, cast, wire, app_connection):
    return approved(owner, sam, app_connection(cast.abe), cast.aldgate, wire)


def typed(wire, **changed):
    return PAYEE | {"line": str(wire), "amount": "30.00", "reason": "Paid twice"} | changed


def approve(client, owner, thing):
    ask = asked_about(owner, thing)
    seen = value(owner, "select content_hash from approvals where id = %s", ask)
    return client.post(f"/staff/approvals/{ask}/approve/", {"seen": seen})


def export(client, **changed):
    page = client.get("/staff/refunds/files/").content.decode()
    form = etree.HTML(page).find(".//form[@action='/staff/refunds/files/new/']")
    fields = {field.get("name"): field.get("value") or "" for field in form.iterfind(".//input")}
    return client.post("/staff/refunds/files/new/", fields | changed)


def test_from_credit_to_the_bank_and_back_to_the_investor(
    owner, cast, account, wire, sam, sam_client, ada_client, alice_client
):
    listed = text_of(sam_client.get("/staff/refunds/credit/"))
    assert "Aldgate" in listed and "30.00 USD" in listed
    where = f"/staff/refunds/new/{cast.aldgate}/?currency=USD"
    page = sam_client.get(where).content.decode()
    for said in (
        "DE02 1203 0000 0000 2020 51",
        "30.00",
        'value="Aldgate Family Office"',
        "rue de l&#x27;Exemple",
        "Luxembourg",
    ):
        assert said in page
    assert sam_client.post(where, typed(wire)).status_code == 303
    made = value(owner, "select id from refunds")
    asked = text_of(ada_client.get(f"/staff/approvals/{asked_about(owner, made)}/"))
    assert "DE02 1203 0000 0000 2020 51" in asked and "30.00 USD" in asked and "used up" in asked
    assert approve(ada_client, owner, made).status_code in (200, 303)
    assert "Waiting for a file" in text_of(sam_client.get("/staff/refunds/files/"))
    assert export(sam_client).status_code == 303
    document = value(owner, "select doc_id from refund_batches")
    assert document and status_of(owner, made) == "exported"
    found = sam_client.get(f"/staff/documents/{document}/", follow=True)
    root = etree.fromstring(b"".join(found.streaming_content))
    facts = [root.findtext(f".//p:{name}", namespaces=NS) for name in ("EndToEndId", "InstdAmt", "TwnNm", "Ctry")]
    assert facts[1:] == ["30.00", "Luxembourg", "LU"] and facts[0] == value(owner, "select end_to_end_id from refunds")
    match(sam, paid_by(owner, account), ("refund", made, "-30.00"))
    page = text_of(sam_client.get(f"/staff/refunds/{made}/"))
    assert "Paid" in page and "Refund of 30.00 USD" in page
    assert "Refund" in text_of(alice_client.get("/invoices/statement/"))
    assert (balances(owner), broken_rules(owner)) == ({}, [])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"town": ""}, "required"), ({"country": ""}, "required"), ({"bic": ""}, "required"),
        ({"amount": "30.01"}, "less credit than that"), ({"reason": ""}, "required"),
        ({"bic": "NOPE"}, "8 or 11 characters"), ({"name": "漢" * 80}, "longer than 70"),
        ({"line": "00000000-0000-4000-8000-000000000009"}, "valid choice"),
    ],
)  # fmt: skip
def test_what_a_bank_would_refuse_is_refused_here(owner, cast, wire, sam_client, changed, sentence):
    before = everything(owner)[:-1]
    answer = sam_client.post(f"/staff/refunds/new/{cast.aldgate}/?currency=USD", typed(wire, **changed))
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert everything(owner)[:-1] == before


def test_without_credit_or_account_the_page_says_so(owner, cast, account, sam, sam_client):
    where = f"/staff/refunds/new/{cast.aldgate}/?currency=USD"
    assert "No credit" in text_of(sam_client.get(where))
    overpaid(owner, sam, account, cast.aldgate, counterparty_account="")
    assert "No account to refund to" in text_of(sam_client.get(where))


def test_relationship_managers_read_and_do_nothing(owner, cast, wire, refund, rita_client):
    assert "30.00 USD" in text_of(rita_client.get("/staff/refunds/"))
    assert rita_client.get(f"/staff/refunds/{refund}/").status_code == 200
    assert rita_client.get(f"/staff/refunds/new/{cast.aldgate}/").status_code == 404
    assert "Make the file" not in text_of(rita_client.get("/staff/refunds/files/"))
    assert rita_client.post("/staff/refunds/files/new/").status_code == 404


def test_cancelled_with_a_reason(owner, refund, sam_client, ada_client):
    where = f"/staff/refunds/{refund}/cancel/"
    assert "keeps 30.00 USD as credit" in text_of(sam_client.get(where))
    assert sam_client.post(where, {"reason": ""}).status_code == 422
    export(sam_client)
    answer = sam_client.post(where, {"reason": "Wrong"})
    assert answer.status_code in (403, 422) and "An administrator cancels it" in text_of(answer)
    assert ada_client.post(where, {"reason": "The bank refused it"}).status_code == 303
    assert "The bank refused it" in text_of(ada_client.get(f"/staff/refunds/{refund}/"))
    again = ada_client.post(where, {"reason": "Again"})
    assert again.status_code == 409 and "cancelled already" in text_of(again)
    assert broken_rules(owner) == []


def test_a_second_click_makes_no_second_file(owner, refund, sam_client):
    page = etree.HTML(sam_client.get("/staff/refunds/files/").content)
    form = page.find(".//form[@action='/staff/refunds/files/new/']")
    fields = {field.get("name"): field.get("value") or "" for field in form.iterfind(".//input")}
    for _ in range(2):
        assert sam_client.post("/staff/refunds/files/new/", fields).status_code == 303
    other = sam_client.post(
        "/staff/refunds/files/new/", fields | {"batch_id": "00000000-0000-4000-8000-000000000009"}, follow=True
    )
    assert "exported or cancelled meanwhile" in text_of(other)
    assert value(owner, "select count(*) from refund_batches") == 1
    assert value(owner, "select count(*) from documents where type = 'refund_file'") == 1
    assert "required" in text_of(sam_client.post("/staff/refunds/files/new/", {}, follow=True))


def act(who, verb, **facts):
    """Each service in a transaction of its own, as they are called outside of one."""
    with acting_as(who.id):
        profile = who.profile
    return verb(acting_user=profile, **facts)


def test_a_file_that_was_cut_off_is_written_again_and_is_the_same(owner, cast, refund, sam_client):
    """Killed after the refunds were claimed: nothing is lost, and the next click writes the file."""
    today = value(owner, "select current_date + 1")
    facts = {"refunds": [refund], "execution_date": today, "batch_id": value(owner, "select gen_random_uuid()")}
    batch = act(cast.sam, refunds.claim_refunds, **facts)
    assert status_of(owner, refund) == "exported" and value(owner, "select doc_id from refund_batches") is None
    assert "Finish" in text_of(sam_client.get("/staff/refunds/files/"))
    found = act(cast.sam, refunds.look_at_batch, batch_id=batch)
    assert refunds._file_of(*found) == refunds._file_of(*found)
    for _ in range(2):
        assert sam_client.post(f"/staff/refunds/files/{batch}/write/").status_code == 303
    assert value(owner, "select count(*) from documents where type = 'refund_file'") == 1
    with pytest.raises(NotAllowed):
        act(cast.rita, refunds.write_refund_file, batch_id=batch)
    assert broken_rules(owner) == []


def test_a_file_written_twice_is_stored_once(owner, cast, refund):
    """Two people finish a file at once: each writes it, and both have the one that was stored first."""
    facts = {"refunds": [refund], "execution_date": value(owner, "select current_date + 1")}
    batch = act(cast.sam, refunds.export_refunds, **facts)
    owner.execute("update refund_batches set doc_id = null")
    again = act(cast.sam, refunds.write_refund_file, batch_id=batch.pk)
    assert again.doc.pk == batch.doc.pk
    assert value(owner, "select count(*) from documents where type = 'refund_file'") == 1


def test_the_approver_is_told_that_the_credit_was_used(owner, cast, deal, wire, sam, sam_client, ada_client):
    sam_client.post(f"/staff/refunds/new/{cast.aldgate}/?currency=USD", typed(wire))
    made = value(owner, "select id from refunds")
    match(
        sam,
        line(owner, value(owner, "select receiving_account_id from refunds"), "-10.00"),
        ("credit_of", cast.aldgate, "-10.00"),
    )
    assert "20.00 USD of credit is left" in text_of(ada_client.get(f"/staff/approvals/{asked_about(owner, made)}/"))
    answer = approve(ada_client, owner, made)
    assert answer.status_code == 409 and "no longer covers this refund" in text_of(answer)
    assert status_of(owner, made) == "proposed"


def test_refunds_that_a_line_may_pay(owner, cast, account, refund):
    out, elsewhere = (
        paid_by(owner, account),
        paid_by(owner, account, counterparty_account="FR1420041010050500013M02606"),
    )
    with acting_as(cast.sam.id):
        lines = BankTransaction.objects.in_bulk([out, elsewhere])
        assert [each.pk for each in refunds_for_line(lines[out])] == [refund]
        assert refunds_for_line(lines[elsewhere]) == []


def test_a_line_is_said_to_have_paid_a_refund(owner, account, refund, sam_client, rita_client):
    out = paid_by(owner, account)
    page = text_of(sam_client.get(f"/staff/bank/reconcile/{out}/"))
    assert "Refunds it may have paid" in page and "Mark as paid" in page
    assert "Mark as paid" not in text_of(rita_client.get(f"/staff/bank/reconcile/{out}/"))
    where = f"/staff/refunds/paid-by/{out}/"
    assert rita_client.post(where, {"refund": refund}).status_code == 404
    assert sam_client.post(where, {"refund": "x"}).status_code == 404
    assert "Choose each invoice once" in text_of(sam_client.post(where, {}, follow=True))
    assert "The refund is paid." in text_of(sam_client.post(where, {"refund": refund}, follow=True))
    assert (status_of(owner, refund), broken_rules(owner)) == ("paid", [])
    other = paid_by(owner, account)
    again = sam_client.post(f"/staff/refunds/paid-by/{other}/", {"refund": refund}, follow=True)
    assert "No refund of that amount waits" in text_of(again)


def test_one_line_pays_a_file(owner, cast, account, refund, sam, app_connection, sam_client):
    more = overpaid(owner, sam, account, cast.morland, "12.00", counterparty_account="FR1420041010050500013M02606")
    second = approved(owner, sam, app_connection(cast.abe), cast.morland, more, "12.00")
    export(sam_client)
    out = paid_by(owner, account, "-42.00", counterparty_account="", counterparty="")
    assert "2 refunds in one sum" in text_of(sam_client.get(f"/staff/bank/reconcile/{out}/"))
    sam_client.post(f"/staff/refunds/paid-by/{out}/", {"refund": [str(refund), str(second)]})
    assert [status_of(owner, each) for each in (refund, second)] == ["paid", "paid"]
