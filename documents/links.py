"""Links by which one person opens one document for a quarter of an hour. Signed, so nothing of them is kept."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

LIVES = timedelta(minutes=15)
_PURPOSE = "documents.open"


class LinkExpired(Exception):
    """It was good for this person, until its time was over. ``document_id`` says of what it was."""

    def __init__(self, document_id: UUID):
        super().__init__("This link has expired.")
        self.document_id = document_id


def make_link(document_id: UUID, profile_id: UUID, *, now: datetime) -> str:
    """The signed part of an address, good for this person alone."""
    until = int((now + LIVES).timestamp())
    return signing.Signer(salt=_PURPOSE).sign_object([str(document_id), str(profile_id), until])


def read_link(link: str, profile_id: UUID, *, now: datetime) -> UUID | None:
    """The document of a link; None for a forged one and for one of somebody else. Raises LinkExpired."""
    try:
        document_id, reader, until = signing.Signer(salt=_PURPOSE).unsign_object(link)
    except (signing.BadSignature, ValueError):
        return None
    if reader != str(profile_id):  # [1]
        return None
    if now.timestamp() >= until:  # [2]
        raise LinkExpired(UUID(document_id))
    return UUID(document_id)
