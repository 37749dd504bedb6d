"""What staff type about vehicles."""

import re

from babel.numbers import is_currency
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.models import VehicleType


class VehicleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=VehicleType.choices)
    domicile = forms.CharField(label=gettext_lazy("Domicile"), max_length=100, required=False)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)

    def clean_currency(self):
        currency = self.cleaned_data["currency"].upper()
        if not re.fullmatch(r"[A-Z]{3}", currency) or not is_currency(currency):
            raise forms.ValidationError(_("Type a currency as three letters, such as EUR."))
        return currency
