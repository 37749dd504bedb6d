"""Calling SQL functions: one place that turns a SQLSTATE into an exception of ours.

SQLSTATEs are part of the contract (design §1): DL001 … DL007, 22023 bad value, 42501 not allowed.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The database refused; nothing was changed. ``sentence`` is what the person reads."""

    sqlstate = ""
    sentence = _("This could not be done. Nothing was changed. Please try again.")

    def __init__(self, message: str = "", detail: str = ""):
        super().__init__(message or str(self.sentence))
        self.detail = detail


class Conflict(Refused):
    """What it is about is no longer as it was, or somebody else is at it: look again, then try again."""


class TooMany(Refused):
    """Too much was asked for in too short a time."""

    sentence = _("Too many attempts. Nothing was changed. Please try again later.")


class NotEnoughUnits(Refused):
    sqlstate = "DL001"
    sentence = _("Not that many units are available now. Nothing was reserved.")

    @property
    def available(self) -> str:
        """How many units were available when the refusal was decided, as the database said it."""
        return self.detail


class Busy(Conflict):
    sqlstate = "DL002"
    sentence = _("Many people are reserving at this moment. Nothing was changed. Please try again.")


class DealNotOpen(Refused):
    sqlstate = "DL003"
    sentence = _("This deal does not take reservations now. Nothing was changed.")


class KycNotValid(Refused):
    sqlstate = "DL004"
    sentence = _("The identity check of this investor is not complete. Nothing was changed. Ask your contact.")


class ApprovalMissing(Conflict):
    sqlstate = "DL005"
    sentence = _("This is not approved yet, or it changed since it was approved. Nothing was changed.")


class NotLive(Conflict):
    sqlstate = "DL006"
    sentence = _("This hold has ended, so nothing more can be done with it. Nothing is owed.")


class ShownChanged(Conflict):
    sqlstate = "DL007"
    sentence = _(
        "The price or fees changed after they were shown. Nothing was submitted: check the new terms and decide again."
    )


class BadValue(Refused):
    sqlstate = "22023"
    sentence = _("One of the values cannot be used. Nothing was changed.")


class NotAllowed(Refused):
    sqlstate = "42501"
    sentence = _("This does not exist, or you may not do it. Nothing was changed.")


BY_SQLSTATE: dict[str, type[Refused]] = {
    kind.sqlstate: kind
    for kind in (
        NotEnoughUnits,
        Busy,
        DealNotOpen,
        KycNotValid,
        ApprovalMissing,
        NotLive,
        ShownChanged,
        BadValue,
        NotAllowed,
    )
} | {"55P03": Busy, "40P01": Busy, "40001": Busy, "22003": BadValue, "22P02": BadValue, "23514": BadValue}


_noted: ContextVar[list[Refused] | None] = ContextVar("noted_refusals", default=None)


@contextmanager
def noting_refusals():
    """Gives a list that fills with what the database refuses within the block, also where a page goes on from it."""
    token = _noted.set([])
    try:
        yield _noted.get()
    finally:
        _noted.reset(token)


def translated(error: DatabaseError) -> Refused | None:
    """The exception of ours for a database error, or None when it is a fault and not a refusal."""
    cause = error.__cause__
    kind = BY_SQLSTATE.get(getattr(cause, "sqlstate", None) or "")
    if kind is None:
        return None
    diagnostics = getattr(cause, "diag", None)
    said = (getattr(diagnostics, name, "") or "" for name in ("message_primary", "message_detail"))
    refusal = kind(*said)
    if (noted := _noted.get()) is not None:
        noted.append(refusal)
    return refusal


@contextmanager
def _refusals():
    """Turns the SQLSTATEs of the contract into their exceptions; any other database error passes as it is."""
    try:
        yield
    except DatabaseError as error:
        if refusal := translated(error):
            raise refusal from error
        raise


def call(sql: str, params: Sequence[Any] = ()) -> Any:
    """Run one statement that answers one value. Raises a Refused for the SQLSTATEs of the contract."""
    row = call_row(sql, params)
    return row[0] if row else None


def call_prepared(sql: str, params: Sequence[Any] = ()) -> Any:
    """As :func:`call`, for the hot path: prepared once per connection, and its values are bound by the server.

    psycopg's own cursor: Django's writes the values into the text, which is parsed and planned anew each time.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with _refusals(), connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, params, prepare=True).fetchone()[0]


def call_row(sql: str, params: Sequence[Any] = ()) -> tuple | None:
    """As :func:`call`, for the first row."""
    with _refusals(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


def rows(sql: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Run one query and give its rows as dictionaries. Raises as :func:`call`."""
    with _refusals(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
