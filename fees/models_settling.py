"""What is settled without money coming in: write-offs of what invoices have open, refunds of what was paid too much.

Both are proposed by one person and approved by another; functions alone write them (``migrations_sql/fees``).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from house.models import Address, address_checks, person
from investors.models import Investor
from lib.exact import ExactDecoder
from lib.fields import (
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    RandomUUID,
    between,
    currency_code,
    iban,
    is_json_object,
    line,
    moments_within_years,
    one_of,
    text,
    within_years,
)
from lib.text import NAME, REASON

MOST_OF_A_FILE = 10_000  # refunds
BIC = "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"


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
            between("open_amount", 0, UPPER_BOUND, above=True, name="write_offs_open_amount_bounds"),
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


class RefundStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", pgettext_lazy("refund", "Approved")
    EXPORTED = "exported", pgettext_lazy("refund", "In a bank file")
    PAID = "paid", pgettext_lazy("refund", "Paid")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class RefundBatch(models.Model):
    """One file of refunds for a bank: from one account, on one day. Its id is the key of the request that made it.

    ``payer`` is what the file says of the house; ``doc`` is the file, once it is stored.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    message_id = models.TextField(unique=True)
    receiving_account_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    execution_date = models.DateField()
    payer = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)
    refunds_count = models.IntegerField()
    total = MoneyField()
    created_by = person("created_by", db_default=ActingProfile(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    doc = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "refund_batches"
        verbose_name = _("refund file")
        verbose_name_plural = _("refund files")
        constraints = [
            *moments_within_years("refund_batches", "created_at"),
            line("message_id", 35, required=True, name="refund_batches_message_is_line"),
            currency_code("currency", name="refund_batches_currency_code"),
            within_years("execution_date", name="refund_batches_day_within_years"),
            is_json_object("payer", name="refund_batches_payer_is_object"),
            between("refunds_count", 1, MOST_OF_A_FILE + 1, name="refund_batches_count_bounds"),
            between("total", 0, UPPER_BOUND, above=True, name="refund_batches_total_bounds"),
        ]


class Refund(Address):
    """What an investor paid too much, sent back to where it came from: proposed by one person, approved by another.

    ``bank_transaction`` is the payment it answers, ``receiving_account_id`` the house's account that pays it. Name and
    address are the payee's. Approval takes it off the investor's credit; it is paid once its bank line is matched.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="+")
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    bank_transaction = models.ForeignKey("fees.BankTransaction", models.PROTECT, related_name="+")
    receiving_account_id = models.UUIDField()
    payee_name = models.TextField()
    iban = models.TextField()
    bic = models.TextField(default="", db_default="")
    end_to_end_id = models.TextField(unique=True)
    reason = models.TextField()
    status = models.TextField(choices=RefundStatus, default="proposed", db_default="proposed")
    proposed_by = person("proposed_by", db_default=ActingProfile(), editable=False)
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = person("decided_by")
    decided_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(RefundBatch, models.PROTECT, null=True, related_name="refunds")
    cancel_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "refunds"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            *moments_within_years("refunds", "proposed_at", "decided_at"),
            *address_checks("refunds"),
            one_of("status", RefundStatus, name="refunds_status_known"),
            between("amount", 0, UPPER_BOUND, above=True, name="refunds_amount_bounds"),
            currency_code("currency", name="refunds_currency_code"),
            line("payee_name", NAME, required=True, name="refunds_payee_is_line"),
            iban("iban", name="refunds_iban_right"),
            models.CheckConstraint(condition=~models.Q(iban=""), name="refunds_iban_there"),
            models.CheckConstraint(
                condition=models.Q(bic__regex=BIC) | models.Q(bic="", currency="EUR"), name="refunds_bic_unless_euro"
            ),
            line("end_to_end_id", 35, required=True, name="refunds_end_to_end_is_line"),
            text("reason", REASON, name="refunds_reason_is_text"),
            text("cancel_reason", REASON, name="refunds_cancel_reason_is_text"),
            models.CheckConstraint(
                condition=~models.Q(status="exported") | models.Q(batch__isnull=False),
                name="refunds_exported_in_a_file",
            ),
        ]
        indexes = [
            models.Index(fields=["-proposed_at", "id"], name="refunds_newest"),
            models.Index(fields=["investor", "currency"], name="refunds_of_investor"),
        ]

    @property
    def grouped_iban(self) -> str:
        """The payee's IBAN in groups of four."""
        return " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4))
