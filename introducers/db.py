"""One Python function per SQL function of this app that pages and jobs call. Amounts are in the deal's currency."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lib.db import call, rows


def fn_propose_agreement(introducer_id: UUID, facts: dict[str, Any]) -> UUID:
    """Propose terms, for a second person to confirm; the agreement. For staff.

    ``facts``: deal_id, document_id, basis_type, rate_bps, cap_amount, tiers, trail_years, signed_on, valid_from,
    valid_until, note. Raises NotAllowed, BadValue (``detail``: document, rate, tiers, dates).
    """
    tiers = facts.get("tiers")
    names = ("deal_id", "document_id", "basis_type", "rate_bps", "cap_amount")
    dates = ("trail_years", "signed_on", "valid_from", "valid_until", "note")
    return call(
        "select public.fn_propose_agreement(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            introducer_id,
            *(facts.get(name) for name in names),
            None if tiers is None else Jsonb(tiers),
            *(facts.get(name) for name in dates),
        ],
    )


def fn_end_agreement(agreement_id: UUID, last_day: date, reason: str) -> None:
    """End terms with a day. Locks the agreement.

    Raises NotAllowed, BadValue (``detail``: status, reason, dates), Busy.
    """
    call("select public.fn_end_agreement(%s, %s, %s)", [agreement_id, last_day, reason])


def fn_record_introduction(introducer_id: UUID, email: str, deal_id: UUID | None, name: str) -> UUID:
    """Record whom an introducer brought; the introduction. Waits for whoever records the same e-mail. For staff.

    Raises NotAllowed, BadValue (``detail``: email, inactive), Busy.
    """
    return call("select public.fn_record_introduction(%s, %s, %s, %s)", [introducer_id, email, deal_id, name])


def fn_link_introduction(introduction_id: UUID, investor_id: UUID) -> None:
    """Say which investor a prospect is. Raises NotAllowed, BadValue (``detail``: status, earned), Busy."""
    call("select public.fn_link_introduction(%s, %s)", [introduction_id, investor_id])


def fn_lose_introduction(introduction_id: UUID, reason: str) -> None:
    """End an introduction. Raises NotAllowed, BadValue (``detail``: status, earned, reason), Busy."""
    call("select public.fn_lose_introduction(%s, %s)", [introduction_id, reason])


def fn_settle_alert(alert_id: UUID, note: str) -> None:
    """Note what was found. Raises NotAllowed, BadValue (``detail``: settled, reason)."""
    call("select public.fn_settle_alert(%s, %s)", [alert_id, note])


def introduced_deals() -> dict[UUID, str]:
    """Names of the deals of the reader's own introductions, commissions and terms; of all of them for staff."""
    return {row["deal_id"]: row["name"] for row in rows("select * from app.introduced_deals()")}


# --- commissions


def fn_accrue_commissions(deal_id: UUID, as_of: date) -> int:
    """Accrue what introducers earned on a deal, up to a day; how many rows were made. For staff and jobs.

    Locks the deal (reserving goes on). Raises NotAllowed, BadValue (``detail``: as_of), Busy.
    """
    return call("select public.fn_accrue_commissions(%s, %s)", [deal_id, as_of])


def commission_preview(deal_id: UUID, as_of: date) -> list[dict[str, Any]]:
    """What would accrue, and with ``reason`` what would not. For staff and jobs. Raises as above."""
    return rows(
        "select p.*, i.legal_name as introducer from app.commission_preview(%s, %s) p"
        " join public.introducers i on i.id = p.introducer_id order by i.legal_name, p.basis_type, p.base",
        [deal_id, as_of],
    )


def fn_cancel_commission(commission_id: UUID, reason: str) -> None:
    """Cancel what of a commission is not billed. Locks its rows.

    Raises NotAllowed, BadValue (``detail``: reason, status, taken_back), Busy.
    """
    call("select public.fn_cancel_commission(%s, %s)", [commission_id, reason])


def recomputed(after: UUID | None, count: int) -> list[dict[str, Any]]:
    """Commissions in order of id, after one, beside what their own inputs give: ``id``, ``accrued``, ``recomputed``.

    Raises BadValue where the inputs of one are no figures.
    """
    return rows(
        "select c.id, c.accrual_amount as accrued, app.recompute_commission(c.derivation, c.currency) as recomputed"
        "  from public.introducer_commissions c where c.derivation <> '{}'"
        "   and (%(after)s::uuid is null or c.id > %(after)s) order by c.id limit %(count)s",
        {"after": after, "count": count},
    )


# --- self-billing


def fn_issue_self_billing(introducer_id: UUID, currency: str) -> UUID | None:
    """Bill what accrued in a currency; the invoice, None where nothing is to be billed.

    Locks the introducer, its commissions, its account, the number series. Raises NotAllowed, BadValue (``detail``:
    identity, details), Busy.
    """
    return call("select public.fn_issue_self_billing(%s, %s)", [introducer_id, currency])


def file_self_billing(invoice_id: UUID, document_id: UUID) -> None:
    """Name the paper of a self-billing invoice, once. Raises NotAllowed."""
    call("select app.file_self_billing(%s, %s)", [invoice_id, document_id])


def fn_propose_payout(invoice_id: UUID, paid_on: date, note: str) -> UUID:
    """Record the payout of what is open, for a second person to approve; its id. Locks the invoice.

    Raises NotAllowed, BadValue (``detail``: open, waits, paid_on), Busy.
    """
    return call("select public.fn_propose_payout(%s, %s, %s)", [invoice_id, paid_on, note])


def fn_reverse_payout(payout_id: UUID, reason: str) -> UUID:
    """Take an approved payout back that no bank line settled, once; the payment that answers it.

    Raises NotAllowed, BadValue (``detail``: reason, matched), NotLive, Busy. Locks the invoice, then it.
    """
    return call("select public.fn_reverse_payout(%s, %s)", [payout_id, reason])


def fn_match_payout(line_id: UUID, invoice_id: UUID) -> UUID:
    """Match an outgoing bank line to a self-billing invoice; the match. Locks the line, then the invoice.

    Raises NotAllowed, BadValue (``detail``: amount, currency, open), Busy.
    """
    return call("select public.fn_match_payout(%s, %s)", [line_id, invoice_id])
