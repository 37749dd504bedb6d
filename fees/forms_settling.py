"""What staff type about write-offs and refunds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.models import Invoice
from fees.selectors.refunds import Source
from house.forms import postcode_field, street_field, town_field
from lib.text import NAME, REASON, LineField, TextField
from ui import figures
from ui.dates import DayField
from ui.details import bic_field, country_field
from ui.editing import EditForm
from ui.numbers import MoneyField


def reason_field() -> TextField:
    return TextField(label=_("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))


class WriteOffForm(EditForm):
    """How much of what is open to give up, and why; as it opens, all of it."""

    amount = MoneyField(label=_("Amount to write off"))
    reason = reason_field()

    def __init__(self, *args, invoice: Invoice, **kwargs):
        super().__init__(*args, initial={"amount": invoice.open}, **kwargs)
        self.fields["amount"].currency = invoice.currency


class RefundForm(EditForm):
    """Where credit goes back to, how much, and whom the bank pays: name and address as banks want them."""

    line = forms.ChoiceField(label=_("Back to the account"), widget=forms.RadioSelect)
    amount = MoneyField(label=_("Amount"))
    name = LineField(label=_("Account holder"), max_length=NAME)
    bic = bic_field(required=False)
    street = street_field()
    postcode = postcode_field()
    town = town_field()
    country = country_field()
    reason = reason_field()

    def __init__(self, *args, sources: list[Source], currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        self.fields["bic"].required = currency != "EUR"
        self.fields["line"].choices = [(str(source.line.pk), _said(source, currency)) for source in sources]
        if len(sources) == 1:
            self.fields["line"].initial = str(sources[0].line.pk)

    @property
    def facts(self) -> dict:
        """The service's arguments."""
        return {("line_id" if name == "line" else name): value for name, value in self.changes.items()}


def _said(source: Source, currency: str) -> str:
    said = _("%(iban)s, %(name)s: %(paid)s came from there")
    paid = figures.money(source.paid, currency)
    return said % {"iban": source.iban, "name": source.line.counterparty or "–", "paid": paid}


class IdsField(forms.Field):
    """Ids that the page itself carries, with commas between."""

    def clean(self, value):
        one = forms.UUIDField()
        return [one.clean(each) for each in super().clean(value).split(",")]


class ExportForm(EditForm):
    """Which refunds a file pays, and when; with a key of the request, so that a second click makes no second file."""

    execution_date = DayField(label=_("Pay on"))
    batch_id = forms.UUIDField(widget=forms.HiddenInput)
    refunds = IdsField(widget=forms.HiddenInput)
