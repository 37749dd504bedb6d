"""One Python function per SQL function of this app that pages and jobs call. Amounts are in the invoice's currency."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lib.db import call


def fn_invoice_fees(deal_id: UUID, investor_id: UUID) -> UUID | None:
    """Bill what accrued; the invoice or credit note, or None where nothing is to be billed.

    Locks the events, the investor's account, the number series. Raises NotAllowed, BadValue (``detail``: identity,
    account), Busy.
    """
    return call("select public.fn_invoice_fees(%s, %s)", [deal_id, investor_id])


def fn_issue_invoice(invoice_id: UUID) -> UUID:
    """Issue the draft of an allocation. Locks and raises as fn_invoice_fees; BadValue also with draft."""
    return call("select public.fn_issue_invoice(%s)", [invoice_id])


def fn_credit_invoice(invoice_id: UUID, reason: str, lines: list[dict[str, Any]] | None) -> UUID:
    """Answer an invoice with a credit note, whole (None) or by lines of ``line`` and ``amount`` as text; the note.

    Locks the invoice, then the investor's accounts, the number series. Raises NotAllowed, BadValue (``detail``: reason,
    draft, credit_note, credited, line, amount), Busy.
    """
    asked = None if lines is None else Jsonb(lines)
    return call("select public.fn_credit_invoice(%s, %s, %s)", [invoice_id, reason, asked])


def fn_open_invoice_run(start: date, end: date) -> UUID:
    """Open the run of a period, or give the one that is there. Raises NotAllowed, BadValue (``detail``: period)."""
    return call("select public.fn_open_invoice_run(%s, %s)", [start, end])


def fn_issue_run_item(item_id: UUID) -> str:
    """Issue one item of a run: issued or skipped. Locks the item, then as fn_invoice_fees; raises as it, and closed."""
    return call("select public.fn_issue_run_item(%s)", [item_id])


def fn_fail_run_item(item_id: UUID, reason: str) -> None:
    """Note that an item failed, and why. Raises NotAllowed."""
    call("select public.fn_fail_run_item(%s, %s)", [item_id, reason])


def fn_close_invoice_run(run_id: UUID) -> None:
    """Close a run. Raises NotAllowed, BadValue (``detail``: waiting)."""
    call("select public.fn_close_invoice_run(%s)", [run_id])
