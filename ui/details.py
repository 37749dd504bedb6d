"""Form fields for addresses, and for numbers of banks and tax offices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib import bank_details
from lib.text import LineField
from ui import countries


class CheckedField(LineField):
    """A line that has one form of its own; ``reading`` gives it, or raises ValueError."""

    def __init__(self, *args, reading, wrong, **kwargs):
        self.reading, self.wrong = reading, wrong
        super().__init__(*args, **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        try:
            return self.reading(typed) if typed else typed
        except ValueError as error:
            raise forms.ValidationError(self.wrong, code="invalid") from error


def iban_field(**more) -> CheckedField:
    wrong = _("This is not a valid IBAN. Compare every character with the bank’s letter.")
    return CheckedField(label=_("IBAN"), reading=bank_details.iban, wrong=wrong, max_length=60, **more)


def bic_field(**more) -> CheckedField:
    wrong = _("Enter a BIC of 8 or 11 characters, such as BEEXLULL.")
    return CheckedField(label=_("BIC"), reading=bank_details.bic, wrong=wrong, max_length=20, **more)


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Country"), choices=lambda: [("", _("Choose")), *countries.names().items()])


def check_vat_id(form, country: str = "country", name: str = "vat_id") -> None:
    """Give the VAT number of a form its one form, by the form's country; for ``clean``."""
    typed, code = form.cleaned_data.get(name), form.cleaned_data.get(country)
    if not typed or not code:
        return
    try:
        form.cleaned_data[name] = bank_details.vat_id(code, typed)
    except ValueError:
        said = _("This is not a VAT number of %(country)s.") % {"country": countries.name_of(code)}
        form.add_error(name, said)
