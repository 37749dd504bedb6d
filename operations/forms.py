"""What staff write when they decide."""

import re

from babel.numbers import is_currency
from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib.editing import VERSION, EditMixin
from config.lib.text import REASON, TextField, tidy_line
from config.lib.versions import ChangedMeanwhile, expect


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
                self.conflict(refusal)
                said = _("%(field)s: somebody else saved %(now)s, you typed %(yours)s.")
                for field, now, yours in self.conflicts:
                    self.add_error(None, said % {"field": field, "now": now, "yours": yours})
        return self.cleaned_data


class ApprovalRuleForm(RuleForm):
    """A rule is found by its currency as deals keep it: three capital letters, or ``*`` for the rest."""

    def clean_currency(self):
        currency = tidy_line(self.cleaned_data["currency"]).upper()
        if currency != "*" and not (re.fullmatch(r"[A-Z]{3}", currency) and is_currency(currency)):
            raise forms.ValidationError(_("Type a currency as three letters, such as EUR, or * for all others."))
        return currency
