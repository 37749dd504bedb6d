"""Decisions, warnings and mail: the verbs of this app."""

import time
from decimal import Decimal
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from audit.identity import acting_as, acting_as_system
from investors.models import Profile
from lib import handlers, text
from lib.db import ApprovalMissing, BadValue, NotAllowed, NotLive, Refused
from operations import db
from operations.clock import by_the_clock
from operations.mail import Failure, deliver, message_of
from operations.models import LIMITS, Approval, ApprovalRule, EntityType, Notice

log = structlog.get_logger(__name__)
BATCH = 500
# A claim outlives the longest conversation with a mail server, EMAIL_LIMIT_SECONDS; a run ends below the limit of jobs.
LEASE_SECONDS = 600
RUN_SECONDS = 300

# What the database says in place of a name where nobody decided the question itself.
_STATES = frozenset({"withdrawn", "approved", "rejected", "cancelled", "gone"})

# The words of app.why_not_decide, as people read them.
WHY_NOT: dict[str, Promise] = {
    "not_staff": gettext_lazy("This is not here, or not yours to decide."),
    "own_request": gettext_lazy("You requested or entered this, so someone else must decide."),
    "own_investor": gettext_lazy("You act for this investor, so someone else must decide."),
    "made_investor": gettext_lazy(
        "You added this investor or one of its people less than 90 days ago, so someone else must decide."
    ),
    "set_email": gettext_lazy(
        "You entered the e-mail of one of this investor’s people less than 90 days ago, so someone else must decide."
    ),
    "decided_kyc": gettext_lazy("You decided this investor’s KYC less than 90 days ago, so someone else must decide."),
    "had_link": gettext_lazy(
        "You created a password link for one of this investor’s people, so someone else must decide."
    ),
    "changed_price": gettext_lazy("You set the offer price used here, so someone else must decide."),
    "changed_plan": gettext_lazy("You created or changed the fee plan used here, so someone else must decide."),
    "changed_override": gettext_lazy("You changed the negotiated terms used here, so someone else must decide."),
    "not_independent": gettext_lazy(
        "Someone who prepared or approved this set the e-mail of your account or saw its password link in the last"
        " 90 days, or you did so for theirs. Someone independent of both must decide."
    ),
    "not_your_investor": gettext_lazy("Another relationship manager looks after this investor."),
    "above_limit": gettext_lazy("Above your approval limit, counting what this investor already has."),
    "approved_already": gettext_lazy("You gave the first approval. The second is another person’s."),
    "admin_needed": gettext_lazy("One of the two approvals is an administrator’s, and none has approved yet."),
}


class DecidedAlready(Refused):
    """Somebody else was first. ``by`` is their name, or '' where the question was withdrawn."""

    sentence = gettext_lazy(
        "This was withdrawn meanwhile. Your decision was not recorded, and any note you typed is kept below."
    )

    def __init__(self, by: str):
        self.by = by
        if by:
            said = _("%(who)s decided first. Your decision was not recorded, and any note you typed is kept below.")
            self.sentence = said % {"who": by}
        super().__init__()


class ReplacedMeanwhile(DecidedAlready):
    """The investor added units or took some off; another request took the place of this one."""

    def __init__(self):
        super().__init__("")
        self.sentence = _(
            "The investor added or removed units meanwhile, so a new request replaced this one. Your decision was not"
            " recorded, and any note you typed is kept below."
        )


class ReasonMissing(BadValue):
    """Rejecting and asking for changes say why."""

    sentence = gettext_lazy("Say why: the investor reads it. Nothing was decided.")


class ChangedMeanwhile(ApprovalMissing):
    """What is asked is not what was asked, or not what the decider saw."""

    sentence = gettext_lazy(
        "This changed after it was submitted or after you opened it. Nothing was decided. Check it again; if it cannot"
        " be approved as it is, reject it so that it can be submitted again."
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
        outcome = _record(approval_id, action, text.text(reason), content_hash)
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
        if refusal.detail == "replaced":
            raise ReplacedMeanwhile() from refusal
        raise DecidedAlready("" if refusal.detail in _STATES else refusal.detail) from refusal


# --- rules


class OwnRule(NotAllowed):
    sentence = gettext_lazy("You proposed this. Another administrator agrees to it. Nothing was changed.")


class NotIndependent(OwnRule):
    sentence = gettext_lazy(
        "Whoever proposed this set the e-mail of your account or saw its password link in the last 90 days, or you did"
        " so for theirs. Another administrator agrees to it. Nothing was changed."
    )


class RuleOver(NotLive):
    sentence = gettext_lazy(
        "Somebody agreed to this already, or it is over. Nothing was changed: look at the list below."
    )


class RuleReasonMissing(BadValue):
    sentence = gettext_lazy("Say why: it is shown for as long as the rule lasts. Nothing was proposed.")


class RuleEnds(BadValue):
    sentence = gettext_lazy("Whoever relaxes a rule says for how many days, at most 90. Nothing was proposed.")


def propose_rule(
    *,
    acting_user: Profile,
    currency: str,
    limits: dict[str, Decimal],
    relaxes: list[str],
    reason: str,
    days: int | None,
) -> ApprovalRule:
    """Propose limits for a currency, and which ways of being a party are passed over for ``days``; the rule.

    It counts once another administrator agrees; where there is none, at once.
    Raises NotAllowed, RuleReasonMissing, RuleEnds, BadValue.
    """
    with acting_as(acting_user.pk):
        try:
            rule_id = db.fn_propose_rule(currency, [limits[name] for name in LIMITS], relaxes, text.text(reason), days)
        except BadValue as refusal:
            known = {"reason": RuleReasonMissing, "days": RuleEnds}
            raise known[refusal.detail]() if refusal.detail in known else refusal from refusal
        return ApprovalRule.objects.get(pk=rule_id)


def agree_to_rule(*, acting_user: Profile, rule_id: UUID) -> None:
    """Agree to what another administrator proposed: it counts from now on.

    Raises NotAllowed, OwnRule, NotIndependent, RuleOver, Busy. Locks the rule.
    """
    with acting_as(acting_user.pk):
        try:
            db.fn_agree_to_rule(rule_id)
        except NotAllowed as refusal:
            if refusal.detail == "own_request":
                raise OwnRule() from refusal
            if refusal.detail == "not_independent":
                raise NotIndependent() from refusal
            raise
        except NotLive as refusal:
            raise RuleOver() from refusal


# --- warnings


def warn_sla() -> int:
    """Warn, as VERSO system, about decisions past 75 % of their time, once each; how many. Raises ClockAhead."""
    total = 0
    while warned := _warn_batch():
        total += warned
    return total


def _warn_batch() -> int:
    return by_the_clock(lambda: db.fn_warn_sla(BATCH))


def confirm_clock(*, acting_user: Profile) -> None:
    """Say that the database's clock is right, so that jobs act by it again. Raises NotAllowed. Leaves an audit row."""
    with acting_as(acting_user.pk):
        db.confirm_clock()


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
    """Mail every notice that is due, as VERSO system; how many left and how many failed.

    Claim and commit, send, note and commit: no transaction is open while a mail server is asked. What fails is tried
    again after a pause that grows, or is stopped and shown to staff. Where the server itself does not answer, the run
    ends and the others wait for the next. Two runs at once never take the same notice; one whose worker is killed is
    taken again after LEASE_SECONDS (the one case in which a person may get it twice: killed after the server took it).
    """
    sent = failed = 0
    ends = time.monotonic() + RUN_SECONDS
    while time.monotonic() < ends and (claim := _claim()):
        failure = _mail(*claim)
        sent, failed = sent + (failure is None), failed + (failure is not None)
        if failure and failure.server:
            break
    return sent, failed


def _claim() -> tuple[UUID, int] | None:
    with acting_as_system():
        return db.claim_notice(LEASE_SECONDS)


def _mail(notice_id: UUID, number: int) -> Failure | None:
    """One try of one mail, claimed before; what it met, which is noted."""
    with acting_as_system():
        notice = Notice.objects.select_related("user").get(pk=notice_id)
    try:
        message = message_of(notice)
    except Exception as error:  # one that cannot be written must not stop everybody else's
        log.exception("notice not written", notice=str(notice_id))
        failure = Failure(f"{type(error).__name__}: {error}")
    else:
        failure = deliver(message)
    with acting_as_system():
        if failure:
            db.notice_not_mailed(notice_id, number, failure.said, failure.stopped)
        else:
            db.notice_mailed(notice_id)
    return failure


class NotStopped(NotLive):
    """The mail left meanwhile, or somebody else has it sent again."""

    sentence = gettext_lazy(
        "This e-mail is no longer on the list: it was sent, or someone else is sending it again. Nothing was changed."
    )


def mail_again(*, acting_user: Profile, notice_id: UUID) -> None:
    """Have a mail that was stopped sent once more. Raises NotAllowed, NotStopped. Locks the notice."""
    with acting_as(acting_user.pk):
        try:
            db.mail_notice_again(notice_id)
        except NotLive as refusal:
            raise NotStopped() from refusal
        transaction.on_commit(ask_to_send)
