"""One Python function per SQL function of this app."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lib import db


def clock_ahead(wall: float, boot: str, ticks: float) -> float:
    """By how many seconds the database's clock ran ahead of these since they last agreed; 0 while it did not.

    Raises NotAllowed. Tells staff of a jump; locks the clock's row when something is noted.
    """
    return db.call("select app.clock_ahead(%s, %s, %s)", [wall, boot, ticks])


def confirm_clock() -> None:
    """Believe the database's clock from here on. Raises NotAllowed."""
    db.call("select app.confirm_clock()")


def house_today() -> date:
    """The day it is where the firm is."""
    return db.call("select app.house_today()")


def house_identity_on(day: date) -> dict[str, Any] | None:
    """Who the firm is on its papers of a day; None before the first version."""
    told = db.call("select app.house_identity_on(%s)::text", [day])
    return told and json.loads(told)


def fn_record_house_identity(values: list, reason: str, replaces: UUID | None) -> UUID:
    """Record a version: from, name, street, postcode, town, country, VAT id, register number, e-mail, phone; its id.

    Raises NotAllowed, BadValue (``detail`` reason), ShownChanged where ``replaces`` is not the version recorded last.
    """
    marks = ", ".join(["%s"] * (len(values) + 2))
    return db.call(f"select public.fn_record_house_identity({marks})", [*values, reason, replaces])


def house_setting(key: str) -> str:
    """The value of a setting, as text. Raises BadValue for one that is not there."""
    return db.call("select app.house_setting(%s)", [key])


def fn_change_house_settings(changes: dict[str, str | None], before: dict[str, str | None], reason: str) -> int:
    """Change settings that are still as in ``before``; how many changed. Locks all of them.

    Raises NotAllowed, BadValue (``detail`` reason), ShownChanged, Busy.
    """
    return db.call("select public.fn_change_house_settings(%s, %s, %s)", [Jsonb(changes), Jsonb(before), reason])
