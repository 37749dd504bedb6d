"""One Python function per SQL function of the inventory, and nothing else."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from audit.identity import origin
from config.lib import db

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
    return db.call(_RESERVE, [*me, deal_id, investor_id, units, unit_price, hold_minutes, request_key])


def fn_cancel_reservation(reservation_id: UUID) -> None:
    """Give a hold's units back now; a hold that ended stays as it is. Raises NotAllowed, NotLive, Busy."""
    db.call("select public.fn_cancel_reservation(%s)", [reservation_id])


def fn_expire_reservations(limit: int) -> int:
    """End up to ``limit`` lapsed holds, one transaction; how many ended. Raises NotAllowed."""
    return db.call("select public.fn_expire_reservations(%s)", [limit])


def fn_finalize_allocation(reservation_id: UUID) -> UUID:
    """Allocate an approved, live hold; the allocation's id. Raises NotAllowed, DealNotOpen, NotLive, ApprovalMissing."""
    return db.call("select public.fn_finalize_allocation(%s)", [reservation_id])


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
