"""What staff type about accrued fees."""

from django import forms
from django.utils.translation import gettext_lazy

from lib.text import REASON, TextField
from ui.dates import DayField
from ui.editing import EditForm
from ui.numbers import MoneyField


class AccrueForm(forms.Form):
    """Which deal, and up to which day. Asked by an address, so that a preview can be shared."""

    deal = forms.ChoiceField(label=gettext_lazy("Deal"))
    as_of = DayField(label=gettext_lazy("Up to and with"))

    def __init__(self, *args, deals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deal"].choices = [(deal.code, deal.name) for deal in deals if deal.code]


class AdjustForm(EditForm):
    """The right amount of an event, in its currency, and why."""

    right = MoneyField(label=gettext_lazy("Right amount"), zero=True)
    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["right"].currency = currency
