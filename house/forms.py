"""What administrators type about the firm."""

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from house.models import NUMBER, POSTCODE, STREET, TOWN, InvoiceRuns
from lib.emails import EmailField
from lib.text import NAME, REASON, LineField, TextField
from ui import figures
from ui.dates import DayField, time_zones
from ui.details import check_vat_id, country_field
from ui.editing import EditForm
from ui.numbers import NotANumber, WholeField, check_currency, parse_money, parse_whole

MOST_REMINDERS = 5


def reason_field() -> TextField:
    """The reason of a change of the firm's own, for the audit log."""
    rows = forms.Textarea(attrs={"rows": 3})
    hint = gettext_lazy("Kept in the audit log.")
    return TextField(label=gettext_lazy("Why"), max_length=REASON, widget=rows, help_text=hint)


def street_field() -> LineField:
    return LineField(label=gettext_lazy("Street and number"), max_length=STREET, required=False)


def postcode_field() -> LineField:
    return LineField(label=gettext_lazy("Postcode"), max_length=POSTCODE, required=False)


def town_field() -> LineField:
    return LineField(label=gettext_lazy("Town"), max_length=TOWN)


def vat_id_field() -> LineField:
    return LineField(label=gettext_lazy("VAT number"), max_length=NUMBER, required=False)


def from_field() -> DayField:
    return DayField(label=gettext_lazy("Effective from"))


class IdentityForm(EditForm):
    """A version of who the firm is."""

    legal_name = LineField(label=gettext_lazy("Legal name"), max_length=NAME)
    street = street_field()
    postcode = postcode_field()
    town = town_field()
    country = country_field()
    vat_id = vat_id_field()
    register_number = LineField(label=gettext_lazy("Register number"), max_length=NUMBER, required=False)
    email = EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = LineField(label=gettext_lazy("Phone"), max_length=NUMBER, required=False)
    effective_from = from_field()
    reason = reason_field()

    def clean(self):
        super().clean()
        check_vat_id(self)
        return self.cleaned_data


class DaysField(LineField):
    """Some numbers of days, rising, as ``7, 21, 45``."""

    def clean(self, value):
        typed = [part for part in re.split(r"[,;\s]+", super().clean(value)) if part]
        try:
            days = [parse_whole(part, 1, 999) for part in typed]
        except NotANumber as error:
            raise forms.ValidationError(str(error), code="invalid") from error
        if len(days) > MOST_REMINDERS or days != sorted(set(days)):
            said = _("Enter at most %(n)s numbers of days, each later than the one before, such as 7, 21, 45.")
            raise forms.ValidationError(said % {"n": MOST_REMINDERS})
        return days

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class AmountsField(TextField):
    """An amount for all currencies, and others on lines of their own, as ``JPY 700``; the value is by currency."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value):
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        amounts = dict(self._amount(parts) for parts in lines)
        if "*" not in amounts:
            raise forms.ValidationError(_("Enter an amount for all currencies on the first line."))
        if len(amounts) < len(lines):
            raise forms.ValidationError(_("Name each currency once."))
        return amounts

    def _amount(self, parts: list[str]):
        currency, typed = ("*", parts[0]) if len(parts) == 1 else (parts[0].upper(), parts[-1])
        if len(parts) > 2:
            raise forms.ValidationError(_("Write one amount a line, such as JPY 700."))
        try:
            amount = parse_money(typed, "USD" if currency == "*" else check_currency(currency), zero=True)
        except NotANumber as error:
            raise forms.ValidationError(str(error), code="invalid") from error
        if amount >= 10**9:
            raise forms.ValidationError(_("Enter an amount below 1,000,000,000."))
        return currency, amount

    def prepare_value(self, value):
        if not isinstance(value, dict):
            return value
        return "\n".join(
            figures.amount(amount, "USD") if currency == "*" else f"{currency} {figures.amount(amount, currency)}"
            for currency, amount in value.items()
        )


class SettingsForm(EditForm):
    """The settings of the firm, all of them."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=lambda: [(zone, zone.replace("_", " ")) for zone in time_zones()]
    )
    invoice_due_days = WholeField(label=gettext_lazy("Days to pay an invoice"), low=0, high=3650)
    reminder_days = DaysField(label=gettext_lazy("Reminders, days after the due date"), max_length=60)
    invoice_runs = forms.ChoiceField(label=gettext_lazy("Invoice accrued fees automatically"), choices=InvoiceRuns)
    invoice_run_day = WholeField(label=gettext_lazy("On day of the month"), low=1, high=28)
    bank_fee_tolerance = AmountsField(label=gettext_lazy("Bank fee tolerance"), max_length=2_000)
    write_off_limit = AmountsField(label=gettext_lazy("Write-off limit"), max_length=2_000)
    auto_apply_matches = forms.BooleanField(label=gettext_lazy("Apply certain matches automatically"), required=False)
    valuation_stale_days = WholeField(label=gettext_lazy("Days until a valuation is stale"), low=0, high=3650)
    reason = reason_field()
