"""app.claim_invoice_paper, app.file_invoice, app.paper_failed: one paper for an issued invoice, one notice of it."""

import pytest

from tests import factories
from tests.factories import value
from tests.race.crowd import in_between
from tests.sql.holds import refusal
from tests.sql.invoices import accrue, bill, credit, ready

CLAIM, FILE = "select app.claim_invoice_paper(%s)", "select app.file_invoice(%s, %s)"
TOLD = "select user_id, kind, entity_id, facts ->> 'number', facts ->> 'amount' from notices order by created_at"


@pytest.fixture
def made(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    accrue(owner, deal, cast.aldgate, "100.00")
    return bill(app_connection(cast.sam), deal, cast.aldgate)


def number_of(owner, invoice):
    return value(owner, "select number from invoices where id = %s", invoice)


def paper(owner, invoice, investor, **facts):
    key = {"source_key": f"invoice {number_of(owner, invoice)}", "owner_investor_id": investor} | facts
    return factories.insert(owner, "documents", title="Invoice", file_key=f"paper of {invoice}", **key)


def test_what_was_issued_is_claimed_once_and_again_after_its_lease(owner, cast, made, app_connection):
    sam = app_connection(cast.sam)
    assert [value(sam, CLAIM, 600) for _ in range(2)] == [made, None]
    owner.execute("update invoice_papers set due_at = now()")
    assert value(sam, CLAIM, 600) == made
    tries, due = owner.execute("select tries, due_at - now() > interval '9 minutes' from invoice_papers").fetchone()
    assert (tries, due) == (2, True)


def test_drafts_and_what_has_its_paper_are_not_claimed(owner, cast, deal, made, app_connection):
    sam = app_connection(cast.sam)
    factories.insert(owner, "invoices", investor_id=cast.aldgate, deal_id=deal.id)
    assert value(sam, FILE, made, paper(owner, made, cast.aldgate)) is True
    assert value(sam, CLAIM, 600) is None


def test_two_who_claim_at_once_never_get_the_same(owner, superuser, cast, deal, made, app_connection):
    accrue(owner, deal, cast.aldgate, "5.00")
    second = bill(app_connection(cast.sam), deal, cast.aldgate)
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    claimed = in_between(superuser, sam, lambda c: value(c, CLAIM, 600), ada, lambda c: value(c, CLAIM, 600))
    assert claimed == second


def test_filing_tells_the_investors_people_once(owner, cast, made, app_connection):
    sam, document = app_connection(cast.sam), paper(owner, made, cast.aldgate)
    assert [value(sam, FILE, made, document) for _ in range(2)] == [True, False]
    assert value(owner, "select doc_id from invoices where id = %s", made) == document
    told = owner.execute(TOLD).fetchall()
    assert {(row[0], *row[1:]) for row in told} == {
        (who.id, "invoice.issued", made, number_of(owner, made), "100.00") for who in (cast.alice, cast.bob)
    }
    facts = value(owner, "select facts from notices limit 1")
    assert (facts["deal"], facts["open"], facts["currency"]) == ("Northlight Secondary", "100.00", "USD")
    assert facts["reference"].startswith("RF") and facts["due_date"] and facts["answers"] is None


def test_a_credit_note_is_told_as_one(owner, cast, made, app_connection):
    note = credit(app_connection(cast.sam), made)
    value(app_connection(cast.sam), FILE, note, paper(owner, note, cast.aldgate))
    kind, entity, _number, amount = owner.execute(TOLD).fetchone()[1:]
    assert (kind, entity, amount) == ("credit_note.issued", note, "100.00")
    assert value(owner, "select facts ->> 'answers' from notices limit 1") == number_of(owner, made)


@pytest.mark.parametrize("wrong", [{"source_key": "invoice INV-1999-000001"}, {"owner_investor_id": None}])
def test_no_other_paper_is_taken_for_it(owner, cast, made, app_connection, wrong):
    document = paper(owner, made, cast.aldgate, **wrong)
    assert refusal(app_connection(cast.sam).execute, FILE, [made, document]) == ("42501", "")
    assert value(owner, "select doc_id from invoices where id = %s", made) is None
    assert value(owner, "select count(*) from notices") == 0


def test_people_make_no_papers(owner, cast, made, app_connection):
    document, alice = paper(owner, made, cast.aldgate), app_connection(cast.alice)
    assert refusal(alice.execute, CLAIM, [600])[0] == "42501"
    assert refusal(alice.execute, FILE, [made, document])[0] == "42501"
    assert refusal(alice.execute, "select app.paper_failed(%s, 'x')", [made])[0] == "42501"
    assert value(owner, "select count(*) from invoice_papers") == 0
    assert value(owner, "select count(*) from notices") == 0


def test_a_failure_is_noted_and_gone_once_it_is_filed(owner, cast, made, app_connection):
    sam, problem = app_connection(cast.sam), "select problem from invoice_papers"
    value(sam, CLAIM, 600)
    value(sam, "select app.paper_failed(%s, %s)", made, "No Pango " * 100)
    assert len(value(owner, problem)) == 500
    assert value(app_connection(cast.rita), problem).startswith("No Pango")
    value(sam, FILE, made, paper(owner, made, cast.aldgate))
    assert value(owner, problem) == ""
