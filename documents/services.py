"""Verbs of documents: store a file, open it, sweep what nothing names. A file that a row names is never deleted."""

import io
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import storages
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from audit import services as audit
from audit.identity import acting_as_system, as_acting_user
from documents import contents, selectors
from documents.models import Document
from documents.storage import new_key
from investors.models import Investor, Profile
from lib import text
from lib.db import NotAllowed, Refused, translated

SWEEP_AFTER = timedelta(days=1)
_BATCH = 500
log = logging.getLogger(__name__)


class FileIsMissing(Refused):
    sentence = _("The file of this document can’t be found. Tell your contact.")


@as_acting_user
def store_document(
    *,
    acting_user: Profile,
    content: bytes | BinaryIO,
    filename: str,
    title: str,
    type: str,
    owner_investor: Investor | UUID | None = None,
    owner_user: Profile | UUID | None = None,
    vehicle_id: UUID | None = None,
    deal_id: UUID | None = None,
    source_key: str | None = None,
    accepts: Iterable[contents.ContentType] = contents.PAPERS,
    most: int = contents.SIZE_MAX,
) -> Document:
    """Store a file as a document. Staff and jobs. Its type is found in its content and must be one of ``accepts``.

    ``source_key`` names what it was made of ("invoice INV-2026-000001"): the same key gives the same document back,
    and nothing is stored. ``most`` is in bytes. The file is whole and synced before its row is written: a crash leaves
    a file that nothing names, which :func:`sweep_stored_files` takes away, and never a row without a file. Call it
    before locks are taken. Leaves one audit row. Raises BadFile (of contents), BadText, NotAllowed, Busy.
    """
    facts = {
        "title": text.line(title, text.TITLE, required=True),
        "type": text.line(type, text.TITLE, required=True),
        "owner_investor_id": getattr(owner_investor, "pk", owner_investor),
        "owner_user_id": getattr(owner_user, "pk", owner_user),
        "vehicle_id": vehicle_id,
        "deal_id": deal_id,
        "source_key": text.line(source_key, text.TITLE, required=True) if source_key is not None else None,
        "created_by": acting_user,
    }
    if facts["source_key"] and (there := selectors.document_of_source(facts["source_key"])):
        return there
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    found = contents.check(file, filename, accepts=accepts, most=most)
    key = storages["private"].save(new_key(found.sha256), File(file))
    facts |= {"file_key": key, "content_type": found.content_type, "size_bytes": found.size}
    return _named(Document(**facts, sha256=found.sha256, filename=found.filename))


def _named(document: Document) -> Document:
    """Write the row of a file that is there; whoever was first with the source key keeps theirs."""
    once = document.source_key is not None
    try:
        if once:  # waits for another who is storing the same, and then sees that row
            Document.objects.bulk_create([document], ignore_conflicts=True)  # [1]
        else:
            document.save(force_insert=True)
    except DatabaseError as error:
        storages["private"].delete(document.file_key)
        raise translated(error) or error from error
    if not once:
        return document
    first = selectors.document_of_source(document.source_key)
    if first is None or first.file_key != document.file_key:
        storages["private"].delete(document.file_key)
    if first is None:
        raise NotAllowed()
    return first


@as_acting_user
def open_document(*, acting_user: Profile, document: Document) -> File:
    """The file of a document that this person may see, to be closed by the caller. Leaves an audit row.

    Raises FileIsMissing, NotAllowed for a document without a file of ours, Busy.
    """
    if not document.is_stored:
        raise NotAllowed()
    try:
        file = storages["private"].open(document.file_key)
    except FileNotFoundError as error:
        log.error("the file of document %s is missing", document.pk)
        raise FileIsMissing() from error
    audit.record("documents.opened", "documents", document.pk, deal_id=document.deal_id)
    return file


def sweep_stored_files(*, now: datetime, dry_run: bool = False) -> int:
    """Delete files that no document has named for a day: what a crash or a refusal left behind; how many.

    Safe to repeat and in parallel. Acts as the system profile, batch by batch.
    """
    swept, storage = 0, storages["private"]
    for keys in _batches(storage.written_before(now - SWEEP_AFTER)):
        with acting_as_system():
            named = selectors.named_files(keys)
        for key in keys:
            if key not in named:  # [2]
                swept += 1
                if not dry_run:
                    storage.delete(key)
    return swept


def _batches(keys: Iterable[str]) -> Iterable[list[str]]:
    batch = []
    for key in keys:
        batch.append(key)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
