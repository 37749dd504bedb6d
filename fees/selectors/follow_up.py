"""What became of an issued invoice: when people were mailed, reminded, and why not. For staff."""

from dataclasses import dataclass
from datetime import date, timedelta

from fees import db
from fees.models import Invoice, InvoiceReminder, ReminderHold
from house.selectors import setting
from investors.models import Profile
from ledger.models import LedgerEntry
from notifications.db import mail_about


@dataclass(frozen=True)
class Mailed:
    """One person, told of one thing: mailed when, or why not. ``what`` is a kind of notice."""

    person: str
    what: str
    told_at: object
    mailed_at: object
    stopped: str


@dataclass(frozen=True)
class FollowUp:
    """Mail and reminders of one invoice; ``hold`` is why nobody is reminded now, ``next_on`` when the next would be."""

    mailed: list[Mailed]
    reminders: list[InvoiceReminder]
    hold: ReminderHold | None
    next_on: date | None


def follow_up(invoice: Invoice) -> FollowUp:
    """What became of an invoice since it was issued."""
    reminders = list(InvoiceReminder.objects.filter(invoice=invoice).order_by("sent_at", "level"))
    hold = ReminderHold.objects.filter(invoice=invoice, ended_at=None).select_related("held_by").first()
    found = mail_about([invoice.pk, *(each.pk for each in reminders)])
    names = {p.pk: p.get_full_name() for p in Profile.objects.filter(pk__in=[row["user_id"] for row in found])}
    mailed = [
        Mailed(names.get(row["user_id"], ""), row["kind"], row["created_at"], row["mailed_at"], row["mail_stopped"])
        for row in found
    ]
    return FollowUp(mailed, reminders, hold, None if hold else _next(invoice, reminders))


def _next(invoice: Invoice, reminders: list[InvoiceReminder]) -> date | None:
    """When the next reminder falls due while something is open; it may lie behind, until the job runs."""
    if not invoice.open or invoice.due_date is None:
        return None
    sent = max((each.level for each in reminders), default=0)
    later = [int(days) for days in setting("reminder_days").split(",") if int(days) > sent]
    return invoice.due_date + timedelta(days=later[0]) if later else None


def due_reminders() -> list[tuple[Invoice, int]]:
    """The invoices that would be reminded of today, each with its days past due."""
    due = {row["invoice_id"]: row["level"] for row in db.reminders_to_send()}
    found = Invoice.objects.filter(pk__in=due).select_related("investor").order_by("number")
    return [(each, due[each.pk]) for each in found]


def entries_of(invoice: Invoice) -> list[LedgerEntry]:
    """What the ledger says of an invoice, with its postings, in order."""
    found = LedgerEntry.objects.filter(source_table="invoices", source_id=invoice.pk)
    return list(found.prefetch_related("postings__account__investor").order_by("created_at", "id"))
