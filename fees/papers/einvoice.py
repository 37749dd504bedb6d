"""An invoice as data: Factur-X, the profile of EN 16931, made by the factur-x library and checked by its schema.

A credit note states its amounts without the minus that ours have: its type says which way they count. A line that goes
the other way has a negative quantity, since no price may be below zero.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from facturx.facturx import FACTURX_FILENAME, FACTURX_LEVEL2xmp, generate_xmp_object
from facturx.generate_xml import generate_cii_xml
from lxml import etree

from fees.models import InvoiceKind, InvoiceLine
from fees.papers.vat import OUTSIDE, categories_of, vat_of
from fees.selectors.invoices import Sheet
from lib.exact import plain
from lib.money import minor_units

FILE_NAME, LEVEL = FACTURX_FILENAME, "en16931"
INVOICE, CREDIT_NOTE, SELF_BILLED, SELF_BILLED_CREDIT = "380", "381", "389", "261"  # UNTDID 1001
TRANSFER, SEPA_TRANSFER = "30", "58"  # UNTDID 4461
ONE = "C62"  # a piece of anything, UN/ECE recommendation 20
MOST_PLACES = 4  # of a quantity or a price
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_EXTENSION, _RDF = "http://www.aiim.org/pdfa/ns/extension/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def xml_of(sheet: Sheet) -> bytes:
    """The invoice as XML, valid by the schema; the same again for the same invoice. Words in the active language."""
    facts = _head(sheet) | _parties(sheet) | _payment(sheet) | _sums(sheet)
    return generate_cii_xml(facts, level=LEVEL, check_xsd=True, check_schematron=False)


def type_of(sheet: Sheet) -> str:
    """The code that says what it is."""
    if sheet.invoice.kind == InvoiceKind.SELF_BILLING:
        return SELF_BILLED if sheet.invoice.total > 0 else SELF_BILLED_CREDIT
    return CREDIT_NOTE if sheet.is_credit else INVOICE


def _sign(sheet: Sheet) -> int:
    return -1 if type_of(sheet) in (CREDIT_NOTE, SELF_BILLED_CREDIT) else 1


def _amount(sheet: Sheet, value: Decimal) -> str:
    """An amount as it is stated, to the minor unit, exactly."""
    stated = value * _sign(sheet)
    return f"{stated if stated else Decimal(0):.{minor_units(sheet.invoice.currency)}f}"


def _head(sheet: Sheet) -> dict:
    invoice = sheet.invoice
    facts = {
        "BT-1": invoice.number, "BT-2": invoice.issue_date, "BT-3": type_of(sheet), "BT-5": invoice.currency,
        "BT-72": invoice.issue_date, "BT-83": invoice.reference,
        "BG-1": [{"BT-22": note} for note in (sheet.deal_name, invoice.note) if note],
    }  # fmt: skip
    if invoice.credits:
        facts["BG-3"] = [{"BT-25": invoice.credits.number, "BT-26": invoice.credits.issue_date}]
    return facts | _period(sheet)


def _period(sheet: Sheet) -> dict:
    """The days that its fees are about, first to last; nothing where none is about a period."""
    events = [line.fee_event for line in sheet.lines if line.fee_event and line.fee_event.period_start]
    if not events:
        return {}
    return {"BT-73": min(e.period_start for e in events), "BT-74": max(e.period_end for e in events)}


def _parties(sheet: Sheet) -> dict:
    # Where VAT does not apply to what is sold, nobody's VAT number is stated (BR-O-02 to 04).
    taxable = OUTSIDE not in categories_of(sheet)
    return {"BG-4": _party(sheet.seller, taxable, seller=True), "BG-7": _party(sheet.buyer, taxable)}


def _party(party: dict, taxable: bool, *, seller: bool = False) -> dict:
    facts = {
        "name": party.get("legal_name"), "addr_l1": party.get("street"), "postcode": party.get("postcode"),
        "city": party.get("town"), "country_code": party.get("country"),
        "legal_identifier": party.get("register_number"), "vat_identifier": party.get("vat_id") if taxable else None,
    }  # fmt: skip
    if seller and not facts["legal_identifier"] and not facts["vat_identifier"]:
        facts["identifiers"] = {None: party.get("vat_id") or party.get("legal_name")}  # a seller is known by something
    return {name: value for name, value in facts.items() if value}


def _payment(sheet: Sheet) -> dict:
    if _sign(sheet) < 0 or not sheet.account:
        return {"BT-20": _("Kept as credit on your account, or taken off the invoice it answers.")}
    account, iban = sheet.account, sheet.account.get("iban")
    facts = {
        "BT-9": sheet.invoice.due_date,
        "BT-81": SEPA_TRANSFER if iban and sheet.invoice.currency == "EUR" else TRANSFER,
        "BT-84": iban or account.get("account_number"), "BT-85": account.get("holder_name"),
        "BT-86": account.get("bic"),
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value}


def _sums(sheet: Sheet) -> dict:
    invoice = sheet.invoice
    subtotal, tax, total = (_amount(sheet, value) for value in (invoice.subtotal, invoice.tax, invoice.total))
    return {
        "BT-106": subtotal, "BT-109": subtotal, "BT-110": tax, "BT-112": total, "BT-115": total,
        "BG-23": [_tax(sheet, vat) for vat in vat_of(sheet)],
        "BG-25": [_line(sheet, *pair) for pair in zip(sheet.lines, categories_of(sheet), strict=True)],
    }  # fmt: skip


def _tax(sheet: Sheet, vat) -> dict:
    facts = {"BT-116": _amount(sheet, vat.base), "BT-117": _amount(sheet, vat.amount), "BT-118": vat.category}
    if vat.category != OUTSIDE:
        facts["BT-119"] = _rate(vat.rate_bps)
    if vat.reason:
        facts["BT-120"] = vat.reason
    if vat.reason_code:
        facts["BT-121"] = vat.reason_code
    return facts


def _rate(basis_points: int) -> str:
    return plain(Decimal(basis_points) / 100)


def _line(sheet: Sheet, line: InvoiceLine, category: str) -> dict:
    quantity, price = _priced(sheet, line)
    facts = {
        "BT-126": str(line.position), "BT-129": quantity, "BT-130": ONE, "BT-146": price,
        "BT-131": _amount(sheet, line.amount), "BT-151": category, "BT-153": line.description,
    }  # fmt: skip
    if category != OUTSIDE:
        facts["BT-152"] = _rate(line.vat_rate_bps)
    if line.fee_event and line.fee_event.period_start:
        facts |= {"BT-134": line.fee_event.period_start, "BT-135": line.fee_event.period_end}
    return facts


def _priced(sheet: Sheet, line: InvoiceLine) -> tuple[str, str]:
    """Quantity and price that multiply to the amount, to the cent: the units where they do, else one."""
    stated, price, minor = (
        line.amount * _sign(sheet),
        line.unit_price or Decimal(0),
        minor_units(sheet.invoice.currency),
    )
    units = (line.quantity or Decimal(0)).normalize()
    if units > 0 and units * price == stated and max(_places(units), _places(price)) <= MOST_PLACES:
        return plain(units), f"{price:.{max(_places(price), minor)}f}"
    return ("-1" if stated < 0 else "1"), f"{abs(stated):.{minor}f}"


def _places(number: Decimal) -> int:
    return max(-int(number.normalize().as_tuple().exponent), 0)


def xmp() -> bytes:
    """What the metadata of the PDF say of the file inside it: two descriptions, the properties and their schema."""
    said = generate_xmp_object({
        "pdfa3_flavor": "B", "title": "", "author": "", "subject": "", "producer": "", "creator_tool": "",
        "timestamp": "", "version": "1.0", "documenttype": "INVOICE", "xml_filename": FILE_NAME,
        "xmp_level": FACTURX_LEVEL2xmp[LEVEL], "urn": _NAMESPACE,
    })  # fmt: skip
    ours = (f"{{{_NAMESPACE}}}DocumentType", f"{{{_EXTENSION}}}schemas")
    found = [each for each in said.iter(f"{{{_RDF}}}Description") if any(each.find(name) is not None for name in ours)]
    return b"".join(etree.tostring(each, with_tail=False) for each in found)
