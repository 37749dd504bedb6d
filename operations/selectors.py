"""Questions about decisions, notices and jobs. Reads only.

Row level security decides whose rows there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.management import get_commands
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from investors.models import Profile
from operations import db
from operations.models import (
    PROPOSALS_WAIT,
    Approval,
    ApprovalRule,
    ApprovalStatus,
    JobClock,
    JobRun,
    MailStopped,
    Notice,
)
from ui import figures

SHOWN = {"waiting": _("Waiting"), "decided": _("Decided"), "all": _("All")}
PAGE = 25


# --- approvals


@dataclass(frozen=True)
class Queue:
    """The approvals of one search, counted and sliced in the database: as a Paginator wants its list."""

    shown: str = "waiting"
    q: str = ""

    def __len__(self) -> int:
        return db.approvals_count(**self._where())

    def __getitem__(self, part: slice) -> list[dict]:
        limit = None if part.stop is None else part.stop - (part.start or 0)
        return db.approvals_queue(**self._where(), limit=limit, offset=part.start or 0)

    def _where(self) -> dict:
        return {
            "shown": self.shown,
            "q": f"%{_literally(self.q)}%" if self.q else None,
        }


def _literally(text: str) -> str:
    """A pattern that finds this text itself; a group sign typed into an amount is left out."""
    plain = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return plain.replace(",", "") if plain.replace(",", "").replace(".", "").isdigit() else plain


def approval_of(approval_id: UUID) -> Approval | None:
    """One approval; None where it is not there, or the acting person may not see it."""
    return Approval.objects.select_related("requested_by", "decided_by").filter(pk=approval_id).first()


def newest_approval(entity_type: str, entity_id: UUID) -> Approval | None:
    """The last question asked about a thing."""
    return (
        Approval.objects.filter(entity_type=entity_type, entity_id=entity_id).order_by("-created_at", "-step").first()
    )


def why_not_decide(approval_id: UUID) -> str | None:
    """One word why the acting person may not decide this now; None when they may. See services.WHY_NOT."""
    return db.why_not_decide(approval_id)


def approval_counts(approval_id: UUID) -> dict:
    """What counts for the acting person who decides this (``counted``), and how many ``people`` it then takes."""
    return db.approval_counts(approval_id)


def trail_of(approval: Approval) -> list[dict]:
    """Every question and decision about the same thing, oldest first."""
    return db.trail_of(approval.entity_type, approval.entity_id)


def approvals_waiting() -> dict:
    """``waiting`` and ``late`` counts, and when the clock that ends first began and ends."""
    return db.approvals_waiting()


def count_changes_asked() -> int:
    """How many commitments wait for their investor's answer."""
    return len(Queue()) - db.approvals_waiting()["waiting"]


def approval_rule(currency: str | None) -> ApprovalRule | None:
    """The rule in force of a currency, or the one for all others. Amounts are in that currency."""
    rules = {rule.currency: rule for rule in rules_in_force()}
    return rules.get(currency) or rules.get("*")


def rules_in_force() -> QuerySet[ApprovalRule]:
    """The one rule that counts now for each currency, as app.approval_rule finds it."""
    lasting = Q(lasts_until=None) | Q(lasts_until__gt=Now())
    rules = ApprovalRule.objects.filter(lasting, in_force_from__isnull=False).select_related("proposed_by", "agreed_by")
    return rules.order_by("currency", "-in_force_from", "pk").distinct("currency")


def rules_proposed() -> QuerySet[ApprovalRule]:
    """The rules that wait for a second administrator, the newest first."""
    waiting = ApprovalRule.objects.filter(in_force_from=None, proposed_at__gt=Now() - PROPOSALS_WAIT)
    lasting = Q(lasts_until=None) | Q(lasts_until__gt=Now())
    return waiting.filter(lasting).select_related("proposed_by").order_by("-proposed_at", "pk")


def relaxations() -> list[ApprovalRule]:
    """The rules in force that end: the house keeps other rules until then."""
    return [rule for rule in rules_in_force() if rule.lasts_until]


def staff_nav_counts(request) -> dict[str, int]:
    """What waits in the staff rail."""
    if not request.user.is_staff:
        return {}
    return {"operations_staff:approvals": Approval.objects.filter(status=ApprovalStatus.PENDING).count()}


def count_to_warn() -> int:
    """How many decisions are past three quarters of their time without a warning."""
    used = ExpressionWrapper(F("sla_breach_at") - F("sla_started_at"), output_field=DurationField())
    late = Q(sla_started_at__lte=Now() - used * 0.75)
    return Approval.objects.filter(late, status=ApprovalStatus.PENDING, sla_warned_at=None).count()


# --- notices


def notices_of(profile: Profile) -> QuerySet[Notice]:
    """What a person was told, newest first."""
    return Notice.objects.filter(user=profile).order_by("-created_at", "-pk")


def count_to_mail() -> int:
    """How many notices wait to be mailed, now or after a pause; VERSO system sees all."""
    waiting = Notice.objects.filter(mailed_at=None, mail_stopped=MailStopped.NO, mail_until__gt=timezone.now())
    return waiting.filter(user__is_active=True, user__email__isnull=False).count()


def stopped_mail() -> QuerySet[Notice]:
    """Notices whose mail is not tried again by itself, newest first; staff see them."""
    stopped = Notice.objects.exclude(mail_stopped__in=[MailStopped.NO, MailStopped.NOT_WANTED]).filter(mailed_at=None)
    return stopped.select_related("user").order_by("-created_at", "-pk")


# --- jobs

JOB_WORDS: dict[str, tuple[Promise, Promise]] = {
    "expire_reservations": (_("End lapsed holds"), _("Gives the units of holds back that ran out")),
    "close_deals": (_("Close deals by date"), _("Moves open deals past their date to allocation")),
    "lapse_commitments": (
        _("End commitments past their limit"),
        _("Gives units back that nobody decided about"),
    ),
    "warn_sla": (_("Warn about decisions"), _("When three quarters of their time are used")),
    "send_notices": (_("Mail notices"), _("What investors are told")),
    "make_audit_partitions": (_("Prepare the audit log"), _("Three months ahead")),
    "write_anchor": (_("Anchor the audit log"), _("A signed copy of all chain heads")),
    "clear_sessions": (_("Clear sessions"), _("Throws away those that are over")),
}
# Where a job and its command have two names.
_COMMANDS = {"write_anchor": "export_audit_anchor", "clear_sessions": "clearsessions"}


@dataclass(frozen=True)
class Job:
    """A scheduled job with what its last run left behind. ``state`` is ok, failed, late or never."""

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
    def state(self) -> str:
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
    """The state of each job that is not as it should be, by its name: late, failed."""
    return {job.name: job.state for job in jobs() if job.state in ("failed", "late")}


def job_clock() -> JobClock:
    """Whether jobs act by the database's clock; ``ahead`` is 0 while it agrees with the workers'."""
    return JobClock.objects.get()
