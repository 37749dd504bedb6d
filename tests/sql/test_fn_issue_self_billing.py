"""Self-billing invoices: what accrued, numbered without gaps, frozen, and in the ledger."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.factories import value
from tests.sql.holds import refusal
from tests.sql.introducers import (
    TODAY,
    accrue,
    agreed,
    bought,
    breaks,
    brought,
    commissions,
    everything,
    introducer,
    owed,
    self_bill,
)
from tests.sql.invoices import balances, invoice, lines, pay, ready

FILE = "select app.file_self_billing(%s, %s)"


@pytest.fixture
def sam(owner, app_connection, cast):
    owner.execute("delete from fee_components")
    return app_connection(cast.sam)


@pytest.fixture
def house(app_connection, cast):
    return ready(app_connection, cast)


@pytest.fixture
def them(owner, cast, deal, house):
    made = introducer(owner, cast)
    agreed(owner, made, rate=200)
    brought(owner, made, cast.aldgate, deal.id)
    return made


def funded(owner, sam, cast, deal, amount="1000"):
    allocation, asked = bought(owner, deal, cast.aldgate, amount)
    pay(owner, asked, amount)
    accrue(sam, deal)
    return allocation


def test_everything_accrued_is_billed_once(owner, cast, deal, sam, them):
    funded(owner, sam, cast, deal)
    funded(owner, sam, cast, deal, "500")
    made = self_bill(sam, them)
    number, kind, status, *sums = invoice(owner, made)
    assert (kind, status, sums) == ("self_billing", "sent", [D(30), D(0), D(30), "USD", 30, "introducer_commissions"])
    assert number == f"SBI-{TODAY.year}-000001"
    assert [row[1:] for row in lines(owner, made)] == [("other", D("20.00"), 0), ("other", D("10.00"), 0)]
    said = value(owner, "select description from invoice_lines where position = 1 and invoice_id = %s", made)
    assert said.startswith("Commission, amount funded, Northlight Secondary, ")
    assert [row[4] for row in commissions(owner)] == ["invoiced", "invoiced"]
    assert self_bill(sam, them) is None
    assert (owed(owner, them), breaks(owner)) == (30, [])
    funded(owner, sam, cast, deal, "100")
    assert invoice(owner, self_bill(sam, them))[0] == f"SBI-{TODAY.year}-000002"


def test_vat_is_the_introducers(owner, cast, deal, sam, them):
    """20.00 at 17 %: 3.40, which the house may deduct."""
    owner.execute("update introducers set vat_treatment = 'domestic', vat_rate_bps = 1700, vat_id = 'LU12345613'")
    funded(owner, sam, cast, deal)
    made = self_bill(sam, them)
    assert invoice(owner, made)[3:6] == (D("20.00"), D("3.40"), D("23.40"))
    assert owed(owner, them) == D("23.40") and balances(owner)["vat"] == D("3.40")
    assert breaks(owner) == []
    owner.execute("update introducers set legal_name = 'Renamed', iban = 'DE02120300000000202051'")
    parties = value(owner, "select parties from invoices where id = %s", made)
    assert parties["seller"]["legal_name"] == "Iversen Advisory" and parties["seller"]["vat_id"] == "LU12345613"
    assert parties["account"]["iban"] == "LU280019400644750000"
    assert parties["buyer"]["legal_name"] == "VERSO Example House S.A."


def test_a_claw_back_is_a_line_of_the_next_one(owner, cast, deal, sam, them):
    allocation = funded(owner, sam, cast, deal)
    self_bill(sam, them)
    owner.execute("update allocations set status = 'rejected' where id = %s", [allocation])
    assert commissions(owner)[1][3:] == (D("-20.00"), "accrued")
    assert self_bill(sam, them) is None  # it would be below zero: it waits
    funded(owner, sam, cast, deal, "3000")
    made = self_bill(sam, them)
    assert [row[2] for row in lines(owner, made)] == [D("-20.00"), D("60.00")]
    assert value(owner, "select description from invoice_lines where amount < 0").startswith("Claw-back, ")
    assert breaks(owner) == []


def test_what_is_missing_is_said_and_nothing_changes(owner, cast, deal, app_connection, sam, them):
    funded(owner, sam, cast, deal)
    for column in ("town", "country", "iban"):
        (kept,) = owner.execute(f"select {column} from introducers").fetchone()
        owner.execute(f"update introducers set {column} = ''")
        before = everything(owner)
        assert refusal(self_bill, sam, them) == ("22023", "details")
        assert everything(owner) == before
        owner.execute(f"update introducers set {column} = %s", [kept])
    for person in (cast.rita, cast.ingrid, cast.alice, None):
        assert refusal(self_bill, app_connection(person), them)[0] == "42501"
    assert self_bill(sam, them, "EUR") is None


def test_a_house_without_a_name_bills_nothing(owner, cast, deal, app_connection, sam):
    ready(app_connection, cast, identity=False)
    them = introducer(owner, cast)
    factories.insert(owner, "introducer_commissions", introducer_id=them, rate_bps=1, accrual_amount=5)
    assert refusal(self_bill, sam, them) == ("22023", "identity")


def test_its_paper_is_named_once(owner, cast, deal, app_connection, sam, them):
    funded(owner, sam, cast, deal)
    made = self_bill(sam, them)
    first, second = (factories.add_document(owner, title) for title in ("First", "Second"))
    assert refusal(value, app_connection(cast.ingrid), FILE, made, first)[0] == "42501"
    for _ in range(2):
        value(sam, FILE, made, first)
    assert refusal(value, sam, FILE, made, second)[0] == "42501"
    assert value(owner, "select doc_id from invoices where id = %s", made) == first


def test_an_introducer_reads_its_invoices_and_no_other(owner, cast, deal, app_connection, sam, them):
    funded(owner, sam, cast, deal)
    mine = self_bill(sam, them)
    other = introducer(owner, name="Okonjo Partners")
    factories.insert(owner, "introducer_commissions", introducer_id=other, rate_bps=1, accrual_amount=5)
    theirs = self_bill(sam, other)
    ingrid = app_connection(cast.ingrid)
    for table, column in (("invoices", "id"), ("invoice_lines", "invoice_id"), ("invoice_taxes", "invoice_id")):
        assert {row[0] for row in ingrid.execute(f"select {column} from {table}")} == {mine}
        assert {mine, theirs} <= {row[0] for row in sam.execute(f"select {column} from {table}")}
    assert app_connection(cast.mallory).execute("select id from invoices").fetchall() == []
