"""What staff type about vehicles and their value."""

from django import forms
from django.utils.translation import gettext_lazy

from lib.text import NAME, REASON, LineField, TextField
from portfolio.models import MOST_DOMICILE, ValuationSource, VehicleType
from ui.dates import DayField
from ui.editing import EditForm
from ui.numbers import CurrencyField, MoneyField, PriceField


class VehicleForm(EditForm):
    name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=VehicleType.choices)
    domicile = LineField(label=gettext_lazy("Domicile"), max_length=MOST_DOMICILE, required=False)
    currency = CurrencyField(label=gettext_lazy("Currency"))


class ValuationForm(EditForm):
    """What a vehicle was worth on a day, in its currency."""

    as_of_date = DayField(label=gettext_lazy("Valued on"))
    nav_per_unit = PriceField(label=gettext_lazy("Value per unit"), zero=True)
    nav_total = MoneyField(label=gettext_lazy("Net asset value, total"), zero=True, required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), choices=ValuationSource.choices)
    reason = TextField(
        label=gettext_lazy("Note"), max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nav_total"].currency = currency
