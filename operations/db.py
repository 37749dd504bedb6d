"""One Python function per SQL function of this app, and queries over what its models do not know."""

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


def clock_ahead(wall: float, boot: str, ticks: float) -> float:
    """By how many seconds the database's clock ran ahead of these since they last agreed; 0 while it did not.

    Raises NotAllowed. Tells staff of a jump; locks the clock's row when something is noted.
    """
    return db.call("select app.clock_ahead(%s, %s, %s)", [wall, boot, ticks])


def confirm_clock() -> None:
    """Believe the database's clock from here on. Raises NotAllowed."""
    db.call("select app.confirm_clock()")


def claim_notice(lease_seconds: int) -> tuple[UUID, int] | None:
    """The notice due longest and the number of this try of its mail, claimed for ``lease_seconds``; None: none is due.

    Raises NotAllowed.
    """
    notice_id, number = db.call_row("select notice_id, try from app.claim_notice(%s)", [lease_seconds])
    return (notice_id, number) if notice_id else None


def notice_mailed(notice_id: UUID) -> None:
    """Take a notice out of the outbox. Raises NotAllowed."""
    db.call("select app.notice_mailed(%s)", [notice_id])


def notice_not_mailed(notice_id: UUID, number: int, problem: str, stopped: str) -> None:
    """Note why a try failed; '' in ``stopped`` lets it be tried again after a pause. Raises NotAllowed, BadValue."""
    db.call("select app.notice_not_mailed(%s, %s, %s, %s)", [notice_id, number, problem, stopped])


def mail_notice_again(notice_id: UUID) -> None:
    """Put a mail that was stopped back into the outbox. Raises NotAllowed, NotLive (it is not stopped)."""
    db.call("select app.mail_notice_again(%s)", [notice_id])


# The queue joins deals and commitments by hand: their models live in apps above this one. Under RLS only
# staff get rows. What waits: a decision, or an answer to the newest question about a commitment.
_WAITING = """(a.status = 'pending' or (
    a.status = 'changes_asked' and c.status = 'under_review' and not exists (
    select 1 from public.approvals later where later.entity_type = a.entity_type
       and later.entity_id = a.entity_id and later.created_at > a.created_at)))"""
_DECIDED = "a.status in ('approved', 'rejected', 'withdrawn', 'replaced')"
_SHOWN = {"waiting": _WAITING, "decided": _DECIDED, "all": "true"}

_QUEUE = """
select a.id, a.entity_type, a.entity_id, a.status, a.priority, a.amount, a.currency, a.step, a.steps_needed,
       a.created_at, a.sla_started_at, a.sla_breach_at, a.sla_paused_at, a.decided_at, a.notes,
       i.legal_name as investor, a.investor_id, d.name as deal, d.code as deal_code, a.deal_id,
       c.decide_by, p.display_name as decided_by, q.display_name as requested_by
  from public.approvals a
  left join public.investors i on i.id = a.investor_id
  left join public.deals d on d.id = a.deal_id
  left join public.deal_commitments c on a.entity_type = 'deal_commitment' and c.id = a.entity_id
  left join public.profiles p on p.id = a.decided_by
  left join public.profiles q on q.id = a.requested_by
 where {shown}
   and (%(q)s::text is null or app.folded(concat_ws(' ', i.legal_name, d.name, d.code, a.amount::text, a.currency))
       like app.folded(%(q)s))
"""
# By the clock: what ends first stands first; a stopped clock stands last. Decided ones newest first.
_ORDER = {
    "waiting": "a.status = 'changes_asked', least(a.sla_breach_at, c.decide_by) nulls last, a.id",
    "decided": "a.decided_at desc nulls last, a.id",
    "all": "a.created_at desc, a.id",
}


def approvals_queue(*, shown: str, q: str | None, limit: int | None, offset: int) -> list[dict[str, Any]]:
    """One page of the queue; ``shown`` is waiting, decided or all, ``q`` a pattern for LIKE, folded as names are."""
    sql = f"{_QUEUE.format(shown=_SHOWN[shown])} order by {_ORDER[shown]} limit %(limit)s offset %(offset)s"
    return db.rows(sql, {"q": q, "limit": limit, "offset": offset})


def approvals_count(*, shown: str, q: str | None) -> int:
    """How many the whole queue has."""
    sql = f"select count(*) from ({_QUEUE.format(shown=_SHOWN[shown])}) rows"  # noqa: S608 (our own parts)
    return db.call(sql, {"q": q})


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
