"""What staff decide about here: the value of a vehicle on one day."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject

VALUATION = Subject("valuation", _("Valuation"), may_ask_changes=False)
