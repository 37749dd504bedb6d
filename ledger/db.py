"""One Python function per SQL function of this app that pages call. Others post with ``app.post_entries`` in SQL."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from lib import db


def fn_close_period(month: date, reason: str, today: date) -> date:
    """Close a month for good; ``today`` is the day where the house is.

    Raises NotAllowed, BadValue (``detail``: reason, month, not_over, closed, earlier), Busy. Waits for whoever posts.
    """
    return db.call("select public.fn_close_period(%s, %s, %s)", [month, reason, today])


def fn_trial_balance(as_of: date | None) -> list[dict[str, Any]]:
    """Rows of ``currency, account_kind, debit, credit``, by currency and type. Raises NotAllowed."""
    return db.rows("select * from public.fn_trial_balance(%s)", [as_of])


def fn_statement_of_account(investor_id: UUID, currency: str, start: date, end: date) -> list[dict[str, Any]]:
    """Opening, each entry that moved what the investor owes, closing. Raises NotAllowed."""
    return db.rows("select * from public.fn_statement_of_account(%s, %s, %s, %s)", [investor_id, currency, start, end])


def investor_balance(investor_id: UUID, currency: str, as_of: date | None = None) -> Decimal:
    """What the investor owes at the end of a day, or now; negative when the house owes. Raises NotAllowed."""
    return db.call("select app.investor_balance(%s, %s, %s)", [investor_id, currency, as_of])
