"""Runs: everybody's fees of a period, billed one by one, each in a transaction of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from fees import db, selectors
from fees.models import InvoiceRun, InvoiceRunStatus, RunItemStatus
from fees.services.invoices import why
from fees.services.papers import ask_to_render
from house.selectors import setting
from lib.db import BadValue, Conflict, Refused

MOST_A_CLICK = 100
BATCH = 100  # invoices to a transaction: what waits for their numbers waits for so many


class BadPeriod(BadValue):
    sentence = _("A period ends on or after the day it begins. Nothing was changed.")
    field = "end"


class StillWaiting(Conflict):
    sentence = _("Some invoices of this run are not issued yet. Issue them first. Nothing was changed.")


class RunIsClosed(Conflict):
    sentence = _("This run is closed. Nothing was changed.")


@as_acting_user
def open_run(*, acting_user, start: date, end: date) -> InvoiceRun:
    """The run of a period, opened if need be, with all that has something to bill. Raises BadPeriod, NotAllowed."""
    try:
        return selectors.run(db.fn_open_invoice_run(start, end))
    except BadValue as refusal:
        raise BadPeriod(detail=refusal.detail) from refusal


def issue_run(
    *,
    acting_user,
    run_id: UUID,
    most: int | None = None,
    deal_id: UUID | None = None,
    done: Callable[[int], None] = int,
) -> Counter:
    """Issue what waits or failed, ``most`` of it or a deal's; how many became what. Call it outside a transaction.

    A batch commits by itself: killed at any point, the next call goes on. Where one of a batch is refused, each is
    issued by itself: what fails says why and does not stop the others. ``done`` hears how many are done.
    """
    came, items = Counter(), items_to_issue(acting_user=acting_user, run_id=run_id, most=most, deal_id=deal_id)
    for batch in (items[at : at + BATCH] for at in range(0, len(items), BATCH)):
        try:
            came.update(issue_items(acting_user=acting_user, item_ids=batch))
        except Refused:
            came.update(_issued(acting_user, item) for item in batch)
        done(len(batch))
    if came["issued"]:
        ask_to_render()
    return came


@as_acting_user
def items_to_issue(*, acting_user, run_id: UUID, most: int | None, deal_id: UUID | None = None) -> list[UUID]:
    """What of a run, or of a deal in it, waits or failed, in order. Raises NotAllowed for nobody's run."""
    return selectors.items_to_issue(run_id, deal_id)[:most]


def _issued(acting_user, item_id: UUID) -> str:
    try:
        return issue_items(acting_user=acting_user, item_ids=[item_id])[0]
    except Refused as refusal:
        fail_item(acting_user=acting_user, item_id=item_id, reason=str(refusal.sentence))
        return "failed"


@as_acting_user
def issue_items(*, acting_user, item_ids: list[UUID]) -> list[str]:
    """Issue items of a run, all or none; ``issued`` or ``skipped`` for each. Safe to repeat.

    Raises RunIsClosed and as invoice_fees.
    """
    try:
        return db.fn_issue_run_items(item_ids)
    except BadValue as refusal:
        raise (RunIsClosed() if refusal.detail == "closed" else why(refusal)) from refusal


@as_acting_user
def fail_item(*, acting_user, item_id: UUID, reason: str) -> None:
    """Note why an item failed. Raises NotAllowed."""
    db.fn_fail_run_item(item_id, reason)


@as_acting_user
def close_run(*, acting_user, run_id: UUID) -> InvoiceRun:
    """Close a run: its counts are frozen. Safe to repeat. Raises StillWaiting, NotAllowed."""
    try:
        db.fn_close_invoice_run(run_id)
    except BadValue as refusal:
        raise StillWaiting() from refusal
    return selectors.run(run_id)


@dataclass
class Ran:
    """What came of a period: the run, how many of what was billed now, and what failed, with why, by name."""

    run: InvoiceRun
    came: Counter
    failed: list[tuple[str, str, str]]


def run_period(*, acting_user, start: date, end: date, deal_id: UUID | None = None, done=int) -> Ran:
    """Open the run of a period, issue all of it (or a deal's part), and close it once nothing waits or failed.

    Call it outside a transaction. Safe to repeat: killed at any point, or where something failed, the next call goes
    on, and bills nothing twice. ``done`` hears of each. Raises BadPeriod, NotAllowed.
    """
    run = open_run(acting_user=acting_user, start=start, end=end)
    came: Counter = Counter()
    if run.status == InvoiceRunStatus.OPEN:
        came = issue_run(acting_user=acting_user, run_id=run.pk, deal_id=deal_id, done=done)
    left, failed = what_is_left(acting_user=acting_user, run_id=run.pk)
    if not left and not failed:
        run = close_run(acting_user=acting_user, run_id=run.pk)
    return Ran(run, came, failed)


@as_acting_user
def what_is_left(*, acting_user, run_id: UUID) -> tuple[int, list[tuple[str, str, str]]]:
    """How many items of a run wait, and investor, deal and reason of each that failed."""
    run = selectors.run(run_id)
    failed = selectors.items_of(run, RunItemStatus.FAILED)
    named = [(item.investor.legal_name, item.deal.code or item.deal.name, item.reason) for item in failed]
    return selectors.counts_of(run)[RunItemStatus.WAITING], named


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the month before a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def quarter_before(day: date) -> tuple[date, date]:
    """First and last day of the calendar quarter before a day."""
    last = date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def due_period(day: date) -> tuple[date, date] | None:
    """The period that the job invoices on a day, by the firm's settings; None while it has nothing to do.

    From the settled day of the month on: what could not run on that day is made up for. Raises NotAllowed.
    """
    every, from_day = setting("invoice_runs"), int(setting("invoice_run_day"))
    if every == "off":
        return None
    start, end = month_before(day) if every == "monthly" else quarter_before(day)
    return (start, end) if day >= end + timedelta(days=from_day) else None
