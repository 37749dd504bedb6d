"""What happens to an issued invoice outside the database: its paper, and reminders of it. Part of ``fees.models``."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from fees.fields import profile_key
from lib.fields import UPPER_BOUND, MoneyField, RandomUUID, between, moments_within_years, text, within_years
from lib.text import REASON


class InvoicePaper(models.Model):
    """The queue of papers to make: when an invoice is due to be tried, how often it was, what the last try met."""

    invoice = models.OneToOneField("fees.Invoice", models.PROTECT, primary_key=True, related_name="paper")
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=1, db_default=1)
    problem = models.TextField(default="", db_default="")

    class Meta:
        db_table = "invoice_papers"
        constraints = [
            *moments_within_years("invoice_papers", "due_at"),
            text("problem", REASON, name="invoice_papers_problem_is_text"),
        ]


class InvoiceReminder(models.Model):
    """A reminder of an overdue invoice, once for each number of days past due; ``amount`` is what was open."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="reminders", db_index=False)
    level = models.IntegerField()
    sent_on = models.DateField()
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    amount = MoneyField()

    class Meta:
        db_table = "invoice_reminders"
        constraints = [
            *moments_within_years("invoice_reminders", "sent_at"),
            between("level", 1, 1000, name="invoice_reminders_level_bounds"),
            within_years("sent_on", name="invoice_reminders_day_within_years"),
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="invoice_reminders_amount_bounds"),
            models.UniqueConstraint(fields=["invoice", "level"], name="invoice_reminders_once"),
        ]


class ReminderHold(models.Model):
    """Why nobody is reminded of an invoice, until it is ended."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="reminder_holds")
    reason = models.TextField()
    held_by = profile_key("held_by")
    held_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="ended_by"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reminder_holds"
        constraints = [
            *moments_within_years("reminder_holds", "held_at", "ended_at"),
            text("reason", REASON, name="reminder_holds_reason_is_text"),
            models.UniqueConstraint(
                fields=["invoice"], condition=models.Q(ended_at__isnull=True), name="reminder_holds_one_at_a_time"
            ),
        ]
