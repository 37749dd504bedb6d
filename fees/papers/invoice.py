"""The paper of an invoice, a credit note or a self-billing invoice, in the language its buyer is billed in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fees import derivations
from fees.models import InvoiceKind, InvoiceLine
from fees.papers.vat import vat_of
from fees.selectors.invoices import Sheet
from ui import countries
from ui.pdf import Attachment, render_pdf

_TEMPLATES = {
    InvoiceKind.INVOICE: "pdf/invoice.html",
    InvoiceKind.CREDIT_NOTE: "pdf/credit_note.html",
    InvoiceKind.SELF_BILLING: "pdf/self_billing.html",
}


def invoice_pdf(sheet: Sheet, *, with_derivation: bool = False) -> bytes:
    """An issued invoice as PDF/A-3 with its Factur-X inside; ``with_derivation`` adds how each fee came about.

    The moment that it states is that of its issue. Read the sheet as one who sees the deal, or its name is missing.
    Raises PdfUnavailable.
    """
    from fees.papers import einvoice  # slow to import, and only where a paper is made

    with translation.override(_language(sheet)):
        data = Attachment(
            einvoice.FILE_NAME, einvoice.xml_of(sheet), str(sheet.invoice.get_kind_display()), "Alternative"
        )
        return render_pdf(
            _TEMPLATES[sheet.invoice.kind],
            context_of(sheet, with_derivation=with_derivation),
            made_at=sheet.invoice.issued_at,
            attachments=[data],
            xmp=einvoice.xmp(),
        )


def file_name(sheet: Sheet, *, with_derivation: bool = False) -> str:
    """What the file is called where it is saved."""
    return f"{slugify(sheet.invoice.number).upper()}{'-derivation' if with_derivation else ''}.pdf"


def title_of(sheet: Sheet) -> str:
    """What it is called among documents."""
    return f"{sheet.invoice.get_kind_display()} {sheet.invoice.number}"


def context_of(sheet: Sheet, *, with_derivation: bool = False) -> dict:
    """What the template of a paper shows."""
    vat_id = sheet.buyer.get("vat_id")
    return {
        "sheet": sheet,
        "invoice": sheet.invoice,
        "seller": sheet.seller,
        "seller_address": address_of(sheet.seller),
        "buyer_lines": address_of(sheet.buyer) + ([_("VAT %(number)s") % {"number": vat_id}] if vat_id else []),
        "taxes": vat_of(sheet),
        "derived": [explained(line) for line in sheet.lines if line.fee_event] if with_derivation else [],
    }


def address_of(party: dict) -> list[str]:
    """The lines of an address, the country in words."""
    town = f"{party.get('postcode') or ''} {party.get('town') or ''}".strip()
    return [part for part in (party.get("street"), town, countries.name_of(party.get("country"))) if part]


@dataclass(frozen=True)
class Derived:
    """How the amount of one line came about, in words."""

    line: InvoiceLine
    formula: str
    facts: list[tuple[str, str]]
    rounding: str

    @property
    def derivation(self) -> dict:
        return self.line.fee_event.derivation


def explained(line: InvoiceLine) -> Derived:
    """The derivation of a line that bills a fee."""
    event = line.fee_event
    return Derived(
        line,
        derivations.formula_of(event.derivation),
        derivations.facts_of(event.derivation, event.currency),
        derivations.rounding_of(event.derivation),
    )


def _language(sheet: Sheet) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    asked = sheet.buyer.get("language")
    return asked if asked in known else settings.LANGUAGE_CODE
