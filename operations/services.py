"""Decisions, warnings and mail: the verbs of this room."""

from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from audit.identity import acting_as, acting_as_system
from config.lib import handlers
from config.lib.db import ApprovalMissing, BadValue, NotAllowed, NotLive, Refused
from investors.models import Profile
from operations import db
from operations.mail import mail_notice
from operations.models import Approval, EntityType, Notice

log = structlog.get_logger(__name__)
BATCH = 500

# What the database says in place of a name where nobody decided the question itself.
_STATES = frozenset({"withdrawn", "approved", "rejected", "cancelled", "gone"})

# The words of app.why_not_decide, as people read them.
WHY_NOT: dict[str, Promise] = {
    "not_staff": gettext_lazy("This is not here, or not yours to decide."),
    "own_request": gettext_lazy("You asked for this or entered it. Someone else decides."),
    "own_investor": gettext_lazy("You act for this investor. Someone else decides."),
    "not_your_investor": gettext_lazy("Another relationship manager looks after this investor."),
    "above_limit": gettext_lazy("This is above what operations decide."),
    "approved_already": gettext_lazy("You gave the first approval. The second is another person’s."),
    "admin_needed": gettext_lazy("One of the two approvals is an administrator’s, and none has approved yet."),
}


class DecidedAlready(Refused):
    """Somebody else was first. ``by`` is their name, or '' where the question was withdrawn."""

    sentence = gettext_lazy(
        "This was withdrawn meanwhile. Your decision was not recorded, and your note is kept below."
    )

    def __init__(self, by: str):
        self.by = by
        if by:
            self.sentence = _("%(who)s decided first. Your decision was not recorded, and your note is kept below.") % {
                "who": by
            }
        super().__init__()


class ReasonMissing(BadValue):
    """Rejecting and asking for changes say why."""

    sentence = gettext_lazy("Say why: the investor reads it. Nothing was decided.")


class ChangedMeanwhile(ApprovalMissing):
    """What is asked is not what was asked, or not what the decider saw."""

    sentence = gettext_lazy(
        "This changed since you opened it, or since it was asked. Nothing was decided. Read it again; if it stays so,"
        " reject it, and it can be asked anew."
    )


class NotYourDecision(NotAllowed):
    """The acting person may not decide this; ``word`` says why, ``sentence`` in words."""

    def __init__(self, word: str):
        self.word = word
        self.sentence = WHY_NOT.get(word, NotAllowed.sentence)
        super().__init__(detail=word)


def decide(
    *,
    acting_user: Profile,
    approval_id: UUID,
    action: str,
    reason: str = "",
    content_hash: str | None = None,
) -> str:
    """Approve, reject or ask for changes, and carry it out: one transaction, so neither happens without the
    other.

    ``content_hash`` is what the decider saw. Returns 'approved', 'second_approval' (one of two was given),
    'rejected' or 'changes_asked'.

    Raises NotYourDecision, DecidedAlready, ReasonMissing, BadValue, ChangedMeanwhile (since it was asked or seen),
    Busy, and whatever carrying it out refuses (NotLive: the hold ended; DealNotOpen).
    """
    with acting_as(acting_user.pk):
        outcome = _record(approval_id, action, reason, content_hash)
        approval = Approval.objects.only("entity_type", "entity_id").get(pk=approval_id)
        if approval.entity_type == EntityType.DEAL_COMMITMENT and outcome in ("approved", "rejected"):
            handlers.run(f"commitment.{outcome}", commitment_id=approval.entity_id, acting_user=acting_user)
        transaction.on_commit(ask_to_send)
    return outcome


def _record(approval_id: UUID, action: str, reason: str, content_hash: str | None) -> str:
    try:
        return db.fn_decide_approval(approval_id, action, reason, content_hash)
    except NotAllowed as refusal:
        raise NotYourDecision(refusal.detail) from refusal
    except BadValue as refusal:
        if refusal.detail == "reason":
            raise ReasonMissing() from refusal
        raise
    except ApprovalMissing as refusal:
        raise ChangedMeanwhile() from refusal
    except NotLive as refusal:
        raise DecidedAlready("" if refusal.detail in _STATES else refusal.detail) from refusal


# --- warnings


def warn_sla() -> int:
    """Warn, as VERSO system, about decisions past 75 % of their time, once each; how many."""
    total = 0
    while warned := _warn_batch():
        total += warned
    return total


def _warn_batch() -> int:
    with acting_as_system():
        return db.fn_warn_sla(BATCH)


# --- mail


def ask_to_send() -> None:
    """Ask a worker to mail what waits.

    With the broker down nothing is lost: the row stays, and beat asks again.
    """
    try:
        current_app.send_task("operations.tasks.send_notices", ignore_result=True)
    except OperationalError as error:
        log.warning("notices wait for the next run", broker=str(error))


def send_notices() -> tuple[int, int]:
    """Mail every notice that waits, as VERSO system, one transaction each; how many left and how many failed.

    A mail that fails stays in the outbox for the next run. Two runs at once never take the same notice.
    """
    tried: list[UUID] = []
    failed = 0
    while (sent := _send_next(tried)) is not None:
        failed += not sent
    return len(tried) - failed, failed


def _send_next(tried: list[UUID]) -> bool | None:
    with acting_as_system():
        notice_id = db.next_notice(tried)
        if notice_id is None:
            return None
        tried.append(notice_id)
        try:
            mail_notice(Notice.objects.select_related("user").get(pk=notice_id))
        except Exception:  # whatever it is: one notice that cannot be written must not stop everybody else's
            log.exception("notice not mailed", notice=str(notice_id))
            return False
        db.notice_mailed(notice_id)
        return True


def note_read(*, acting_user: Profile, notice_ids: list[UUID]) -> int:
    """Note that a person has read these of their own notices; how many were unread."""
    with acting_as(acting_user.pk):
        mine = Notice.objects.filter(user=acting_user, pk__in=notice_ids, read_at=None)
        return mine.update(read_at=timezone.now())
