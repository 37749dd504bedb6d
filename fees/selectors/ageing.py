"""What is open, by how long it is past due: a day is the firm's. Amounts of different currencies are never added."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.models import InvoiceKind, InvoiceStatus
from fees.selectors.invoices import invoices
from ui import charts

# Up to how many days past due, its word, and its tone; due today is 0 days.
AGES: tuple[tuple[int | None, Promise | str, str], ...] = (
    (-1, gettext_lazy("Not due"), ""),
    (30, gettext_lazy("0–30"), "warn"),
    (60, gettext_lazy("31–60"), "warn"),
    (90, gettext_lazy("61–90"), "bad"),
    (None, gettext_lazy("Over 90"), "bad"),
)


@dataclass
class Age:
    """What is open at one age: how many invoices, and their sum."""

    label: str
    tone: str
    count: int = 0
    sum: Decimal = Decimal("0.00")


@dataclass
class Ageing:
    """What is open in one currency, by age."""

    currency: str
    ages: list[Age] = field(default_factory=lambda: [Age(str(label), tone) for _up_to, label, tone in AGES])

    @property
    def total(self) -> Decimal:
        return sum((age.sum for age in self.ages), Decimal(0))

    @property
    def count(self) -> int:
        return sum(age.count for age in self.ages)

    @property
    def chart(self) -> SafeString:
        """The ages as columns."""
        found = [charts.Column(age.label, age.sum, age.tone) for age in self.ages]
        return charts.columns(
            found, title=_("Open by days past due"), across=_("Days past due"), currency=self.currency
        )


def ageing(today: date) -> list[Ageing]:
    """What is open by currency: not due yet, and 0–30, 31–60, 61–90 and more days past due."""
    due = invoices().filter(status__in=[InvoiceStatus.SENT, InvoiceStatus.PARTIAL], kind=InvoiceKind.INVOICE)
    found: dict[str, Ageing] = {}
    for currency, day, amount in due.order_by("currency").values_list("currency", "due_date", "open"):
        age = found.setdefault(currency, Ageing(currency)).ages[_age((today - day).days)]
        age.count += 1
        age.sum += amount
    return list(found.values())


def _age(late: int) -> int:
    """Which of AGES this many days past due are."""
    return next(place for place, (up_to, _word, _tone) in enumerate(AGES) if up_to is None or late <= up_to)
