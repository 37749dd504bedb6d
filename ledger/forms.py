"""What staff type about the ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.models import MOST_REASON
from lib.text import TextField
from ui.dates import DayField
from ui.editing import EditForm


class DayForm(forms.Form):
    """The day at whose end balances are shown."""

    on = DayField(label=_("Balances at the end of"), required=False)


class CloseForm(EditForm):
    """Why a month is closed. Kept with the record and in the audit log."""

    also_shown = {"month": _("Month")}  # noqa: RUF012

    reason = TextField(label=_("Reason"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
