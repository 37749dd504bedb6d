"""What staff type about vehicles."""

from django import forms
from django.utils.translation import gettext_lazy

from lib.text import NAME, LineField
from portfolio.models import MOST_DOMICILE, VehicleType
from ui.editing import EditForm
from ui.numbers import CurrencyField


class VehicleForm(EditForm):
    name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=VehicleType.choices)
    domicile = LineField(label=gettext_lazy("Domicile"), max_length=MOST_DOMICILE, required=False)
    currency = CurrencyField(label=gettext_lazy("Currency"))
