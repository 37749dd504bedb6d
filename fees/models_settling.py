"""What is settled without money coming in: write-offs of what invoices have open, refunds of what was paid too much.

Both are proposed by one person and approved by another; functions alone write them (``migrations_sql/fees``).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from house.models import person
from lib.fields import (
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    RandomUUID,
    between,
    currency_code,
    moments_within_years,
    one_of,
    text,
)
from lib.text import REASON


class WriteOffKind(models.TextChoices):
    WRITE_OFF = "write_off", _("Write-off")
    BANK_FEE = "bank_fee", _("Bank charges")


class WriteOffStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", pgettext_lazy("write-off", "Written off")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVERSED = "reversed", _("Reversed")


class WriteOff(models.Model):
    """What an invoice has open, or a part of it, given up: proposed by one person, approved by another.

    ``open_amount`` is what was open when it was proposed. Bank charges are what is missing of a payment, at most the
    setting ``bank_fee_tolerance``; ``bank_transaction`` is that payment. ``payment`` is what approval applied.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="write_offs")
    kind = models.TextField(choices=WriteOffKind, default="write_off", db_default="write_off")
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    open_amount = MoneyField()
    bank_transaction = models.ForeignKey("fees.BankTransaction", models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    status = models.TextField(choices=WriteOffStatus, default="proposed", db_default="proposed")
    proposed_by = person("proposed_by", db_default=ActingProfile(), editable=False)
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = person("decided_by")
    decided_at = models.DateTimeField(null=True)
    payment = models.OneToOneField("fees.Payment", models.PROTECT, null=True, related_name="write_off")
    reversal_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "write_offs"
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        constraints = [
            *moments_within_years("write_offs", "proposed_at", "decided_at"),
            one_of("kind", WriteOffKind, name="write_offs_kind_known"),
            one_of("status", WriteOffStatus, name="write_offs_status_known"),
            between("amount", 0, UPPER_BOUND, above=True, name="write_offs_amount_bounds"),
            models.CheckConstraint(
                condition=models.Q(amount__lte=models.F("open_amount")), name="write_offs_no_more_than_open"
            ),
            currency_code("currency", name="write_offs_currency_code"),
            text("reason", REASON, name="write_offs_reason_is_text"),
            text("reversal_reason", REASON, name="write_offs_reversal_reason_is_text"),
            models.CheckConstraint(
                condition=models.Q(kind="write_off", bank_transaction__isnull=True)
                | models.Q(kind="bank_fee", bank_transaction__isnull=False),
                name="write_offs_charges_name_their_line",
            ),
            models.UniqueConstraint(
                fields=["invoice"], condition=models.Q(status="proposed"), name="write_offs_one_waits"
            ),
        ]
        indexes = [models.Index(fields=["-proposed_at", "id"], name="write_offs_newest")]
