"""Reconciling in the pages: one line after the other, what it pays, and taking it back."""

import re
from decimal import Decimal as D
from functools import partial

import pytest

from audit.identity import acting_as
from fees.services import bank
from lib.db import NotAllowed
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import everything, invoiced, left, line, status

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/staff/bank/reconcile/"


@pytest.fixture
def account(owner, app_connection, cast):
    found = ready(app_connection, cast, "USD")["USD"]
    return found


@pytest.fixture
def wire(owner, account):
    """Makes a line of a statement that is whole."""
    return partial(line, owner, account)


@pytest.fixture
def invoice_of(owner, app_connection, cast, deal):
    return lambda amount, of=None: invoiced(owner, app_connection(cast.sam), deal, of or cast.aldgate, amount)


def number(owner, invoice) -> str:
    return value(owner, "select number from invoices where id = %s", invoice)


def form_of(client, address: str) -> dict:
    """The fields of the page's form as a browser would send them untouched."""
    page = client.get(address).content.decode()
    body = page[page.index('id="alloc"') :]
    body = body[: body.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", body):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") == "checkbox" and " checked" not in tag:
            continue
        if said.get("name") and said["name"] != "csrfmiddlewaretoken":
            text = said.get("value", "on" if said.get("type") == "checkbox" else "")
            found[said["name"]] = text.replace("&quot;", '"')
    return found


def test_a_suggestion_is_matched_as_it_stands(owner, wire, invoice_of, sam_client):
    invoice = invoice_of("40000.00")
    made = wire("40000.00", memo=f"Payment {number(owner, invoice)}")
    page = sam_client.get(QUEUE)
    assert page.status_code == 200
    assert "The payment names this invoice" in text_of(page)
    address = f"{QUEUE}{made}/"
    answer = sam_client.post(address, form_of(sam_client, address))
    assert answer.status_code == 303
    assert status(owner, invoice) == ("paid", D("0.00"))
    told = value(owner, "select derivation from reconciliations")
    assert told["rule"] == "confirmed" and told["suggested"][str(invoice)]["score"] >= 85
    assert "Everything is matched" in text_of(sam_client.get(QUEUE))
    assert broken_rules(owner) == []


def test_a_fee_of_the_bank_s_own_is_booked_and_taken_back(owner, wire, sam_client, rita_client):
    fee = wire("-4.50", payer="The bank", counterparty_account="")
    page = sam_client.get(f"{QUEUE}{fee}/")
    assert "If the bank took it for itself, book it as bank charges." in text_of(page)
    book = f"{QUEUE}{fee}/charges/"
    assert f'action="{book}"' in page.text and "Book as bank charges" not in rita_client.get(f"{QUEUE}{fee}/").text
    assert rita_client.post(book).status_code == 404
    done = text_of(sam_client.post(book, follow=True))
    assert "Booked as bank charges." in done and "Everything is matched" in done
    assert "Bank charges" in text_of(sam_client.get(f"{QUEUE}{fee}/"))
    assert "Nothing is left of this line" in text_of(sam_client.post(book, follow=True))
    sam_client.post(f"{QUEUE}undo/", {"match": [str(value(owner, "select id from reconciliations"))]})
    assert value(owner, "select app.line_left(%s)", fee) == D("-4.50")
    assert broken_rules(owner) == []


def test_what_operations_may_not_book_is_offered_to_administrators_alone(owner, wire, sam_client, ada_client):
    fee = wire("-18.50", payer="The bank", counterparty_account="")
    page = sam_client.get(f"{QUEUE}{fee}/")
    assert "an administrator books it" in text_of(page) and "/charges/" not in page.text
    refused = text_of(sam_client.post(f"{QUEUE}{fee}/charges/", follow=True))
    assert "More than the bank fee tolerance: an administrator books it. Nothing was changed." in refused
    assert f'action="{QUEUE}{fee}/charges/"' in ada_client.get(f"{QUEUE}{fee}/").text
    assert "Booked as bank charges." in text_of(ada_client.post(f"{QUEUE}{fee}/charges/", follow=True))
    assert broken_rules(owner) == []


def test_three_invoices_by_one_payment_of_a_stranger(owner, cast, wire, invoice_of, sam_client):
    made = wire("100.00", payer="Nobody we know", counterparty_account="GB33BUKB20201555555555")
    invoices = [invoice_of(amount) for amount in ("50.00", "30.00", "40.00")]
    address = f"{QUEUE}{made}/"
    assert "Nothing is known of this payer" in text_of(sam_client.get(address))
    found = f"{address}?find=aldgate"
    typed = form_of(sam_client, found) | {f"use_{each}": "on" for each in invoices}
    counted = sam_client.get(f"{address}left/?find=aldgate", typed | {"find": "aldgate"})
    assert "Left to allocate 0.00 USD" in text_of(counted) and "20.00 USD" in text_of(counted)
    same = sam_client.post(found, typed | {"count": "1"})
    assert same.status_code == 200 and "Left to allocate 0.00 USD" in text_of(same)
    assert left(owner, made) == D("100.00")
    assert sam_client.post(found, typed).status_code == 303
    assert [status(owner, each)[1] for each in invoices] == [D("0.00"), D("0.00"), D("20.00")]
    assert value(owner, "select derivation ->> 'rule' from reconciliations limit 1") == "by_hand"
    assert value(owner, "select count(*) from payer_aliases where investor_id = %s", cast.aldgate) == 2
    assert broken_rules(owner) == []


def test_too_much_becomes_credit_that_pays_the_next_invoice(owner, cast, wire, invoice_of, sam_client):
    invoice = invoice_of("100.00")
    made = wire("130.00", memo=number(owner, invoice))
    address = f"{QUEUE}{made}/"
    typed = form_of(sam_client, address) | {"credit_of": str(cast.aldgate), "learn": ""}
    assert "30.00 USD" in text_of(sam_client.get(f"{address}left/", typed))
    sam_client.post(address, typed)
    assert left(owner, made) == 0 and value(owner, "select count(*) from payer_aliases") == 0
    later = invoice_of("50.00")
    page = sam_client.get(f"/staff/invoices/{later}/")
    assert "Apply credit" in text_of(page) and "30.00 USD" in text_of(page)
    wrong = sam_client.post(f"/staff/invoices/{later}/apply-credit/", {"amount": "30.01"})
    assert wrong.status_code == 409 and 'value="30.01"' in wrong.content.decode()
    assert sam_client.post(f"/staff/invoices/{later}/apply-credit/", {"amount": "30.00"}).status_code == 303
    assert status(owner, later) == ("partial", D("20.00"))
    paid = value(owner, "select id from payments where method = 'credit'")
    back = f"/staff/payments/{paid}/take-back/"
    assert sam_client.post(back, {"reason": "The wrong invoice"}).status_code == 303
    assert status(owner, later) == ("sent", D("50.00"))
    assert sam_client.get(back).status_code == 404
    assert broken_rules(owner) == []


def test_what_is_refused_changes_nothing_and_keeps_what_was_typed(owner, wire, invoice_of, sam_client, rita_client):
    invoice = invoice_of("100.00")
    made = wire("60.00", memo=number(owner, invoice))
    address, before = f"{QUEUE}{made}/", everything(owner)
    typed = form_of(sam_client, address)
    for amount, code, sentence in (
        ("60.01", 409, "less left to allocate"),
        ("0.001", 422, "at most 2 decimals"),
        ("-1", 422, "above 0"),
        ("NaN", 422, "Enter a number"),
    ):
        refused = sam_client.post(address, typed | {f"amount_{invoice}": amount})
        assert (refused.status_code, sentence in text_of(refused)) == (code, True), amount
        assert f'value="{amount}"' in refused.content.decode()
    nothing = sam_client.post(address, typed | {f"use_{invoice}": ""})
    assert nothing.status_code == 422 and "Tick an invoice" in text_of(nothing)
    assert rita_client.get(address).status_code == 200 and 'id="alloc"' not in rita_client.get(address).content.decode()
    assert rita_client.post(address, typed).status_code == 404
    assert everything(owner)[:-1] == before[:-1]


def test_of_two_on_one_line_the_second_is_told(owner, wire, invoice_of, sam_client, ada_client):
    invoice = invoice_of("100.00")
    made = wire("60.00", memo=number(owner, invoice))
    address = f"{QUEUE}{made}/"
    first, second = form_of(sam_client, address), form_of(ada_client, address)
    assert sam_client.post(address, first).status_code == 303
    before = everything(owner)
    told = ada_client.post(address, second)
    assert told.status_code == 409 and "Nothing was matched" in text_of(told)
    assert everything(owner) == before


def test_an_invoice_that_was_paid_meanwhile_is_told_too(owner, wire, invoice_of, sam_client, ada_client):
    """The amount is worked out from what is open: it must be the amount that the page showed."""
    invoice = invoice_of("100.00")
    one, other = (wire(amount, memo=number(owner, invoice)) for amount in ("60.00", "90.00"))
    shown = form_of(ada_client, f"{QUEUE}{other}/")
    sam_client.post(f"{QUEUE}{one}/", form_of(sam_client, f"{QUEUE}{one}/"))
    before = everything(owner)
    told = ada_client.post(f"{QUEUE}{other}/", shown)
    assert told.status_code == 409 and "Something changed since this page was shown" in text_of(told)
    assert everything(owner) == before
    again = form_of(ada_client, f"{QUEUE}{other}/")
    assert ada_client.post(f"{QUEUE}{other}/", again).status_code == 303
    assert status(owner, invoice) == ("paid", D("0.00")) and left(owner, other) == D("50.00")


def test_undo_takes_back_all_that_was_matched_together(owner, wire, invoice_of, sam_client, ada_client):
    first, second = invoice_of("10.00"), invoice_of("20.00")
    made = wire("30.00", memo=f"{number(owner, first)} {number(owner, second)}")
    sam_client.post(f"{QUEUE}{made}/", form_of(sam_client, f"{QUEUE}{made}/"))
    assert left(owner, made) == 0
    ids = [str(row[0]) for row in owner.execute("select id from reconciliations").fetchall()]
    ada_client.post(f"{QUEUE}undo/", {"match": ids})
    sam_client.post(f"{QUEUE}undo/", {"match": ids[:1]})
    assert left(owner, made) == 0
    page = sam_client.post(f"{QUEUE}undo/", {"match": ids}, follow=True)
    assert "Undone" in text_of(page) and left(owner, made) == D("30.00")
    sam_client.post(f"{QUEUE}undo/", {"match": ids})
    assert value(owner, "select count(*) from reconciliations") == 4
    assert broken_rules(owner) == []


def test_a_match_tells_how_it_came_about_and_is_taken_back(owner, wire, invoice_of, sam_client, alice_client):
    invoice = invoice_of("100.00")
    made = wire("100.00", memo=number(owner, invoice))
    sam_client.post(f"{QUEUE}{made}/", form_of(sam_client, f"{QUEUE}{made}/"))
    payment, match = (value(owner, f"select id from {table}") for table in ("payments", "reconciliations"))
    page = text_of(sam_client.get(f"/staff/payments/{payment}/"))
    assert "A suggestion that was confirmed" in page and "The payment names this invoice" in page
    assert f"/staff/payments/{payment}/" in sam_client.get(f"/staff/invoices/{invoice}/").content.decode()
    own = alice_client.get(f"/invoices/{invoice}/").content.decode()
    assert "100.00" in own and "/staff/" not in own
    line_page = text_of(sam_client.get(f"{QUEUE}{made}/"))
    assert "Matched to" in line_page and "Exactly what this invoice has open" in line_page
    assert "Aldgate" in sam_client.get("/staff/payments/?format=csv").content.decode()
    refused = sam_client.post(f"/staff/bank/matches/{match}/take-back/", {"reason": ""})
    assert refused.status_code == 422 and left(owner, made) == 0
    assert sam_client.post(f"/staff/bank/matches/{match}/take-back/", {"reason": "Wrong"}).status_code == 303
    assert status(owner, invoice) == ("sent", D("100.00"))
    assert "Taken back" in text_of(sam_client.get(f"/staff/payments/{payment}/"))
    assert sam_client.post(f"/staff/bank/matches/{match}/take-back/", {"reason": "Again"}).status_code == 409


def test_a_payment_that_the_bank_returned(owner, wire, invoice_of, sam_client):
    invoice = invoice_of("100.00")
    made, fee = wire("100.00", memo=number(owner, invoice)), wire("-5.00", counterparty_account="")
    sam_client.post(f"{QUEUE}{made}/", form_of(sam_client, f"{QUEUE}{made}/"))
    back = wire("-98.00", memo="Account closed")
    page = sam_client.get(f"{QUEUE}{back}/")
    assert "A payment that the bank took back" in text_of(page)
    typed = {"original": str(made), "reason": "Returned by the bank · Account closed"}
    assert typed["reason"] in text_of(page)
    wrong = sam_client.post(f"{QUEUE}{back}/returned/", typed | {"original": str(fee)})
    assert wrong.status_code == 422
    assert sam_client.post(f"{QUEUE}{back}/returned/", typed).status_code == 303
    assert (left(owner, made), left(owner, back)) == (D("2.00"), D("0.00"))
    assert status(owner, invoice) == ("sent", D("100.00"))
    assert broken_rules(owner) == []


def test_the_queue_is_searched_and_filtered(owner, wire, sam_client):
    wire("1234.50", payer="Quill and Sons")
    wire("-12.00", payer="Example Bank", counterparty_account="")
    for words, there in (("quill", True), ("1,234.50", True), ("12.00", False), ("zebra", False)):
        assert ("Quill and Sons" in text_of(sam_client.get(QUEUE, {"q": words}))) is there, words
    assert "Quill and Sons" not in text_of(sam_client.get(QUEUE, {"shown": "settled"}))
    assert "1234.5" in sam_client.get(QUEUE, {"format": "csv"}).content.decode()


def test_an_investor_is_no_matcher_in_the_service_either(owner, cast, wire, invoice_of):
    invoice, made = invoice_of("100.00"), wire("100.00")
    before = everything(owner)
    for who in (cast.rita, cast.alice):
        with acting_as(who.id), pytest.raises(NotAllowed) as refused:
            bank.match_line(acting_user=who.profile, line_id=made, parts=[{"invoice": invoice, "amount": D("1.00")}])
        assert refused.value.__cause__ is None  # the database was not asked
    assert everything(owner) == before
