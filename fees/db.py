"""One Python function per SQL function of this app that pages and jobs call. Amounts are in the invoice's currency."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lib.db import call, rows


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

    Locks the invoice, then its fees, the investor's accounts, the number series. Raises NotAllowed, Busy, BadValue
    (``detail``: reason, draft, credit_note, credited, line, amount, changed, adjusted, written_off).
    """
    asked = None if lines is None else Jsonb(lines)
    return call("select public.fn_credit_invoice(%s, %s, %s)", [invoice_id, reason, asked])


def fn_open_invoice_run(start: date, end: date) -> UUID:
    """Open the run of a period, or give the one that is there. Raises NotAllowed, BadValue (``detail``: period)."""
    return call("select public.fn_open_invoice_run(%s, %s)", [start, end])


def fn_issue_run_items(item_ids: list[UUID]) -> list[str]:
    """Issue items of a run, all or none; what each became: issued or skipped.

    Locks the items by id, then as fn_invoice_fees; raises as it, and closed.
    """
    return call("select public.fn_issue_run_items(%s)", [item_ids])


def fn_fail_run_item(item_id: UUID, reason: str) -> None:
    """Note that an item failed, and why. Raises NotAllowed."""
    call("select public.fn_fail_run_item(%s, %s)", [item_id, reason])


def fn_close_invoice_run(run_id: UUID) -> None:
    """Close a run. Raises NotAllowed, BadValue (``detail``: waiting)."""
    call("select public.fn_close_invoice_run(%s)", [run_id])


def undo_preview(allocation_id: UUID) -> dict[str, Any] | None:
    """What undoing an allocation would void (``events``) and credit (``credits``); amounts as text. None for others."""
    found = call("select app.undo_preview(%s)", [allocation_id])
    return json.loads(found) if isinstance(found, str) else found


# --- papers and reminders


def claim_invoice_paper(lease_seconds: int) -> UUID | None:
    """The issued invoice that waits longest for its paper, claimed; None: none is due. Raises NotAllowed."""
    return call("select app.claim_invoice_paper(%s)", [lease_seconds])


def file_invoice(invoice_id: UUID, document_id: UUID) -> bool:
    """Note an invoice's paper and tell its people; False where it has one. Locks the invoice. Raises NotAllowed."""
    return call("select app.file_invoice(%s, %s)", [invoice_id, document_id])


def paper_failed(invoice_id: UUID, problem: str) -> None:
    """Note why a paper could not be made. Raises NotAllowed."""
    call("select app.paper_failed(%s, %s)", [invoice_id, problem])


def reminders_to_send() -> list[dict[str, Any]]:
    """What is due to be reminded of today: ``invoice_id``, ``level`` in days past due. Raises NotAllowed."""
    return rows("select * from app.reminders_to_send() order by level desc, invoice_id")


def fn_remind_invoices(limit: int) -> int:
    """Remind of what is due, once each; how many. Locks the invoices, passing by those at work. Raises NotAllowed."""
    return call("select public.fn_remind_invoices(%s)", [limit])


def fn_hold_reminders(invoice_id: UUID, reason: str) -> None:
    """Hold reminders of an invoice. Locks it. Raises NotAllowed, BadValue (``detail``: reason, settled)."""
    call("select public.fn_hold_reminders(%s, %s)", [invoice_id, reason])


def fn_resume_reminders(invoice_id: UUID) -> None:
    """Let reminders of an invoice go on. Raises NotAllowed."""
    call("select public.fn_resume_reminders(%s)", [invoice_id])


# --- accrual


def fn_compute_fee_events(deal_id: UUID, as_of: date) -> int:
    """Accrue a deal's fees up to and with a day; how many events were made. For staff and jobs.

    Locks the deal (reserving goes on). Raises NotAllowed, BadValue (``detail``: as_of), Busy.
    """
    return call("select public.fn_compute_fee_events(%s, %s)", [deal_id, as_of])


def fee_preview(deal_id: UUID, as_of: date) -> list[dict[str, Any]]:
    """What would accrue, and with ``reason`` what would not; by day. For staff and jobs. Raises as above."""
    return rows(
        "select p.*, p.derivation ->> 'formula' as formula, i.legal_name as investor from app.fee_preview(%s, %s) p"
        " join public.investors i on i.id = p.investor_id"
        " order by p.event_date, i.legal_name, p.kind, p.period_start, p.allocation_id",
        [deal_id, as_of],
    )


def recomputed(after: UUID | None, count: int, event_id: UUID | None = None) -> list[dict[str, Any]]:
    """Events in order of id, after one, beside what their own inputs give: ``id``, ``accrued``, ``recomputed``.

    Raises BadValue where the inputs of one are no figures.
    """
    return rows(
        "select e.id, e.computed_amount as accrued, app.recompute_fee(e.derivation, e.currency) as recomputed"
        "  from public.fee_events e where (%(event)s::uuid is null or e.id = %(event)s)"
        "   and (%(after)s::uuid is null or e.id > %(after)s) order by e.id limit %(count)s",
        {"event": event_id, "after": after, "count": count},
    )


def void_fee_event(event_id: UUID, reason: str) -> None:
    """Void an accrued event and reverse its ledger entry. Locks the event.

    Raises NotAllowed, BadValue (``detail``: reason, status, adjusted).
    """
    call("select app.void_fee_event(%s, %s)", [event_id, reason])


def adjust_fee_event(event_id: UUID, right: Decimal, reason: str) -> UUID:
    """Bring an event to its right amount by another one; its id. Locks the event.

    Raises NotAllowed, BadValue (``detail``: reason, status, amount).
    """
    return call("select app.adjust_fee_event(%s, %s, %s)", [event_id, right, reason])


def allow_long_statements() -> None:
    """Let each statement of this transaction take ten minutes: a bank file may have a million lines."""
    call("select set_config('statement_timeout', '600s', true)")


def fn_open_statement(account_id: UUID, head: dict) -> UUID:
    """Begin a statement of a receiving account; its id. ``head``: format, currency, sha256, file_name and the like.

    Raises NotAllowed, BadValue (currency). Lines and closing follow in the same transaction.
    """
    keys = ("format", "currency", "sha256", "file_name", "statement_ref", "sequence", "from_date", "to_date")
    return call(
        "select public.fn_open_statement(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [account_id, *(head[key] for key in keys)],
    )


# The columns of a line, in the order of the function's arrays, with their types.
LINE_COLUMNS = {
    "amount": "numeric", "booking_date": "date", "value_date": "date", "counterparty": "text",
    "counterparty_account": "text", "reference": "text", "end_to_end_id": "text", "bank_ref": "text",
    "transaction_code": "text", "memo": "text", "is_reversal": "boolean", "fingerprint": "text",
}  # fmt: skip
_ADD_LINES = "select public.fn_add_statement_lines(%s, {})".format(
    ", ".join(f"%s::{kind}[]" for kind in LINE_COLUMNS.values())
)


def fn_add_statement_lines(statement_id: UUID, columns: dict[str, list]) -> int:
    """Add lines, column by column (LINE_COLUMNS); how many were new. Raises NotAllowed, BadValue."""
    return call(_ADD_LINES, [statement_id, *(columns[name] for name in LINE_COLUMNS)])


def fn_close_statement(statement_id: UUID, opening: Decimal | None, closing: Decimal | None, reason: str) -> Decimal:
    """Close a statement that adds up, and post its new lines; how far it is off. Raises NotAllowed, BadValue."""
    return call("select public.fn_close_statement(%s, %s, %s, %s)", [statement_id, opening, closing, reason])


def fn_match(line_id: UUID, parts: list[dict], derivation: dict, learn: bool) -> list[UUID]:
    """Match a bank line to invoices and credits; the matches. Amounts in the line's currency.

    Raises NotAllowed, BadValue, Busy. Locks the line, then the invoices by id.
    """
    return call(
        "select public.fn_match(%s, %s::jsonb, %s::jsonb, %s)",
        [line_id, json.dumps(parts, default=str), json.dumps(derivation, default=str), learn],
    )


def fn_reverse_match(match_id: UUID, reason: str) -> UUID:
    """Take a match back, once; the reversal. Raises NotAllowed, BadValue, Busy."""
    return call("select public.fn_reverse_match(%s, %s)", [match_id, reason])


def fn_book_charges(line_id: UUID) -> UUID:
    """Book what is left of an outgoing line as what the bank charged; the match. Locks the line.

    Raises NotAllowed, BadValue (``detail``: charged, tolerance), Busy.
    """
    return call("select public.fn_book_charges(%s)", [line_id])


def fn_return_line(line_id: UUID, original_id: UUID, reason: str) -> UUID:
    """Settle a payment that the bank took back, as far as both amounts go; the match.

    Raises NotAllowed, BadValue, Busy.

    Locks both lines by id, then the invoices by id.
    """
    return call("select public.fn_return_line(%s, %s, %s)", [line_id, original_id, reason])


def fn_apply_credit(invoice_id: UUID, amount: Decimal) -> UUID:
    """Pay an invoice with its investor's credit; the payment. Raises NotAllowed, BadValue, Busy."""
    return call("select public.fn_apply_credit(%s, %s)", [invoice_id, amount])


# --- write-offs


def fn_propose_write_off(invoice_id: UUID, amount: Decimal, reason: str, line_id: UUID | None) -> UUID:
    """Propose to give up what an invoice has open, or with ``line_id`` what a bank kept; the write-off.

    Locks the invoice. Raises NotAllowed, BadValue (``detail``: reason, amount, open, waits, line, rest, tolerance),
    Busy.
    """
    return call("select public.fn_propose_write_off(%s, %s, %s, %s)", [invoice_id, amount, reason, line_id])


def fn_withdraw_write_off(write_off_id: UUID) -> None:
    """Take a proposed write-off back. Raises NotAllowed, NotLive, Busy. Locks the invoice, then it."""
    call("select public.fn_withdraw_write_off(%s)", [write_off_id])


def fn_reverse_write_off(write_off_id: UUID, reason: str) -> UUID:
    """Take a write-off back with a reason, once; the payment that answers it.

    Raises NotAllowed, BadValue (``detail``: reason), NotLive, Busy. Locks the invoice, then it.
    """
    return call("select public.fn_reverse_write_off(%s, %s)", [write_off_id, reason])


def fn_take_back_credit(payment_id: UUID, reason: str) -> UUID:
    """Take back what credit paid; the reversal. Locks the invoice. Raises NotAllowed, BadValue, Busy."""
    return call("select public.fn_take_back_credit(%s, %s)", [payment_id, reason])


# --- refunds


def fn_propose_refund(investor_id: UUID, line_id: UUID, amount: Decimal, payee: dict[str, str], reason: str) -> UUID:
    """Propose to send credit back to the account that a bank line came from; the refund. In the line's currency.

    Locks the investor, then its accounts. Raises NotAllowed, BadValue (``detail``: reason, amount, address, line, iban,
    bic, account, credit, came_from), Busy.
    """
    return call(
        "select public.fn_propose_refund(%s, %s, %s, %s, %s)", [investor_id, line_id, amount, Jsonb(payee), reason]
    )


def fn_cancel_refund(refund_id: UUID, reason: str) -> None:
    """End a refund that is not paid. Raises NotAllowed (``detail``: exported), BadValue (reason), NotLive, Busy.

    Locks the investor, the refund, its approvals.
    """
    call("select public.fn_cancel_refund(%s, %s)", [refund_id, reason])


def fn_export_refunds(batch_id: UUID, refund_ids: list[UUID], execution_date: date) -> UUID:
    """Put approved refunds of one account into one file; the batch. The same key again gives the same one.

    Locks the refunds by id. Raises NotAllowed, BadValue (``detail``: refunds, date, account, identity, batch), NotLive,
    Busy.
    """
    return call("select public.fn_export_refunds(%s, %s::uuid[], %s)", [batch_id, refund_ids, execution_date])


def fn_keep_refund_file(batch_id: UUID, document_id: UUID) -> None:
    """Note the document that holds the file of a batch, once. Raises NotAllowed."""
    call("select public.fn_keep_refund_file(%s, %s)", [batch_id, document_id])


def suggest_matches(line_ids: list[UUID] | None = None) -> list[dict]:
    """What open bank lines could pay: bank_transaction_id, invoice_id, amount, score (to 100), reasons; for staff."""
    return rows("select * from app.suggest_matches(%s::uuid[]) order by score desc, invoice_id", [line_ids])
