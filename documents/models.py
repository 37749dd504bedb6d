"""Papers, and whose they are."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from investors.models import Investor
from lib.exact import ExactDecoder
from lib.fields import RandomUUID, between, line, moments_within_years
from lib.text import TITLE

# As the private storage names its files.
FILE_KEY = "^[0-9a-f]{2}/[0-9a-f]{64}-[0-9a-f]{32}$"


class Document(models.Model):
    """A paper that belongs to an investor, a profile, a vehicle or a deal, or several.

    ``vehicle_id`` and ``deal_id`` point to apps above this one; their foreign keys are added there. A row with
    ``sha256`` has a file in the private storage under ``file_key``; one without has none of ours. ``source_key`` says
    what it was made of, once. What a reader's copy is stamped with stands in ``watermark``.
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
    sha256 = models.TextField(default="", db_default="", editable=False)
    filename = models.TextField(default="", db_default="")
    source_key = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "documents"
        constraints = [
            *moments_within_years("documents", "created_at"),
            line("title", TITLE, name="documents_title_is_line"),
            line("type", TITLE, name="documents_type_is_line"),
            line("filename", TITLE, name="documents_filename_is_line"),
            line("source_key", TITLE, name="documents_source_key_is_line", required=True),
            models.UniqueConstraint(fields=["source_key"], name="documents_source_key_once"),
            between("size_bytes", 0, 2**40, name="documents_size_in_bounds"),
            models.CheckConstraint(
                condition=models.Q(sha256="")
                | models.Q(
                    sha256__regex="^[0-9a-f]{64}$", file_key__regex=FILE_KEY, size_bytes__isnull=False, size_bytes__gt=0
                )
                & ~models.Q(filename="")
                & ~models.Q(content_type=""),
                name="documents_stored_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_investor", "vehicle_id", "deal_id", "type"],
                name="documents_owner_vehicle_deal",
            ),
            models.Index(fields=["deal_id"], name="documents_deal"),
            models.Index(fields=["owner_user"], name="documents_owner_user_idx"),
            models.Index(fields=["file_key"], name="documents_file_key"),
        ]

    def __str__(self):
        return self.title or self.file_key

    @property
    def is_stored(self) -> bool:
        """Whether it has a file that can be opened."""
        return bool(self.sha256)
