"""What staff decide about here: a paper by itself."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject

DOCUMENT = Subject("document", _("Document"))
