"""What staff type about vehicles."""

from django import forms
from django.utils.translation import gettext_lazy

from config.lib.editing import EditForm
from config.lib.numbers import CurrencyField
from config.lib.text import NAME, LineField
from portfolio.models import MOST_DOMICILE, VehicleType


class VehicleForm(EditForm):
    name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=VehicleType.choices)
    domicile = LineField(label=gettext_lazy("Domicile"), max_length=MOST_DOMICILE, required=False)
    currency = CurrencyField(label=gettext_lazy("Currency"))
