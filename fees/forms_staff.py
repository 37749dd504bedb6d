"""What staff type about invoices: a credit, the period of a run."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.selectors.invoices import Sheet
from lib.text import REASON, TextField
from ui.dates import DayField
from ui.editing import EditForm
from ui.numbers import MoneyField


class CreditForm(EditForm):
    """A reason, and for each line with something left how much of it to credit; as it opens, all of it."""

    reason = TextField(label=_("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, sheet: Sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in sheet.lines if sheet.left_of(line) > 0]
        for line in self.lines:
            field = MoneyField(label=line.description, zero=True, required=False, initial=sheet.left_of(line))
            field.currency = sheet.invoice.currency
            self.fields[f"line_{line.position}"] = field

    @property
    def amounts(self) -> list:
        """The fields of the lines, for the page."""
        return [self[f"line_{line.position}"] for line in self.lines]

    @property
    def facts(self) -> dict:
        """The service's arguments: lines with an amount."""
        asked = [(line, self.cleaned_data.get(f"line_{line.position}") or Decimal(0)) for line in self.lines]
        lines = [{"line": str(line.pk), "amount": f"{amount:f}"} for line, amount in asked if amount]
        return {"reason": self.cleaned_data["reason"], "lines": lines}


class PeriodForm(EditForm):
    """The first and the last day of what a run bills."""

    start = DayField(label=_("First day"))
    end = DayField(label=_("Last day"))
