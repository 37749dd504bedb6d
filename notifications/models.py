"""What people are told, and the outbox of its mail."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lib.exact import ExactDecoder
from lib.fields import RandomUUID, one_of


class MailStopped(models.TextChoices):
    """Why a mail is not tried again by itself."""

    NO = "", _("Not stopped")
    REFUSED = "refused", _("Refused")
    UNCERTAIN = "uncertain", _("Not confirmed")
    TOO_LATE = "too_late", _("Given up after three days")
    NOT_WANTED = "not_wanted", _("No longer wanted")  # who is inactive, or acts for the investor no longer


class Notice(models.Model):
    """What one person is told, in the page and by mail. The row is the outbox: unsent until ``mailed_at``.

    A mail is tried from ``mail_due_at`` on, until ``mail_until``; ``mail_problem`` is what the last try met.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.TextField()
    entity_id = models.UUIDField()
    facts = models.JSONField(decoder=ExactDecoder, db_default=models.Value({}, models.JSONField(decoder=ExactDecoder)))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(db_default=Now())
    mail_until = models.DateTimeField(db_default=Now() + timedelta(days=3))
    mail_tries = models.PositiveIntegerField(default=0, db_default=0)
    mail_problem = models.TextField(default="", db_default="")
    mail_stopped = models.TextField(choices=MailStopped, default=MailStopped.NO, db_default=MailStopped.NO)

    class Meta:
        db_table = "notices"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "entity_id"], name="notices_once_per_event"),
            one_of("mail_stopped", MailStopped, name="notices_mail_stopped_known"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notices_of_user"),
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mailed_at=None, mail_stopped=""), name="notices_to_mail"
            ),
            models.Index(fields=["created_at"], condition=~models.Q(mail_stopped=""), name="notices_mail_stopped"),
        ]

    def get_absolute_url(self):
        """The page that shows what the notice tells of; '' where there is none for its reader."""
        if "approval_id" in self.facts:
            return reverse("staff:approval", args=[self.facts["approval_id"]])
        if self.kind == "clock.ahead":
            return reverse("staff:jobs")
        if "invoice_id" in self.facts:
            return reverse("fees:invoice", args=[self.facts["invoice_id"]])
        if "commitment_id" in self.facts:
            return reverse("deals:commitment", args=[self.facts["commitment_id"]])
        return reverse("inventory:reservations") if "reservation_id" in self.facts else ""

    @property
    def file_name(self) -> str:
        """What the templates of this kind are called, of the page and of the mail."""
        return self.kind.replace(".", "_")

    @property
    def page_templates(self) -> list[str]:
        """What shows it on a page: its kind's own template, or the one for kinds without."""
        of_kind = f"investor/notifications/kinds/{self.file_name}.html"
        return [of_kind, "investor/notifications/_notice.html"]

    @property
    def due_date(self):
        """When an invoice is due; None for other notices."""
        due = self.facts.get("due_date")
        return due and date.fromisoformat(due)

    @property
    def ended_at(self):
        """When a hold ended; None for other notices."""
        ended = self.facts.get("ended_at")
        return ended and datetime.fromisoformat(ended)
