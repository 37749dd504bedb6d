"""One Python function per SQL function of the inventory, and what no model can ask."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from audit.identity import origin
from lib import db

# Identity and call in one statement: the hot path is one round trip and holds its locks no longer than that.
_RESERVE = """
with me as materialized (
    select set_config('app.user_id', %s, true), set_config('app.ip', %s, true),
           set_config('app.user_agent', %s, true), set_config('app.request_id', %s, true))
select public.fn_reserve_inventory(%s, %s, %s, %s, %s, %s) from me
"""


def fn_reserve_inventory(
    profile_id: UUID,
    deal_id: UUID,
    investor_id: UUID,
    units: Decimal,
    unit_price: Decimal,
    hold_minutes: int | None = None,
    request_key: UUID | None = None,
) -> UUID:
    """Reserve as this profile, in one round trip; the reservation's id.

    Units numeric(28,8); price numeric(18,6) in the deal's currency. In autocommit it is a transaction of its own.
    Raises NotAllowed, DealNotOpen, KycNotValid, BadValue, NotEnoughUnits, Busy.
    """
    where = origin.get()
    me = [str(profile_id), where.ip, where.user_agent[:400], where.request_id]
    return db.call_prepared(_RESERVE, [*me, deal_id, investor_id, units, unit_price, hold_minutes, request_key])


# As the pages behind these counts ask it, in one statement: every page of an investor counts.
_WAITING = """
with places as (
    select deal_id, investor_id from public.deal_memberships where user_id = %(me)s and accepted_at is not null),
mine as (select investor_id from public.investor_users where user_id = %(me)s),
running as (
    select deal_id, investor_id from public.reservations
     where investor_id in (select investor_id from mine) and status = 'pending' and commitment_id is null
       and expires_at > clock_timestamp()),
asked as (
    select deal_id, investor_id from public.deal_commitments
     where investor_id in (select investor_id from mine) and status = 'under_review'
       and (decide_by is null or decide_by > clock_timestamp()))
select (select count(*) from running) as holds,
       (select count(*) from (table running union all table asked) as each
         where (deal_id, investor_id) in (table places)) + (select count(*) from app.my_invitations()) as needs
"""


def what_waits_for(profile_id: UUID) -> dict[str, int]:
    """``holds``: the running ones of this person's investors. ``needs``: what only this person can do.

    Those are holds to commit, commitments to answer and invitations to accept.
    """
    return db.rows(_WAITING, {"me": profile_id})[0]


def fn_cancel_reservation(reservation_id: UUID) -> None:
    """Give a hold's units back now; a hold that ended stays as it is. Raises NotAllowed, NotLive, Busy."""
    db.call("select public.fn_cancel_reservation(%s)", [reservation_id])


def fn_expire_reservations(limit: int) -> int:
    """End up to ``limit`` lapsed holds, one transaction; how many ended. Raises NotAllowed."""
    return db.call("select public.fn_expire_reservations(%s)", [limit])


def fn_propose_exit(deal_id: UUID, exit_date: date, fraction: Decimal, unit_price: Decimal, note: str) -> UUID:
    """Propose the sale of a share of what a deal holds, which a second person approves; the exit. Locks the deal.

    ``unit_price`` in the deal's currency. Raises NotAllowed, DealNotOpen, BadValue (``detail``: fraction, price,
    exit_date, nothing_held, exit_waits), Busy.
    """
    return db.call(
        "select public.fn_propose_exit(%s, %s, %s, %s, %s)", [deal_id, exit_date, fraction, unit_price, note]
    )


def exit_preview(exit_id: UUID) -> list[dict[str, Any]]:
    """What each allocation would give and get in a proposed exit: allocation_id, investor_id, units, cost, proceeds."""
    return db.rows("select * from app.exit_preview(%s)", [exit_id])


def fn_propose_undo(allocation_id: UUID, reason: str) -> UUID:
    """Propose to undo an approved allocation, which two other people approve; the proposal. Locks deal and allocation.

    Raises NotAllowed, BadValue (``detail``: reason, settled, undone, not_allocated, sold, undo_waits), Busy.
    """
    return db.call("select public.fn_propose_undo(%s, %s)", [allocation_id, reason])


def fn_withdraw_undo(undo_id: UUID) -> None:
    """Take a proposal to undo an allocation back. Locks the deal, the investor, the proposal and its approvals.

    Raises NotAllowed, NotLive (decided), Busy.
    """
    db.call("select public.fn_withdraw_undo(%s)", [undo_id])


def fn_get_deal_inventory(deal: UUID | str) -> dict[str, Any]:
    """Where a deal's units are, by id or code; None for what the caller may not know. Raises NotAllowed."""
    answer = db.call("select public.fn_get_deal_inventory(%s)", [deal])
    return json.loads(answer, parse_float=Decimal) if isinstance(answer, str) else answer


def deal_availability(deal_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Units by deal for the visible ones among these: total, available, and for staff how the rest is taken."""
    found = db.rows("select * from app.deal_availability(%s)", [list(deal_ids)])
    return {row["deal_id"]: row for row in found}


def invariant_breaks() -> list[dict[str, Any]]:
    """Every rule of the books that does not hold, one row each; empty is good. Raises NotAllowed."""
    return db.rows("select * from app.invariant_breaks()")


def fn_commit_hold(
    reservation_id: UUID,
    fee_plan_id: UUID | None = None,
    request_key: UUID | None = None,
    shown_hash: str | None = None,
) -> UUID:
    """Commit a live hold with a fee plan; the commitment's id. Same key, same commitment.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotLive, BadValue, Busy.
    """
    return db.call(
        "select public.fn_commit_hold(%s, %s, %s, %s)", [reservation_id, fee_plan_id, request_key, shown_hash]
    )


def fn_commit_units(
    deal_id: UUID,
    investor_id: UUID,
    units: Decimal | None = None,
    amount: Decimal | None = None,
    unit_price: Decimal | None = None,
    fee_plan_id: UUID | None = None,
    request_key: UUID | None = None,
    shown_hash: str | None = None,
) -> UUID:
    """Reserve and commit units, or what an amount in the deal's currency buys; the commitment's id.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotEnoughUnits, BadValue, Busy.
    """
    return db.call(
        "select public.fn_commit_units(%s, %s, %s, %s, %s, %s, %s, %s)",
        [deal_id, investor_id, units, amount, unit_price, fee_plan_id, request_key, shown_hash],
    )


def fn_reduce_commitment(commitment_id: UUID, units: Decimal, shown_hash: str | None = None) -> UUID:
    """Keep fewer units of an undecided commitment; the id of the one that takes its place.

    Raises ShownChanged, NotAllowed, BadValue, DealNotOpen, NotLive, Busy.
    """
    return db.call("select public.fn_reduce_commitment(%s, %s, %s)", [commitment_id, units, shown_hash])


def fn_withdraw_commitment(commitment_id: UUID) -> None:
    """Take an undecided commitment back; twice changes nothing. Raises NotAllowed, NotLive, Busy."""
    db.call("select public.fn_withdraw_commitment(%s)", [commitment_id])


def fn_answer_changes(
    commitment_id: UUID, fee_plan_id: UUID | None = None, note: str = "", shown_hash: str | None = None
) -> UUID:
    """Answer staff who asked for changes; the approval that is asked again.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotLive, BadValue, Busy.
    """
    return db.call("select public.fn_answer_changes(%s, %s, %s, %s)", [commitment_id, fee_plan_id, note, shown_hash])


def fn_lapse_commitments(limit: int) -> int:
    """End commitments past their limit; how many. Raises NotAllowed."""
    return db.call("select public.fn_lapse_commitments(%s)", [limit])


def fn_tell_lapsed_holds(limit: int) -> int:
    """Write the notices of holds that ended unused; of how many holds. Raises NotAllowed."""
    return db.call("select public.fn_tell_lapsed_holds(%s)", [limit])


def fn_add_lot(
    deal_id: UUID,
    units: Decimal,
    unit_cost: Decimal,
    source_id: UUID | None,
    acquired_at: date | None,
    lockup_until: date | None,
    lot_id: UUID | None,
) -> UUID:
    """Add a lot in the deal's currency; its id. Raises NotAllowed, DealNotOpen, BadValue."""
    lot = [deal_id, units, unit_cost, source_id, acquired_at, lockup_until, lot_id]
    return db.call("select public.fn_add_lot(%s, %s, %s, %s, %s, %s, %s)", lot)


def fn_edit_lot(
    lot_id: UUID,
    units: Decimal,
    unit_cost: Decimal,
    source_id: UUID | None,
    acquired_at: date | None,
    lockup_until: date | None,
) -> None:
    """Change a lot. Raises NotAllowed, DealNotOpen, Busy, BadValue (``detail``: the units in use)."""
    lot = [lot_id, units, unit_cost, source_id, acquired_at, lockup_until]
    db.call("select public.fn_edit_lot(%s, %s, %s, %s, %s, %s)", lot)


def lock_lot(lot_id: UUID) -> None:
    """Lock a lot until the transaction ends, for an edit. Raises NotAllowed, DealNotOpen, Busy."""
    db.call("select app.lock_lot(%s)", [lot_id])


def fn_block_lot(lot_id: UUID, reason: str) -> None:
    """Take what a lot has left out of sale. Raises NotAllowed, DealNotOpen, BadValue, Busy."""
    db.call("select public.fn_block_lot(%s, %s)", [lot_id, reason])


def fn_unblock_lot(lot_id: UUID) -> None:
    """Put a blocked lot on sale again. Raises NotAllowed, DealNotOpen, Busy."""
    db.call("select public.fn_unblock_lot(%s)", [lot_id])


_UNITS_BY_LOT = """
with taken as (
    select r.investor_id, i.lot_id, i.units from public.reservations r
      join public.reservation_lot_items i on i.reservation_id = r.id
     where r.deal_id = %(deal)s and r.status = 'pending' and r.expires_at > clock_timestamp()
    union all
    select a.investor_id, i.lot_id, i.units from public.allocations a
      join public.allocation_lot_items i on i.allocation_id = a.id
     where a.deal_id = %(deal)s and a.status <> 'rejected'),
most as (select investor_id, sum(units) as total from taken group by 1 order by 2 desc, 1 limit %(limit)s)
select m.investor_id, n.legal_name, t.lot_id, sum(t.units) as units
  from most m join taken t using (investor_id) join public.investors n on n.id = m.investor_id
 group by m.total, m.investor_id, n.legal_name, t.lot_id order by m.total desc, m.investor_id
"""


def units_by_lot(deal_id: UUID, investors: int) -> list[dict[str, Any]]:
    """Units on hold and allocated by investor and lot, of those investors who have most. For staff."""
    return db.rows(_UNITS_BY_LOT, {"deal": deal_id, "limit": investors})
