"""Mailing what people are told: the verbs of this app."""

import time
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from audit.identity import acting_as_system, as_acting_user
from investors.models import Profile
from lib.db import NotLive
from notifications import db
from notifications.mail import Failure, deliver, message_of
from notifications.models import Notice

log = structlog.get_logger(__name__)
# A claim outlives the longest conversation with a mail server, EMAIL_LIMIT_SECONDS; a run ends below the limit of jobs.
LEASE_SECONDS = 600
RUN_SECONDS = 300


def ask_to_send() -> None:
    """Ask a worker to mail what waits.

    With the broker down nothing is lost: the row stays, and beat asks again.
    """
    try:
        current_app.send_task("notifications.tasks.send_notices", ignore_result=True)
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


@as_acting_user
def mail_again(*, acting_user: Profile, notice_id: UUID) -> None:
    """Have a mail that was stopped sent once more. Raises NotAllowed, NotStopped. Locks the notice."""
    try:
        db.mail_notice_again(notice_id)
    except NotLive as refusal:
        raise NotStopped() from refusal
    transaction.on_commit(ask_to_send)
