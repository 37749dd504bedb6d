"""Invoices as papers: what was frozen, to the cent, in the PDF and in the Factur-X inside it; the same bytes again."""

import io
from datetime import date
from decimal import Decimal as D

import pypdf
import pytest
from facturx import get_facturx_xml_from_pdf, xml_check_xsd
from lxml import etree

from audit.identity import acting_as_system
from fees import papers, selectors
from tests.factories import value
from tests.sql.firm import record_billing
from tests.sql.invoices import accrue, bill, credit, lines, pay, ready
from tests.sql.test_fund_on_allocation import OF_ALLOCATION, approved

pytestmark = pytest.mark.django_db(transaction=True)
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
QUARTER = {"period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}


def sheet_of(invoice_id):
    with acting_as_system():
        return selectors.sheet_of(selectors.invoice(invoice_id))


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return " ".join("\n".join(pages).replace("\u00a0", " ").split())


class Data:
    """The Factur-X of a PDF, as whoever receives it reads it; its schema is checked on the way."""

    def __init__(self, pdf: bytes):
        name, xml = get_facturx_xml_from_pdf(pdf, check_xsd=True, check_schematron=False)
        assert name == "factur-x.xml" and xml_check_xsd(xml, flavor="factur-x", level="en16931")
        self.root = etree.fromstring(xml)

    def all(self, path: str) -> list[str]:
        steps = "/".join(f"{RAM}{step}" for step in path.split("/"))
        return [each.text.strip() for each in self.root.iterfind(f".//{steps}")]

    def one(self, path: str) -> str:
        (found,) = self.all(path)
        return found

    def sums(self) -> dict[str, D]:
        (summed,) = self.root.iterfind(f".//{RAM}SpecifiedTradeSettlementHeaderMonetarySummation")
        return {each.tag.removeprefix(RAM): D(each.text) for each in summed}

    def taxes(self) -> list[tuple]:
        (settled,) = self.root.iterfind(f".//{RAM}ApplicableHeaderTradeSettlement")
        names = ("CategoryCode", "RateApplicablePercent", "BasisAmount", "CalculatedAmount", "ExemptionReason")
        return [
            tuple(tax.findtext(f"{RAM}{name}") for name in names)
            for tax in settled.iterfind(f"{RAM}ApplicableTradeTax")
        ]


@pytest.fixture
def taxed(owner, cast, deal, app_connection):
    """Two fees at 17 % and one at none, billed with an address."""
    ready(app_connection, cast, "USD")
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, rate=1700)
    for amount, rate in (("100.05", None), ("0.06", None), ("50.00", 0)):
        accrue(owner, deal, cast.aldgate, amount, vat_rate_bps=rate, **QUARTER)
    return bill(app_connection(cast.sam), deal, cast.aldgate)


def test_an_invoice_and_its_data_say_the_same_to_the_cent(owner, taxed):
    sheet = sheet_of(taxed)
    pdf = papers.invoice_pdf(sheet)
    data, said = Data(pdf), text_of(pdf)
    assert data.sums() == {
        "LineTotalAmount": D("150.11"), "TaxBasisTotalAmount": D("150.11"), "TaxTotalAmount": D("17.02"),
        "GrandTotalAmount": D("167.13"), "DuePayableAmount": D("167.13"),
    }  # fmt: skip
    assert (sheet.invoice.subtotal, sheet.invoice.tax, sheet.invoice.total) == (D("150.11"), D("17.02"), D("167.13"))
    assert data.taxes() == [("Z", "0", "50.00", "0.00", None), ("S", "17", "100.11", "17.02", None)]
    each = "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"
    assert [D(amount) for amount in data.all(each)] == [line[2] for line in lines(owner, taxed)]
    for words in (
        sheet.invoice.number, "VERSO Example House S.A.", "1, rue de l'Exemple", "L-0001 Luxembourg",
        "Register B 000001", "Aldgate Family Office", "3, rue de l'Exemple", "VAT LU12345613", "Northlight Secondary",
        "1 Jan 2026 to 31 Mar 2026", "100.05", "VAT 17 % on 100.11 USD 17.02", "Net 150.11", "Total, USD 167.13",
        "LU28 0019 4006 4475 0000", "BEEXLULL", sheet.reference,
    ):  # fmt: skip
        assert words in said, words


def test_the_data_say_who_what_and_how_to_pay(owner, taxed):
    sheet = sheet_of(taxed)
    data = Data(papers.invoice_pdf(sheet))
    document = data.root.find("{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}ExchangedDocument")
    assert (document.findtext(f"{RAM}ID"), document.findtext(f"{RAM}TypeCode")) == (sheet.invoice.number, "380")
    assert data.one("SellerTradeParty/Name") == "VERSO Example House S.A."
    assert data.one("BuyerTradeParty/Name") == "Aldgate Family Office"
    assert data.one("BuyerTradeParty/PostalTradeAddress/CountryID") == "LU"
    assert data.all("SpecifiedTaxRegistration/ID") == ["LU12345613"] * 2
    assert data.one("PaymentReference") == sheet.invoice.reference
    assert data.one("PayeePartyCreditorFinancialAccount/IBANID") == "LU280019400644750000"
    assert data.one("SpecifiedTradeSettlementPaymentMeans/TypeCode") == "30"
    assert data.one("InvoiceCurrencyCode") == "USD"


def test_the_same_invoice_gives_the_same_bytes_whatever_was_paid_since(owner, taxed):
    first = papers.invoice_pdf(sheet_of(taxed))
    pay(owner, taxed, "30.00")
    assert papers.invoice_pdf(sheet_of(taxed)) == first
    about = pypdf.PdfReader(io.BytesIO(first))
    assert about.metadata.creation_date.replace(tzinfo=None) == value(
        owner, "select date_trunc('second', issued_at at time zone 'UTC') from invoices where id = %s", taxed
    )
    xmp = about.trailer["/Root"]["/Metadata"].get_data()
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in xmp and b"pdfaExtension:schemas" in xmp
    assert about.trailer["/Root"]["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"


def test_money_for_units_is_exempt_and_says_why(owner, cast, deal, app_connection):
    ready(app_connection, cast, "USD")
    made = value(owner, OF_ALLOCATION, approved(owner, cast, deal, app_connection))
    pdf = papers.invoice_pdf(sheet_of(made))
    data = Data(pdf)
    assert data.taxes()[0] == ("E", "0", "14250.00", "0.00", "Exempt from VAT")
    assert (data.all("BilledQuantity")[0], data.all("NetPriceProductTradePrice/ChargeAmount")[0]) == ("500", "28.50")
    assert "500 units at 28.50" in text_of(pdf) and "Exempt from VAT, on 14,250.00 USD" in text_of(pdf)


@pytest.mark.parametrize(
    ("treatment", "tax", "vat_ids"),
    [
        ("outside_scope", ("O", None, "100.00", "0.00", "Outside the scope of VAT"), 0),
        ("exempt", ("E", "0", "100.00", "0.00", "Exempt from VAT"), 2),
        ("reverse_charge", ("AE", "0", "100.00", "0.00", "Reverse charge: the customer owes the VAT"), 2),
    ],
)
def test_what_is_not_taxed_has_its_category(owner, cast, deal, app_connection, treatment, tax, vat_ids):
    ready(app_connection, cast, "USD")
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, rate=0, treatment=treatment)
    accrue(owner, deal, cast.aldgate, "100.00")
    pdf = papers.invoice_pdf(sheet_of(bill(app_connection(cast.sam), deal, cast.aldgate)))
    data = Data(pdf)
    assert data.taxes() == [tax] and tax[4] in text_of(pdf)
    assert len(data.all("SpecifiedTaxRegistration/ID")) == vat_ids
    assert data.one("SellerTradeParty/SpecifiedLegalOrganization/ID") == "B 000001"


def test_a_credit_note_names_what_it_answers_and_counts_forwards(owner, taxed, cast, app_connection):
    note = credit(
        app_connection(cast.sam),
        taxed,
        "Agreed with Alice",
        [{"line": str(lines_of(owner, taxed)[0]), "amount": "10.00"}],
    )
    sheet = sheet_of(note)
    pdf = papers.invoice_pdf(sheet)
    data, said = Data(pdf), text_of(pdf)
    answered = sheet.invoice.credits.number
    assert data.one("InvoiceReferencedDocument/IssuerAssignedID") == answered
    assert f"This credit note answers invoice {answered}" in said and "Agreed with Alice" in said
    assert sheet.invoice.total == D("-11.70") and "−11.70" in said and "There is nothing to pay" in said
    assert data.sums()["GrandTotalAmount"] == D("11.70") and data.taxes() == [("S", "17", "10.00", "1.70", None)]
    assert data.root.find("{*}ExchangedDocument").findtext(f"{RAM}TypeCode") == "381"
    assert data.all("PayeePartyCreditorFinancialAccount/IBANID") == []


def test_a_line_that_goes_the_other_way_has_a_negative_quantity(owner, cast, deal, app_connection):
    ready(app_connection, cast, "USD")
    accrue(owner, deal, cast.aldgate, "100.00")
    accrue(owner, deal, cast.aldgate, "-30.00")
    data = Data(papers.invoice_pdf(sheet_of(bill(app_connection(cast.sam), deal, cast.aldgate))))
    assert sorted(data.all("BilledQuantity")) == ["-1", "1"]
    assert sorted(data.all("NetPriceProductTradePrice/ChargeAmount")) == ["100.00", "30.00"]
    assert data.sums()["DuePayableAmount"] == D("70.00")


def test_an_amount_in_yen_has_no_decimals(owner, cast, deal, app_connection):
    ready(app_connection, cast, "JPY")
    accrue(owner, deal, cast.aldgate, "1000", currency="JPY")
    pdf = papers.invoice_pdf(sheet_of(bill(app_connection(cast.sam), deal, cast.aldgate)))
    assert Data(pdf).root.findtext(f".//{RAM}GrandTotalAmount") == "1000" and "Total, JPY 1,000" in text_of(pdf)


def test_it_speaks_the_language_its_buyer_is_billed_in(owner, cast, deal, app_connection):
    ready(app_connection, cast, "USD")
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, language="de")
    accrue(owner, deal, cast.aldgate, "1000.00")
    pdf = papers.invoice_pdf(sheet_of(bill(app_connection(cast.sam), deal, cast.aldgate)))
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "de" and "1.170,00" in text_of(pdf)


def test_how_each_fee_came_about_is_added_where_it_is_asked(owner, cast, deal, app_connection):
    ready(app_connection, cast, "USD")
    made = value(owner, OF_ALLOCATION, approved(owner, cast, deal, app_connection))
    bare, whole = (papers.invoice_pdf(sheet_of(made), with_derivation=wanted) for wanted in (False, True))
    assert "How the fees came about" not in text_of(bare)
    said = text_of(whole)
    assert "How the fees came about" in said and "Rounding" in said and "Terms version" in said
    assert Data(whole).sums() == Data(bare).sums()


def test_a_name_is_text_and_never_markup(owner, cast, deal, app_connection):
    ready(app_connection, cast, "USD")
    name = "<b>Aldgate</b> & Sons <img src=http://127.0.0.1/x>"
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, legal_name=name)
    accrue(owner, deal, cast.aldgate, "1.00")
    pdf = papers.invoice_pdf(sheet_of(bill(app_connection(cast.sam), deal, cast.aldgate)))
    assert "<b>Aldgate</b>" in text_of(pdf)
    assert Data(pdf).one("BuyerTradeParty/Name") == name


def lines_of(owner, invoice_id) -> list:
    rows = owner.execute("select id from invoice_lines where invoice_id = %s order by position", [invoice_id])
    return [row[0] for row in rows]
