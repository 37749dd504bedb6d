"""What staff type about write-offs and refunds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.models import Invoice
from lib.text import REASON, TextField
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
