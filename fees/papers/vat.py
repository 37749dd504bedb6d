"""How the lines of an invoice are taxed, in the categories of EN 16931: the paper and its data read the same rows."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from fees.models import InvoiceLine, LineKind
from fees.selectors.invoices import Sheet

STANDARD, ZERO, EXEMPT, REVERSE, OUTSIDE = "S", "Z", "E", "AE", "O"
_OF_TREATMENT = {"exempt": EXEMPT, "reverse_charge": REVERSE, "outside_scope": OUTSIDE}
# Why no VAT is charged, and the code that says it to machines where the list of codes has one.
REASONS = {
    EXEMPT: (_("Exempt from VAT"), ""),
    REVERSE: (_("Reverse charge: the customer owes the VAT"), "VATEX-EU-AE"),
    OUTSIDE: (_("Outside the scope of VAT"), "VATEX-EU-O"),
}


@dataclass(frozen=True)
class Vat:
    """What is taxed in one way: the sum of its lines and the tax on it, in the invoice's currency."""

    category: str
    rate_bps: int
    base: Decimal
    amount: Decimal

    @property
    def reason(self) -> str:
        """Why no VAT is charged; '' where it is, or is at 0 %."""
        return str(REASONS[self.category][0]) if self.category in REASONS else ""

    @property
    def reason_code(self) -> str:
        return REASONS[self.category][1] if self.category in REASONS else ""


def category_of(line: InvoiceLine, treatment: str) -> str:
    """How a line is taxed; ``treatment`` is that of its rate on the invoice.

    Money paid for units is exempt, as transactions in securities are. Nothing else may stand beside what is outside
    the scope of VAT (EN 16931, BR-O-11), so there an investment is outside it as well.
    """
    if line.vat_rate_bps:
        return STANDARD
    if treatment == "outside_scope":
        return OUTSIDE
    return EXEMPT if line.kind == LineKind.INVESTMENT else _OF_TREATMENT.get(treatment, ZERO)


def categories_of(sheet: Sheet) -> list[str]:
    """The category of each line, in their order."""
    treatments = {tax.rate_bps: tax.treatment for tax in sheet.taxes}
    return [category_of(line, treatments.get(line.vat_rate_bps, "zero")) for line in sheet.lines]


def vat_of(sheet: Sheet) -> list[Vat]:
    """The tax of an invoice by category and rate, as it was taken when it was issued."""
    bases: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for line, category in zip(sheet.lines, categories_of(sheet), strict=True):
        bases[line.vat_rate_bps, category] += line.amount
    taken = {tax.rate_bps: tax.amount for tax in sheet.taxes}
    return [
        Vat(category, rate, base, taken.get(rate, Decimal(0)) if rate else Decimal(0))
        for (rate, category), base in sorted(bases.items())
    ]
