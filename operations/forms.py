"""What staff write when they decide."""

import re

from babel.numbers import is_currency
from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib.text import REASON, TextField, tidy_line


class ReasonForm(forms.Form):
    """Why something is rejected, or what is asked. Goes to the investor with the writer's name."""

    reason = TextField(
        label=_("What the investor will read"),
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("Goes out with your name. Kept in the audit log."),
    )


class ApprovalRuleForm(forms.ModelForm):
    """A rule is found by its currency as deals keep it: three capital letters, or ``*`` for the rest."""

    def clean_currency(self):
        currency = tidy_line(self.cleaned_data["currency"]).upper()
        if currency != "*" and not (re.fullmatch(r"[A-Z]{3}", currency) and is_currency(currency)):
            raise forms.ValidationError(_("Type a currency as three letters, such as EUR, or * for all others."))
        return currency
