"""Issued, then filed and mailed: once each, wherever a worker stops, and shown to those whose it is."""

import pytest
from django.core import mail

from audit.identity import acting_as, acting_as_system
from documents.models import Document
from fees import db, papers, selectors, services, tasks
from fees.services import papers as filing
from lib.jobs import NotAllDone
from notifications.services import send_notices
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.invoices import accrue, bill, credit, ready
from tests.sql.test_remind_invoices import late
from ui.pdf import PdfUnavailable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(owner, cast, deal, app_connection):
    """An issued invoice of Alice's investor about 100.00, without a paper."""
    ready(app_connection, cast, "USD")
    accrue(owner, deal, cast.aldgate, "100.00")
    return bill(app_connection(cast.sam), deal, cast.aldgate)


def again(owner):
    """As if the leases and pauses were over."""
    owner.execute("update invoice_papers set due_at = now() - interval '1 second'")


def counted(owner) -> tuple:
    return owner.execute(
        "select (select count(*) from documents), (select count(*) from notices),"
        " (select count(*) from invoices where doc_id is not null)"
    ).fetchone()


def test_what_was_issued_is_filed_and_mailed(owner, cast, made, mailoutbox):
    assert tasks.render_invoices() == "1 invoices filed" and tasks.render_invoices() == "0 invoices filed"
    assert counted(owner) == (1, 2, 1)
    number, doc = owner.execute("select number, doc_id from invoices").fetchone()
    with acting_as(cast.alice.id):
        document = Document.objects.get(pk=doc)
        assert (document.title, document.filename, document.type) == (f"Invoice {number}", f"{number}.pdf", "Invoice")
    assert send_notices() == (2, 0)
    told = {message.to[0]: message for message in mailoutbox}
    assert set(told) == {cast.alice.email, cast.bob.email}
    message = told[cast.alice.email]
    assert message.subject == f"Invoice {number}: 100.00 USD"
    reference, due = owner.execute("select reference, due_date from invoices").fetchone()
    for words in (reference, f"/invoices/{made}/", f"{due.day} {due:%B %Y}", "Northlight Secondary"):
        assert words in message.body
    assert "LU28" not in message.body


def test_the_stored_paper_is_what_the_invoice_says(owner, made):
    services.render_invoices()
    with acting_as_system():
        sheet = selectors.sheet_of(selectors.invoice(made))
        assert Document.objects.get().sha256 == __import__("hashlib").sha256(papers.invoice_pdf(sheet)).hexdigest()


@pytest.mark.parametrize("where", ["papers.invoice_pdf", "store_document", "db.file_invoice"])
def test_killed_anywhere_the_next_run_goes_on(owner, made, monkeypatch, where):
    class Killed(BaseException):
        """As a worker's end: nothing of ours catches it."""

    def kill(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"fees.services.papers.{where}", kill)
        with pytest.raises(Killed):
            services.render_invoices()
    assert counted(owner)[1:] == (0, 0)
    assert services.render_invoices() == (0, 0), "it is claimed still"
    again(owner)
    assert services.render_invoices() == (1, 0)
    assert counted(owner) == (1, 2, 1)


def test_one_that_fails_says_why_and_stops_no_other(owner, cast, deal, made, app_connection, monkeypatch, sam_client):
    accrue(owner, deal, cast.aldgate, "5.00")
    bill(app_connection(cast.sam), deal, cast.aldgate)
    real = papers.invoice_pdf

    def fail_one(sheet, **options):
        if sheet.invoice.pk == made:
            raise ValueError("no such font")
        return real(sheet, **options)

    monkeypatch.setattr(papers, "invoice_pdf", fail_one)
    with pytest.raises(NotAllDone, match="1 invoices filed, 1 failed"):
        tasks.render_invoices()
    assert value(owner, "select problem from invoice_papers where invoice_id = %s", made) == "ValueError: no such font"
    assert "no such font" in text_of(sam_client.get(f"/staff/invoices/{made}/"))
    monkeypatch.undo()
    again(owner)
    assert services.render_invoices() == (1, 0)


@pytest.mark.parametrize(
    ("said", "noted"),
    [("", "ValueError:"), ("a\0b\tc\r\n", "ValueError: a b c"), ("x" * 488 + " y", "ValueError: " + "x" * 488)],
)
def test_whatever_went_wrong_with_one_all_others_are_filed(
    owner, cast, deal, made, app_connection, monkeypatch, said, noted
):
    accrue(owner, deal, cast.aldgate, "5.00")
    bill(app_connection(cast.sam), deal, cast.aldgate)
    true, first = papers.invoice_pdf, value(owner, "select number from invoices where id = %s", made)

    def fail_one(sheet, **more):
        if sheet.invoice.number == first:
            raise ValueError(said)
        return true(sheet, **more)

    monkeypatch.setattr(papers, "invoice_pdf", fail_one)
    assert services.render_invoices() == (1, 1)
    assert value(owner, "select problem from invoice_papers where invoice_id = %s", made) == noted


def test_without_the_library_the_run_ends_at_the_first(owner, cast, deal, made, app_connection, monkeypatch):
    accrue(owner, deal, cast.aldgate, "5.00")
    bill(app_connection(cast.sam), deal, cast.aldgate)

    def none(*args, **kwargs):
        raise PdfUnavailable

    monkeypatch.setattr(papers, "invoice_pdf", none)
    assert services.render_invoices() == (0, 1)
    assert value(owner, "select count(*) from invoice_papers") == 1


def test_issuing_asks_a_worker_after_the_commit(owner, cast, deal, made, monkeypatch):
    asked = []
    monkeypatch.setattr(filing.current_app, "send_task", lambda name, **_: asked.append(name))
    from investors.models import Profile

    with acting_as(cast.sam.id):
        sam = Profile.objects.get(pk=cast.sam.id)
        services.credit_invoice(acting_user=sam, invoice_id=made, reason="Agreed")
        assert asked == []
    assert asked == ["fees.tasks.render_invoices"]


def test_investors_find_it_among_their_documents_and_nobody_else_does(owner, made, alice_client, mallory_client):
    services.render_invoices()
    number, doc = owner.execute("select number, doc_id from invoices").fetchone()
    assert f"Invoice {number}" in text_of(alice_client.get("/documents/"))
    opened = alice_client.get(f"/documents/{doc}/", follow=True)
    assert opened["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    assert b"".join(opened.streaming_content).startswith(b"%PDF-1.7")
    assert f"Invoice {number}" not in text_of(mallory_client.get("/documents/"))
    assert mallory_client.get(f"/documents/{doc}/").status_code == 404


def test_a_credit_note_is_filed_as_one(owner, cast, made, app_connection, mailoutbox):
    note = credit(app_connection(cast.sam), made)
    assert services.render_invoices() == (2, 0)
    send_notices()
    number = value(owner, "select number from invoices where id = %s", note)
    assert value(owner, "select type from documents where source_key = %s", f"invoice {number}") == "Credit note"
    assert f"Credit note {number}: 100.00 USD" in {message.subject for message in mailoutbox}


def test_a_reminder_is_mailed_and_seen(owner, cast, made, mailoutbox, alice_client, sam_client):
    late(owner, made, 8)
    assert tasks.remind_invoices() == "1 reminders sent" and tasks.remind_invoices() == "0 reminders sent"
    assert send_notices() == (2, 0)
    number = value(owner, "select number from invoices where id = %s", made)
    assert {m.subject for m in mail.outbox} == {f"Reminder: 100.00 USD open on invoice {number}"}
    assert f"Reminder: 100.00 USD open on invoice {number}" in text_of(alice_client.get("/notices/"))


def test_the_database_refuses_a_paper_twice(owner, made):
    services.render_invoices()
    with acting_as_system():
        document = Document.objects.get()
        assert db.file_invoice(made, document.pk) is False
    assert counted(owner) == (1, 2, 1)
