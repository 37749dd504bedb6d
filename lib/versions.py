"""Two people edit one thing: whoever saves second is told, and nothing of the first is lost silently.

A form carries a digest of every value it showed. The service compares them, under its lock, with the values of the
row (:func:`expect`) and refuses with :class:`ChangedMeanwhile`, which holds the values as they are now. The form
then shows both side by side and keeps what was typed; see ui/editing.py.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from lib.db import Conflict
from lib.exact import dump, plain

Shown = Mapping[str, str]


class ChangedMeanwhile(Conflict):
    """Somebody saved other values since the form was shown.

    ``now`` are all values as they are, ``changed`` the names of those that differ.
    """

    sentence = _("Someone changed this since you opened it. Nothing was saved, and your entries are still here.")

    def __init__(self, now: Mapping, changed: list[str]):
        super().__init__()
        self.now, self.changed = now, changed


def digest(value) -> str:
    """A short fingerprint of a value, the same in every language and time zone."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[:16]


def shown_of(values: Mapping) -> Shown:
    """What a form that shows these values carries."""
    return {name: digest(value) for name, value in values.items()}


def expect(shown: Shown | None, now: Mapping) -> None:
    """Refuse when one of the values differs from what was shown. Call it under the lock of the row.

    ``shown`` is None where no page was read before: commands, jobs, sample data. Raises ChangedMeanwhile.
    """
    if shown is None:  # [1]
        return
    if changed := [name for name, value in now.items() if shown.get(name) != digest(value)]:
        raise ChangedMeanwhile(now, changed)


def _canonical(value) -> str:
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return plain(value.normalize())
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return dump(value) if isinstance(value, dict | list | tuple) else str(value)
