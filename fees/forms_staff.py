"""What staff type about invoices: a credit, the period of a run, a month."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.selectors.invoices import Sheet
from lib.text import REASON, TextField
from ui import figures
from ui.dates import EARLIEST, LATEST, DayField
from ui.editing import EditForm
from ui.numbers import MoneyField


class CreditForm(EditForm):
    """A reason, and for each line with something left how much of it to credit; as it opens, all of it.

    It carries what each line had left: sent twice, or later than somebody else's, it is asked again.
    """

    reason = TextField(label=_("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, sheet: Sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in sheet.lines if sheet.left_of(line) > 0]
        for line in self.lines:
            field = MoneyField(label=line.description, zero=True, required=False, initial=sheet.left_of(line))
            field.currency = sheet.invoice.currency
            self.fields[f"line_{line.position}"] = field
            hidden = forms.HiddenInput(attrs={"autocomplete": "off"})
            self.fields[f"left_{line.position}"] = forms.DecimalField(
                max_digits=18, decimal_places=2, required=False, widget=hidden, initial=f"{sheet.left_of(line):f}"
            )

    @property
    def amounts(self) -> list:
        """The fields of the lines, for the page."""
        return [self[f"line_{line.position}"] for line in self.lines]

    @property
    def facts(self) -> dict:
        """The service's arguments: lines with an amount."""
        asked = [(line, self.cleaned_data.get(f"line_{line.position}") or Decimal(0)) for line in self.lines]
        lines = [self._left(line) | {"line": str(line.pk), "amount": f"{amount:f}"} for line, amount in asked if amount]
        return {"reason": self.cleaned_data["reason"], "lines": lines}

    def _left(self, line) -> dict[str, str]:
        left = self.cleaned_data.get(f"left_{line.position}")
        return {} if left is None else {"left": f"{left:f}"}

    def refuse(self, refusal) -> None:
        """Say why; from now on it carries what is left now."""
        super().refuse(refusal)
        self.data = self.data.copy()
        for name, field in self.fields.items():
            if name.startswith("left_"):
                self.data[name] = field.initial


class PeriodForm(EditForm):
    """The first and the last day of what a run bills."""

    start = DayField(label=_("First day"))
    end = DayField(label=_("Last day"))


MONTHS = 24


class MonthForm(forms.Form):
    """One of the last months: ``first`` or the one before today's, unless another is asked for."""

    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args, today: date, first: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.months, day = [], today.replace(day=1)
        for _n in range(MONTHS):
            self.months.append(day)
            day = (day - timedelta(days=1)).replace(day=1)
        self.fields["month"].choices = [(each.strftime("%Y-%m"), figures.month(each)) for each in self.months]
        self.first = first if first in self.months else self.months[1]
        self.fields["month"].initial = self.first.strftime("%Y-%m")

    @property
    def chosen(self) -> date:
        """The first day of the month."""
        asked = self.cleaned_data.get("month") if self.is_bound and self.is_valid() else None
        return date.fromisoformat(f"{asked}-01") if asked else self.first


def first_of(year: int, month: int) -> date | None:
    """The first day of a month; None for none that anything of ours can be in."""
    if not (1 <= month <= 12 and EARLIEST.year <= year < LATEST.year):
        return None
    return date(year, month, 1)
