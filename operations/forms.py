"""What staff write when they decide."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is rejected, or what is asked. Goes to the investor with the writer's name."""

    reason = forms.CharField(
        label=_("What the investor will read"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("Goes out with your name. Kept in the audit log."),
    )
