"""One Python function per SQL function of this app."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lib import db


def fn_decide_approval(approval_id: UUID, action: str, notes: str = "", content_hash: str | None = None) -> str:
    """Record one decision: 'approved', 'second_approval', 'rejected' or 'changes_asked'.

    Raises NotAllowed (``detail``: why_not_decide's word), BadValue, NotLive (``detail``: who decided first),
    ApprovalMissing (it changed since it was asked), Busy. Locks deal, commitment and its approvals.
    """
    return db.call("select public.fn_decide_approval(%s, %s, %s, %s)", [approval_id, action, notes, content_hash])


def fn_propose_rule(currency: str, limits: list[Decimal], relaxes: list[str], reason: str, days: int | None) -> UUID:
    """Propose a rule of approval; its id. ``limits`` stand in the order of the columns.

    Raises NotAllowed, BadValue (``detail``: reason, days, rule).
    """
    return db.call(
        "select public.fn_propose_rule(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [currency, *limits, relaxes, reason, days],
    )


def fn_agree_to_rule(rule_id: UUID) -> datetime:
    """Agree to another administrator's rule; from when it counts.

    Raises NotAllowed (``detail`` own_request, not_independent), NotLive (``detail``: agreed, over), Busy.
    Locks the rule.
    """
    return db.call("select public.fn_agree_to_rule(%s)", [rule_id])


def rules_to_agree_to() -> set[UUID]:
    """The proposed rules that the acting administrator can agree to."""
    return {row["id"] for row in db.rows("select app.rules_to_agree_to() as id", [])}


def fn_propose_receiving_account(values: list, is_default: bool, replaces: UUID | None, reason: str) -> UUID:
    """Propose an account: currency, holder, bank, IBAN, account number, BIC, street, postcode, town, country; its id.

    Raises NotAllowed, BadValue (``detail`` reason, replaces), Busy.
    """
    marks = ", ".join(["%s"] * (len(values) + 3))
    call = f"select public.fn_propose_receiving_account({marks})"
    return db.call(call, [*values, is_default, replaces, reason])


def fn_agree_to_receiving_account(account_id: UUID) -> datetime:
    """Agree to another administrator's account; from when it counts. Locks the accounts of its currency.

    Raises NotAllowed (``detail`` own_request, not_independent), NotLive (``detail`` agreed, over, overtaken), Busy.
    """
    return db.call("select public.fn_agree_to_receiving_account(%s)", [account_id])


def fn_end_receiving_account(account_id: UUID, reason: str) -> datetime:
    """End an account at once; when. Locks the accounts of its currency.

    Raises NotAllowed, BadValue (``detail`` reason), NotLive (``detail`` ended), Busy.
    """
    return db.call("select public.fn_end_receiving_account(%s, %s)", [account_id, reason])


def accounts_to_agree_to() -> set[UUID]:
    """The proposed accounts that the acting administrator can agree to."""
    return {row["id"] for row in db.rows("select app.accounts_to_agree_to() as id", [])}


def why_not_decide(approval_id: UUID) -> str | None:
    """One word why the acting person may not decide this approval; None when they may."""
    return db.call("select app.why_not_decide(%s)", [approval_id])


def approval_counts(approval_id: UUID) -> dict[str, Any]:
    """``counted``: what counts for the acting person who decides this, None without an amount; ``people`` it takes."""
    found = db.rows("select counted, people from app.approval_counts(%s)", [approval_id])
    return found[0] if found else {"counted": None, "people": 1}


def fn_warn_sla(limit: int) -> int:
    """Warn once about decisions past 75 % of their time; how many. Raises NotAllowed."""
    return db.call("select public.fn_warn_sla(%s)", [limit])


def approvals_waiting() -> dict[str, Any]:
    """How many decisions wait, how many are over their time, and the clock that ends first."""
    return db.rows("""
        select count(*) as waiting, count(*) filter (where sla_breach_at < clock_timestamp()) as late,
               (array_agg(sla_started_at order by sla_breach_at nulls last))[1] as first_started,
               min(sla_breach_at) as first_due
          from public.approvals where status = 'pending'""")[0]


def trail_of(entity_type: str, entity_id: UUID) -> list[dict[str, Any]]:
    """Every question and decision about one thing, oldest first, with names."""
    return db.rows(
        """select a.id, a.status, a.step, a.steps_needed, a.notes, a.request_note, a.created_at, a.decided_at,
                  a.content_hash, p.display_name as decided_by,
                  q.display_name as requested_by, q.role as requested_by_role
             from public.approvals a
             left join public.profiles p on p.id = a.decided_by
             left join public.profiles q on q.id = a.requested_by
            where a.entity_type = %s and a.entity_id = %s order by a.created_at, a.step, a.id""",
        [entity_type, entity_id],
    )
