"""Decisions asked of staff, and the rules by which they are made."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.subjects import subject_of
from lib.fields import UPPER_BOUND, MoneyField, RandomUUID, between, currency_code, one_of, text
from lib.text import REASON


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


class ApprovalStatus(models.TextChoices):
    PENDING = "pending", _("Awaiting approval")
    CHANGES_ASKED = "changes_asked", _("Changes requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced")


class ApprovalAction(models.TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    REVISE = "revise", _("Request changes")


class ApprovalSubject(models.Model):
    """One kind of thing that can be decided about, with the SQL functions that know it; registered by its app's SQL.

    ``approvals.subjects`` is its counterpart in Python.
    """

    entity_type = models.TextField(primary_key=True)
    locks = models.TextField()
    hash = models.TextField()
    parties = models.TextField()
    counts = models.TextField()
    decided = models.TextField()
    may_ask_changes = models.BooleanField()
    refuses = models.TextField(default="", db_default="")

    class Meta:
        db_table = "approval_subjects"


class Approval(models.Model):
    """One decision: asked, and later given by one person. A thing that needs two has two rows, step 1 and 2.

    ``content_hash`` binds the decision to what was asked; without one it binds to the id alone.
    ``request_note`` is
    what the asker says, ``notes`` what the decider says.
    ``sla_breach_at`` is when the decision is late; while changes are asked the clock stands still.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    entity_type = models.TextField(_("about"), null=True)  # an ApprovalSubject, by a foreign key
    entity_id = models.UUIDField(null=True)
    action = models.TextField(choices=ApprovalAction, null=True)
    status = models.TextField(
        choices=ApprovalStatus, null=True, default=ApprovalStatus.PENDING, db_default=ApprovalStatus.PENDING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="requested_by",
        verbose_name=_("requested by"),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="assigned_to"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="decided_by",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    notes = models.TextField(_("what the decider says"), null=True)
    priority = models.TextField(choices=Priority, null=True, default=Priority.NORMAL, db_default=Priority.NORMAL)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    step = models.PositiveSmallIntegerField(default=1, db_default=1)
    steps_needed = models.PositiveSmallIntegerField(default=1, db_default=1)
    content_hash = models.TextField(null=True)
    request_note = models.TextField(_("what the requester says"), default="", db_default="")
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, null=True)
    # No foreign keys: approvals stand below deals, and investors know none of them.
    deal_id = models.UUIDField(null=True)
    investor_id = models.UUIDField(null=True)
    sla_started_at = models.DateTimeField(db_default=Now())
    sla_breach_at = models.DateTimeField(_("due"), null=True)
    sla_paused_at = models.DateTimeField(null=True)
    sla_warned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals"
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            currency_code("currency", name="approvals_currency_code"),
            text("notes", REASON, name="approvals_notes_is_text"),
            text("request_note", REASON, name="approvals_request_note_is_text"),
            one_of("action", ApprovalAction, name="approvals_action_known"),
            one_of("status", ApprovalStatus, name="approvals_status_known"),
            one_of("priority", Priority, name="approvals_priority_known"),
            between("amount", 0, UPPER_BOUND, name="approvals_amount_bounds"),
            models.UniqueConstraint(
                fields=["entity_type", "entity_id"],
                condition=models.Q(status="pending"),
                name="approvals_one_pending_per_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["sla_breach_at"], condition=models.Q(status="pending"), name="approvals_due"),
            models.Index(fields=["priority", "status"], name="approvals_priority_status"),
            models.Index(fields=["entity_type", "entity_id"], name="approvals_entity"),
            models.Index(fields=["deal_id", "status"], name="approvals_deal_status"),
        ]

    @property
    def kind(self) -> Promise:
        """What it is about, by the name of its subject."""
        return subject_of(self.entity_type).name


LIMITS = (
    "critical_above", "high_above", "normal_above", "two_approvers_above", "two_approvers_first_above", "ops_limit",
)  # fmt: skip
PROPOSALS_WAIT = timedelta(hours=336)


class Relaxable(models.TextChoices):
    """The ways of being a party that a rule can pass over: words of app.party_words."""

    MADE_INVESTOR = "made_investor", _("who added the investor")
    DECIDED_KYC = "decided_kyc", _("who decided its KYC")
    HAD_LINK = "had_link", _("who was shown a password link")
    SET_EMAIL = "set_email", _("who set an e-mail")
    CHANGED_PRICE = "changed_price", _("who set the price")
    CHANGED_PLAN = "changed_plan", _("who made the fee plan")
    CHANGED_OVERRIDE = "changed_override", _("who changed negotiated terms")
    NOT_INDEPENDENT = "not_independent", _("whose account a party may use")


class ApprovalRule(models.Model):
    """From which amount a decision is urgent, or needs two people, per currency; '*' for the rest.

    Amounts are in the deal's currency and nothing is converted. An amount *above* the bound belongs to the
    band. A row counts from ``in_force_from``, which a second administrator sets by agreeing, until ``lasts_until``; of
    those that count, the last. One that counts with nobody in ``agreed_by`` was made by the only administrator.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    currency = models.CharField(max_length=3)
    critical_above = MoneyField()
    high_above = MoneyField()
    normal_above = MoneyField()
    two_approvers_above = MoneyField()
    two_approvers_first_above = MoneyField()
    ops_limit = MoneyField()
    relaxes = ArrayField(
        models.TextField(choices=Relaxable),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.TextField())),
    )
    reason = models.TextField(default="", db_default="")
    lasts_until = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="proposed_by"
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="agreed_by"
    )
    in_force_from = models.DateTimeField(null=True, db_default=Now())

    class Meta:
        db_table = "approval_rules"
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        constraints = [
            text("reason", REASON, name="approval_rules_reason_is_text"),
            models.CheckConstraint(
                condition=models.Q(relaxes__contained_by=list(Relaxable.values)), name="approval_rules_relaxes_known"
            ),
            models.CheckConstraint(
                condition=models.Q(relaxes=[]) | models.Q(lasts_until__isnull=False), name="approval_rules_relaxed_ends"
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed_by=models.F("proposed_by")), name="approval_rules_two_people"
            ),
            # A rule for "eur" would be taken and never match.
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^([A-Z]{3}|\*)$"), name="approval_rules_currency"
            ),
            *(between(column, 0, UPPER_BOUND, name=f"approval_rules_{column}_bounds") for column in LIMITS),
        ]

    def __str__(self):
        return self.currency

    @property
    def relaxes_words(self) -> list[str]:
        return [str(Relaxable(word).label) for word in self.relaxes]


class SlaRule(models.Model):
    """How many hours a decision of each priority may take."""

    priority = models.TextField(primary_key=True, choices=Priority)
    hours = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        db_table = "sla_rules"
        verbose_name = _("SLA rule")
        verbose_name_plural = _("SLA rules")
        constraints = [between("hours", 0, 8761, above=True, name="sla_rules_hours_bounds")]

    def __str__(self):
        return self.get_priority_display()
