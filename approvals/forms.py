"""What staff write when they decide."""

import re

from babel.numbers import is_currency
from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import LIMITS, Relaxable
from house.forms import postcode_field, reason_field, street_field, town_field
from house.selectors import active_accounts
from lib.text import NAME, REASON, LineField, TextField, tidy_line
from lib.versions import ChangedMeanwhile, expect
from ui.details import bic_field, country_field, iban_field
from ui.editing import VERSION, EditForm, EditMixin
from ui.numbers import CurrencyField, MoneyField, WholeField


class ReasonForm(forms.Form):
    """Why something is rejected, or what is asked. Goes to the investor with the writer's name."""

    reason = TextField(
        label=_("What the investor will read"),
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("Goes out with your name. Kept in the audit log."),
    )


class RuleForm(EditMixin, forms.ModelForm):
    """A rule as administrators change it in the admin; two at once are told of each other, under the rule's lock."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, instance=None, **kwargs):
        is_new = instance is None or instance._state.adding
        super().__init__(*args, instance=instance, kept=None if is_new else self._kept_of(instance), **kwargs)

    def _kept_of(self, rule) -> dict:
        return {name: getattr(rule, name) for name in self.base_fields if name != VERSION}

    def clean(self):
        super().clean()
        if self.kept is not None and not self.errors:
            rule = type(self.instance).objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            try:
                expect(self.shown, self._kept_of(rule))
            except ChangedMeanwhile as refusal:
                self.refuse(refusal)
                said = _("%(field)s: someone else saved %(now)s, you entered %(yours)s.")
                for field, now, yours in self.conflicts:
                    self.add_error(None, said % {"field": field, "now": now, "yours": yours})
        return self.cleaned_data


class AccountForm(EditForm):
    """A bank account into which investors pay, as an administrator proposes it."""

    currency = CurrencyField(label=_("Currency"), help_text=_("Three letters, such as EUR"))
    holder_name = LineField(label=_("Account holder"), max_length=NAME)
    iban = iban_field(required=False)
    account_number = LineField(label=_("Account number"), max_length=34, required=False)
    bic = bic_field(required=False)
    bank_name = LineField(label=_("Name of the bank"), max_length=NAME)
    street = street_field()
    postcode = postcode_field()
    town = town_field()
    country = country_field()
    is_default = forms.BooleanField(label=_("Default account of its currency"), required=False)
    replaces = forms.ModelChoiceField(
        label=_("Replaces"), queryset=None, required=False, empty_label=_("No account: this one is added")
    )
    reason = reason_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = active_accounts()

    def clean_account_number(self):
        return self.cleaned_data["account_number"].upper()

    def clean(self):
        super().clean()
        typed = self.cleaned_data
        iban, number = typed.get("iban"), typed.get("account_number")
        if iban and number:
            self.add_error("account_number", _("Enter the IBAN alone, or an account number and BIC."))
        elif not iban and not number and "iban" not in self.errors:
            self.add_error("iban", _("Enter an IBAN, or an account number and BIC."))
        elif number and not typed.get("bic") and "bic" not in self.errors:
            self.add_error("bic", _("An account number needs the BIC of its bank."))
        elif number and not re.fullmatch("[A-Z0-9]([A-Z0-9 ./-]{0,32}[A-Z0-9])?", number):
            self.add_error("account_number", _("Use letters, digits, spaces, dots, slashes and hyphens only."))
        replaced = typed.get("replaces")
        if replaced and typed.get("currency") and replaced.currency != typed["currency"]:
            self.add_error("replaces", _("Choose an account in the same currency."))
        return typed


class EndAccountForm(EditForm):
    """Why an account ends."""

    reason = reason_field()


def _limit(label) -> MoneyField:
    return MoneyField(label=label, zero=True)


class ApprovalRuleForm(EditForm):
    """A rule is found by its currency as deals keep it: three capital letters, or ``*`` for the rest."""

    currency = LineField(
        label=_("Currency"), max_length=3, help_text=_("Three letters, such as EUR, or * for all others")
    )
    critical_above = _limit(_("Critical above"))
    high_above = _limit(_("High above"))
    normal_above = _limit(_("Normal above"))
    two_approvers_above = _limit(_("Two people above"))
    two_approvers_first_above = _limit(_("Two people for an investor’s first above"))
    ops_limit = _limit(_("Operations decide up to"))
    relaxes = forms.MultipleChoiceField(
        label=_("Conflict exemptions"),
        choices=Relaxable.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever submitted a request, or acts for its investor, never decides it."),
    )
    days = WholeField(
        label=_("Duration in days"),
        low=1,
        high=90,
        required=False,
        help_text=_("The previous rule then applies again. Optional if only limits change."),
    )
    reason = TextField(
        label=_("Why"),
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to staff while the rule is in force. Kept in the audit log."),
    )

    @property
    def facts(self) -> dict:
        typed = self.changes
        return typed | {"limits": {name: typed.pop(name) for name in LIMITS}}

    def clean_currency(self):
        currency = tidy_line(self.cleaned_data["currency"]).upper()
        if currency != "*" and not (re.fullmatch(r"[A-Z]{3}", currency) and is_currency(currency)):
            raise forms.ValidationError(_("Enter a currency as three letters, such as EUR, or * for all others."))
        return currency

    def clean(self):
        super().clean()
        if self.cleaned_data.get("relaxes") and not self.cleaned_data.get("days") and "days" not in self.errors:
            self.add_error("days", _("A relaxed rule needs a duration of at most 90 days."))
        return self.cleaned_data
