"""What staff type about vehicles."""

import re

from babel.numbers import is_currency
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.text import NAME, LineField
from portfolio.models import MOST_DOMICILE, VehicleType


class VehicleForm(forms.Form):
    name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=VehicleType.choices)
    domicile = LineField(label=gettext_lazy("Domicile"), max_length=MOST_DOMICILE, required=False)
    currency = LineField(label=gettext_lazy("Currency"), max_length=3, min_length=3)

    def clean_currency(self):
        currency = self.cleaned_data["currency"].upper()
        if not re.fullmatch(r"[A-Z]{3}", currency) or not is_currency(currency):
            raise forms.ValidationError(_("Type a currency as three letters, such as EUR."))
        return currency
