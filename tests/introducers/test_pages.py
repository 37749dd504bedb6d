"""Introducers in the pages: staff keep, confirm, record, bill and pay; an introducer reads its own and nothing else."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.identity import acting_as
from fees.tasks import render_invoices
from introducers import selectors, services
from introducers.tasks import accrue_commissions, file_self_billing
from lib.db import NotAllowed
from tests.documents.files import PDF
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.exits import approval_about
from tests.sql.introducers import agreed, bought, brought, introducer, owed, self_bill
from tests.sql.invoices import pay, ready
from tests.sql.matches import line

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()


@pytest.fixture
def house(owner, app_connection, cast):
    owner.execute("delete from fee_components")
    return ready(app_connection, cast)


@pytest.fixture
def them(owner, cast, deal, house):
    """Ingrid's introducer, who brought Aldgate."""
    made = introducer(owner, cast)
    agreed(owner, made, rate=200, cap=50_000)
    brought(owner, made, cast.aldgate, deal.id, prospect_name="Alice Aldgate")
    return made


@pytest.fixture
def earned(owner, cast, deal, them):
    """500,000 of which 400,000 was paid: 8,000.00 accrued by the daily job."""
    _, invoice = bought(owner, deal, cast.aldgate, "500000")
    pay(owner, invoice, "400000")
    assert accrue_commissions() == "1 commissions"
    return value(owner, "select id from introducer_commissions")


FORM = {
    "legal_name": "Okonjo Partners", "status": "active", "portal_email": "ingrid@verso.example", "contact_name": "Otis",
    "email": "Otis@Verso.example", "phone": "", "street": "", "postcode": "", "town": "Wien", "country": "AT",
    "vat_treatment": "domestic", "vat_rate_bps": "20", "vat_id": "", "account_holder": "", "bank_name": "",
    "iban": "LU28 0019 4006 4475 0000", "bic": "",
}  # fmt: skip


def test_an_introducer_from_the_form_to_a_confirmed_agreement(owner, cast, house, sam_client, ada_client):
    wrong = sam_client.post("/staff/introducers/new/", FORM | {"iban": "LU00", "portal_email": "sam@verso.example"})
    assert wrong.status_code == 422 and "not a valid IBAN" in text_of(wrong)
    nobody = sam_client.post("/staff/introducers/new/", FORM | {"portal_email": "sam@verso.example"})
    assert nobody.status_code == 422 and "Nobody outside the firm" in text_of(nobody)
    page = sam_client.post("/staff/introducers/new/", FORM, follow=True)
    assert "No agreement in force" in text_of(page) and "Charged at 20" in text_of(page)
    row = "select id, email, user_id, iban, vat_rate_bps from introducers"
    made, *facts = owner.execute(row).fetchone()
    assert facts == ["otis@verso.example", cast.ingrid.id, "LU280019400644750000", 2000]

    address = f"/staff/introducers/{made}/agreement/"
    terms = {"basis_type": "invested_amount", "rate_bps": "2", "cap_amount": "50,000", "tiers": "", "trail_years": "",
             "valid_from": "2026-01-01", "valid_until": "", "note": "", "signed_on": "2026-01-01"}  # fmt: skip
    missing = sam_client.post(address, terms)
    assert missing.status_code == 422 and value(owner, "select count(*) from introducer_agreements") == 0
    html = SimpleUploadedFile("a.pdf", b"<html>")
    assert sam_client.post(address, terms | {"paper": html}).status_code == 422
    answer = sam_client.post(address, terms | {"paper": SimpleUploadedFile("signed.pdf", PDF)})
    assert answer.status_code == 303
    agreement = value(owner, "select id from introducer_agreements")
    approval = approval_about(owner, agreement)
    asked = text_of(ada_client.get(f"/staff/approvals/{approval}/"))
    assert "Okonjo Partners" in asked and "2 %" in asked and "50,000.00" in asked
    ada_client.post(f"/staff/approvals/{approval}/approve/")
    shown = text_of(sam_client.get(f"/staff/introducers/{made}/"))
    assert "No agreement in force" not in shown and "Agreement, all deals" in shown
    assert value(owner, "select default_commission_bps from introducers") == 200
    end = f"/staff/introducers/terms/{agreement}/end/"
    assert sam_client.post(end, {"last_day": str(TODAY), "reason": "Notice given"}).status_code == 303
    assert "Ended" in text_of(sam_client.get(f"/staff/introducers/{made}/"))


def test_what_another_saved_meanwhile_is_a_conflict(owner, cast, them, sam_client):
    page = sam_client.get(f"/staff/introducers/{them}/edit/")
    owner.execute("update introducers set phone = '+352 1'")
    kept = page.context["form"]
    data = {name: kept[name].value() or "" for name in FORM} | {
        "version": kept["version"].value(),
        "contact_name": "Nora",
    }
    data["vat_rate_bps"] = ""
    answer = sam_client.post(f"/staff/introducers/{them}/edit/", data)
    assert answer.status_code == 409 and value(owner, "select contact_name from introducers") == ""


def test_introductions_through_the_pages(owner, cast, deal, them, sam_client):
    other = introducer(owner, name="Okonjo Partners")
    record = {"email": "Nadia@verso.example", "name": "Nadia Novak", "deal": str(deal.id)}
    first = sam_client.post(f"/staff/introducers/{them}/introductions/new/", record, follow=True)
    assert "Nadia Novak" in text_of(first)
    second = sam_client.post(f"/staff/introducers/{other}/introductions/new/", record, follow=True)
    assert "doesn’t count" in text_of(second) and "The same prospect, two introducers" in text_of(second)
    assert "Within 90 days, Okonjo Partners named it too." in text_of(second)
    assert "The same prospect, two introducers" in text_of(sam_client.get(f"/staff/introducers/{them}/"))
    alert = value(owner, "select id from introduction_alerts")
    assert sam_client.post(f"/staff/introducers/alerts/{alert}/settle/", {"reason": "Both agree"}).status_code == 303
    assert "two introducers" not in text_of(sam_client.get(f"/staff/introducers/{them}/"))
    made = value(owner, "select id from introductions where status = 'invited' and prospect_email like 'nadia%%'")
    link = f"/staff/introducers/introductions/{made}/link/"
    assert sam_client.post(link, {"investor": str(cast.morland)}).status_code == 303
    assert "Morland Partners" in text_of(sam_client.get(f"/staff/introducers/introductions/{made}/"))
    lose = f"/staff/introducers/introductions/{made}/lose/"
    assert sam_client.post(lose, {"reason": ""}).status_code == 422
    assert sam_client.post(lose, {"reason": "Declined"}).status_code == 303
    listed = sam_client.get(f"/staff/introducers/{them}/introductions/?status=lost")
    assert "Nadia Novak" in text_of(listed)


def test_a_commission_is_explained_cancelled_and_listed(owner, cast, earned, them, sam_client, rita_client):
    page = text_of(sam_client.get(f"/staff/introducers/commissions/{earned}/"))
    for said in ("8,000.00 USD", "400,000.00 USD", "2 %", "at most the cap", "50,000.00 USD", "Introducer payable"):
        assert said in page
    assert "Iversen Advisory" in text_of(sam_client.get("/staff/introducers/commissions/?status=accrued"))
    assert "Iversen Advisory" not in text_of(sam_client.get("/staff/introducers/commissions/?status=paid"))
    cancel = f"/staff/introducers/commissions/{earned}/cancel/"
    assert rita_client.post(cancel, {"reason": "Waived"}).status_code == 404
    assert sam_client.post(cancel, {"reason": "Waived"}).status_code == 303
    assert (value(owner, "select status from introducer_commissions"), owed(owner, them)) == ("cancelled", 0)


def test_an_invoice_is_issued_filed_paid_and_read(
    owner, cast, deal, house, earned, them, sam_client, ada_client, ingrid_client
):
    page = sam_client.post(f"/staff/introducers/{them}/invoice/", {"currency": "USD"}, follow=True)
    invoice, number, paper = owner.execute(
        "select id, number, doc_id from invoices where kind = 'self_billing'"
    ).fetchone()
    assert number in text_of(page) and paper is not None
    assert owner.execute("select owner_user_id, sha256 <> '' from documents where id = %s", [paper]).fetchone() == (
        cast.ingrid.id, True,
    )  # fmt: skip
    again = sam_client.post(f"/staff/introducers/{them}/invoice/", {"currency": "USD"}, follow=True)
    assert "No accrued commission to invoice" in text_of(again)
    assert number not in text_of(sam_client.get("/staff/invoices/"))

    mine = text_of(ingrid_client.get(f"/introductions/invoices/{invoice}/"))
    assert "8,000.00 USD" in mine and "Payment to you" in mine and "PDF" in mine
    file = ingrid_client.get(f"/documents/{paper}/", follow=True)
    assert b"".join(file.streaming_content).startswith(b"%PDF")

    pay_it = f"/staff/introducers/invoices/{invoice}/pay/"
    assert pay_it in sam_client.get(f"/staff/introducers/invoices/{invoice}/").text
    assert sam_client.post(pay_it, {"paid_on": str(TODAY), "note": "Wired"}).status_code == 303
    assert pay_it not in sam_client.get(f"/staff/introducers/invoices/{invoice}/").text
    payout = value(owner, "select id from introducer_payouts")
    approval = approval_about(owner, payout)
    assert "LU28 0019 4006 4475 0000" in text_of(ada_client.get(f"/staff/approvals/{approval}/"))
    ada_client.post(f"/staff/approvals/{approval}/approve/")
    assert value(owner, "select status from introducer_commissions") == "paid"

    back = f"/staff/introducers/payouts/{payout}/reverse/"
    assert sam_client.get(back).status_code == 404
    assert back in ada_client.get(f"/staff/introducers/invoices/{invoice}/").text
    assert back not in sam_client.get(f"/staff/introducers/invoices/{invoice}/").text
    asked = text_of(ada_client.get(back))
    assert "Reverse the payout of 8,000.00 USD?" in asked and f"{number} is open again" in asked
    assert ada_client.post(back, {"reason": " "}).status_code == 422
    page = text_of(ada_client.post(back, {"reason": "The bank refused it"}, follow=True))
    assert "The payout is reversed. The invoice is open again." in page and "Reversed: The bank refused it" in page
    assert sam_client.post(pay_it, {"paid_on": str(TODAY), "note": "Wired again"}).status_code == 303
    again = value(owner, "select id from introducer_payouts where status = 'proposed'")
    ada_client.post(f"/staff/approvals/{approval_about(owner, again)}/approve/")

    out = line(owner, house["USD"], "-8000.00", payer="Iversen Advisory")
    shown = text_of(sam_client.get(f"/staff/introducers/invoices/{invoice}/"))
    assert "Bank lines that may have paid it" in shown
    match = f"/staff/introducers/invoices/{invoice}/match/"
    assert sam_client.post(match, {"line": "x"}).status_code == 404
    assert sam_client.post(match, {"line": str(out)}).status_code == 303
    assert value(owner, "select app.line_left(%s)", out) == 0


def test_an_introducer_reads_its_own_and_nothing_else(owner, cast, deal, earned, them, ingrid_client, alice_client):
    other = introducer(owner, name="Okonjo Partners")
    agreed(owner, other)
    brought(owner, other, cast.morland, prospect_name="Mallory Morland")
    theirs = value(
        owner,
        "insert into introducer_commissions (introducer_id, rate_bps, accrual_amount) values (%s, 1, 5) returning id",
        other,
    )
    home = text_of(ingrid_client.get("/introductions/"))
    assert "Alice Aldgate" in home and "Northlight Secondary" in home and "8,000.00 USD" in home
    assert "Mallory" not in home and "Okonjo" not in home
    statement = text_of(ingrid_client.get("/introductions/commissions/"))
    assert "400,000.00 USD" in statement and "8,000.00 USD" in statement and "5.00 USD" not in statement
    page = text_of(ingrid_client.get(f"/introductions/commissions/{earned}/"))
    assert "400,000.00 USD" in page and "at most the cap" in page
    for hidden in ("100.00 USD", "5,000 units", "Aldgate Family Office", "5,000.00"):  # price, units, whose it is
        assert hidden not in page and hidden not in statement
    assert ingrid_client.get(f"/introductions/commissions/{theirs}/").status_code == 404
    assert "Introductions" in text_of(ingrid_client.get("/"))
    assert alice_client.get("/introductions/").status_code == 404
    assert "Introductions" not in text_of(alice_client.get("/"))


def test_the_job_files_what_has_no_paper(owner, cast, deal, earned, them, app_connection):
    self_bill(app_connection(cast.sam), them)
    render_invoices()  # files what investors were billed, and nothing else
    assert value(owner, "select doc_id from invoices where kind = 'self_billing'") is None
    assert file_self_billing() == "1 papers"
    assert file_self_billing() == "0 papers"
    assert value(owner, "select doc_id is not null from invoices where kind = 'self_billing'")


def test_services_make_an_introducer_that_earns_in_a_few_calls(owner, cast, deal, house):
    """As sample data does it: keep, agree, confirm, record; the rest comes by itself."""
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    with acting_as(cast.ingrid.id):
        ingrid = cast.ingrid.profile
    with pytest.raises(NotAllowed):
        services.add_introducer(acting_user=ingrid, legal_name="Mine")
    made = services.add_introducer(acting_user=sam, legal_name="Iversen Advisory", portal_email="ingrid@verso.example")
    terms = {"paper": PDF, "filename": "signed.pdf", "valid_from": date(2026, 1, 1), "rate_bps": 200}
    services.propose_agreement(acting_user=sam, introducer_id=made.pk, **terms)
    facts = {"deal_id": deal.id, "valid_from": date(2026, 1, 1), "rate_bps": 100, "basis_type": "management_fee"}
    services.propose_deal_terms(acting_user=sam, introducer_id=made.pk, **facts)
    services.record_introduction(
        acting_user=sam, introducer_id=made.pk, email=cast.alice.email, deal_id=deal.id, name="Alice"
    )
    assert value(owner, "select status from introductions") == "joined"
    with acting_as(cast.ingrid.id):
        own = selectors.own_of(ingrid)
        assert [row.prospect_name for row in own.introductions()] == ["Alice"] and own.terms(TODAY) == []
