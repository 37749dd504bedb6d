"""What the desk shows: the queue of decisions, the jobs. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.management import get_commands
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.selectors import approvals_waiting
from approvals.subjects import subject_of
from desk import db
from house.models import JobClock, JobRun
from ui import figures

SHOWN = {"waiting": _("Pending"), "decided": _("Decided"), "all": _("All")}
PAGE = 25


# --- the queue


@dataclass(frozen=True)
class Queue:
    """The approvals of one search, counted and sliced in the database: as a Paginator wants its list."""

    shown: str = "waiting"
    q: str = ""

    def __len__(self) -> int:
        return db.approvals_count(**self._where())

    def __getitem__(self, part: slice) -> list[dict]:
        limit = None if part.stop is None else part.stop - (part.start or 0)
        found = db.approvals_queue(**self._where(), limit=limit, offset=part.start or 0)
        titles = _titles(found)
        return [
            row
            | {
                "kind": subject_of(row["entity_type"]).name,
                "title": row["investor"] or row["deal"] or titles.get(row["entity_id"], ""),
            }
            for row in found
        ]

    def _where(self) -> dict:
        return {
            "shown": self.shown,
            "q": f"%{_literally(self.q)}%" if self.q else None,
        }


def _titles(found: list[dict]) -> dict[UUID, str]:
    """What the things are called that neither an investor nor a deal names; one question for each type."""
    unnamed: dict[str, list[UUID]] = {}
    for row in found:
        if not (row["investor"] or row["deal"]):
            unnamed.setdefault(row["entity_type"], []).append(row["entity_id"])
    return {key: title for kind, ids in unnamed.items() for key, title in subject_of(kind).titles(ids).items()}


def _literally(text: str) -> str:
    """A pattern that finds this text itself; a group sign typed into an amount is left out."""
    plain = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return plain.replace(",", "") if plain.replace(",", "").replace(".", "").isdigit() else plain


def count_changes_asked() -> int:
    """How many commitments wait for their investor's answer."""
    return len(Queue()) - approvals_waiting()["waiting"]


# --- jobs

JOB_WORDS: dict[str, tuple[Promise, Promise]] = {
    "expire_reservations": (_("End lapsed holds"), _("Releases the units of expired holds")),
    "close_deals": (_("Close deals by date"), _("Closes the book of deals past their closing date")),
    "lapse_commitments": (
        _("End commitments past their limit"),
        _("Releases units that were not decided on in time"),
    ),
    "warn_sla": (_("Warn about deadlines"), _("Warns staff when 75 % of the SLA time is used")),
    "send_notices": (_("Send notices"), _("E-mails them to investors and staff")),
    "make_audit_partitions": (_("Prepare the audit log"), _("Prepares the next three months")),
    "write_anchor": (_("Anchor the audit log"), _("Signs a copy of all chain heads")),
    "clear_sessions": (_("Clear sessions"), _("Deletes expired sessions")),
    "accrue_fees": (_("Accrue fees"), _("Accrues what is due by the calendars of the fees")),
    "apply_certain_matches": (
        _("Match certain payments"),
        _("Matches bank lines that name an invoice and pay it exactly, if the settings say so"),
    ),
    "invoice_fees": (_("Invoice fees"), _("Invoices what accrued, monthly or quarterly, if the settings say so")),
    "render_invoices": (_("File invoices"), _("Makes the PDFs of issued invoices and tells investors")),
    "remind_invoices": (
        _("Remind of invoices"),
        _("Reminds investors of overdue invoices, as the settings say"),
    ),
    "accrue_commissions": (_("Accrue commissions"), _("Accrues what introducers earned on what was paid")),
    "file_self_billing": (_("File self-billing invoices"), _("Makes the PDFs of introducers’ invoices")),
    "sweep_stored_files": (_("Clear stored files"), _("Deletes files that belong to no document")),
}
# Where a job and its command have two names.
_COMMANDS = {"write_anchor": "export_audit_anchor", "clear_sessions": "clearsessions"}


@dataclass(frozen=True)
class Job:
    """A scheduled job with what its last run left behind. ``status`` is ok, failed, late or never."""

    name: str
    title: str
    what: str
    every: timedelta
    run: JobRun | None
    now: datetime

    @property
    def next_at(self) -> datetime | None:
        return self.run and self.run.started_at + self.every

    @property
    def status(self) -> str:
        if self.run is None:
            return "never"
        if self.run.error:
            return "failed"
        # Beat and a worker need a moment; two whole rounds without a good run are late, whatever has begun since.
        if self.now - (self.run.succeeded_at or self.run.since) > 2 * self.every + timedelta(seconds=30):
            return "late"
        return "ok" if self.run.succeeded_at else "never"

    @property
    def command(self) -> str:
        """The manage.py command that does the same; '' where there is none."""
        name = _COMMANDS.get(self.name, self.name)
        return name if name in get_commands() else ""

    @property
    def said(self) -> str:
        """The error of the last run, or what it said of itself."""
        if self.run is None:
            return ""
        return self.run.error or self.run.outcome

    @property
    def took(self) -> str | None:
        """Seconds of the last run, to a tenth."""
        if self.run is None or self.run.finished_at is None:
            return None
        seconds = (self.run.finished_at - self.run.started_at).total_seconds()
        return figures.number(Decimal(str(seconds)), 0, 1)

    @property
    def every_words(self) -> str:
        return figures.span(self.every.total_seconds())

    @property
    def running(self) -> bool:
        return bool(self.run and self.run.finished_at is None)


def jobs() -> list[Job]:
    """Every job of the schedule, whether it ever ran or not."""
    runs = {run.name: run for run in JobRun.objects.all()}
    now = timezone.now()
    found = []
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        title, what = JOB_WORDS.get(name, (name, ""))
        every = entry["schedule"]
        every = every if isinstance(every, timedelta) else timedelta(seconds=float(every))
        found.append(Job(name, str(title), str(what), every, runs.get(entry["task"]), now))
    return found


def jobs_wrong() -> dict[str, str]:
    """The status of each job that is not as it should be, by its name: late, failed."""
    return {job.name: job.status for job in jobs() if job.status in ("failed", "late")}


def job_clock() -> JobClock:
    """Whether jobs act by the database's clock; ``ahead`` is 0 while it agrees with the workers'."""
    return JobClock.objects.get()
