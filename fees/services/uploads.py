"""Bank files between their upload and their import: in the private folder, where a day later nothing of them is left.

What the browser gets is an id; the session of whoever uploaded the file knows what it stands for.
"""

import hashlib
from dataclasses import asdict, dataclass
from typing import BinaryIO
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from audit.identity import as_acting_user
from documents.storage import new_key
from fees.services.bank import BankRefused, may_match
from fees.statements import StatementRefused, format_of
from lib.text import TITLE, tidy_line

KEPT = 5
SESSION = "bank_uploads"


@dataclass(frozen=True)
class Upload:
    """A bank file that waits to be imported."""

    id: str
    key: str
    name: str
    format: str
    size: int
    account: str = ""

    def open(self) -> File:
        """The file, to be closed by the caller. Raises BankRefused where it is gone."""
        try:
            return storages["private"].open(self.key)
        except FileNotFoundError:
            raise BankRefused(_("The file is no longer here. Nothing was imported: upload it again.")) from None


@as_acting_user
def keep_upload(*, acting_user, session, file: BinaryIO, name: str, account: str = "") -> Upload:
    """Keep a file whose format is known, for this session, with the account that was chosen for it.

    Raises NotAllowed, BankRefused.
    """
    may_match(acting_user)
    try:
        found = format_of(file)
    except StatementRefused as refusal:
        raise BankRefused(refusal.sentence + " " + _("Nothing was imported."), field="file") from refusal
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    key = storages["private"].save(new_key(sha256), File(file))
    upload = Upload(str(uuid4()), key, tidy_line(name)[:TITLE], found, storages["private"].size(key), account)
    waiting = [*session.get(SESSION, []), asdict(upload)]
    for old in waiting[:-KEPT]:
        storages["private"].delete(old["key"])
    session[SESSION] = waiting[-KEPT:]
    return upload


def upload_of(session, upload_id: UUID) -> Upload | None:
    """A file that this session uploaded and did not import yet."""
    waiting = session.get(SESSION, [])
    return next((Upload(**each) for each in waiting if each["id"] == str(upload_id)), None)


def forget_upload(session, upload: Upload) -> None:
    """The file was imported: what it said is in the database."""
    session[SESSION] = [each for each in session.get(SESSION, []) if each["id"] != upload.id]
    storages["private"].delete(upload.key)
