"""Questions that look at everything, which no app could ask alone: one Python function each."""

from typing import Any

from lib import db

# Under row level security only staff get rows. What waits: a decision, or an answer to the newest question about a
# commitment.
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
