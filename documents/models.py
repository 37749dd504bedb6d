"""Papers, and whose they are."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from investors.models import Investor
from lib.exact import ExactDecoder
from lib.fields import RandomUUID, line, moments_within_years
from lib.text import TITLE


class Document(models.Model):
    """A paper that belongs to an investor, a profile, a vehicle or a deal, or several.

    ``vehicle_id`` and ``deal_id`` point to apps above this one; their foreign keys are added there.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    owner_investor = models.ForeignKey(Investor, models.PROTECT, null=True, blank=True, related_name="+")
    owner_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    vehicle_id = models.UUIDField(null=True, blank=True)
    deal_id = models.UUIDField(null=True, blank=True)
    type = models.TextField(_("type"), null=True, blank=True)
    file_key = models.TextField()
    watermark = models.JSONField(null=True, blank=True, decoder=ExactDecoder)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    title = models.TextField(_("title"), default="", db_default="")
    content_type = models.TextField(default="", db_default="")
    size_bytes = models.BigIntegerField(null=True)

    class Meta:
        db_table = "documents"
        constraints = [
            *moments_within_years("documents", "created_at"),
            line("title", TITLE, name="documents_title_is_line"),
            line("type", TITLE, name="documents_type_is_line"),
        ]
        indexes = [
            models.Index(
                fields=["owner_investor", "vehicle_id", "deal_id", "type"],
                name="documents_owner_vehicle_deal",
            ),
            models.Index(fields=["deal_id"], name="documents_deal"),
            models.Index(fields=["owner_user"], name="documents_owner_user_idx"),
        ]

    def __str__(self):
        return self.title or self.file_key
