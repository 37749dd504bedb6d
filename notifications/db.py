"""One Python function per SQL function of this app."""

from uuid import UUID

from lib import db


def claim_notice(lease_seconds: int) -> tuple[UUID, int] | None:
    """The notice due longest and the number of this try of its mail, claimed for ``lease_seconds``; None: none is due.

    Raises NotAllowed.
    """
    notice_id, number = db.call_row("select notice_id, try from app.claim_notice(%s)", [lease_seconds])
    return (notice_id, number) if notice_id else None


def notice_mailed(notice_id: UUID) -> None:
    """Take a notice out of the outbox. Raises NotAllowed."""
    db.call("select app.notice_mailed(%s)", [notice_id])


def notice_not_mailed(notice_id: UUID, number: int, problem: str, stopped: str) -> None:
    """Note why a try failed; '' in ``stopped`` lets it be tried again after a pause. Raises NotAllowed, BadValue."""
    db.call("select app.notice_not_mailed(%s, %s, %s, %s)", [notice_id, number, problem, stopped])


def mail_about(entity_ids: list[UUID]) -> list[dict]:
    """Who was told and mailed of these things, and when: kind, user_id, created_at, mailed_at, mail_stopped.

    For staff. Raises NotAllowed.
    """
    return db.rows("select * from app.mail_about(%s::uuid[])", [entity_ids])


def mail_notice_again(notice_id: UUID) -> None:
    """Put a mail that was stopped back into the outbox. Raises NotAllowed, NotLive (it is not stopped)."""
    db.call("select app.mail_notice_again(%s)", [notice_id])
