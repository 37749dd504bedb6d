"""One Python function per SQL function of this app, and its locks."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from deals.models import Deal, DealStatus
from lib.db import NotAllowed, call, rows


def deal_labels(deal_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Names of deals: deal_id, code, name, currency, is_member; without those the caller may not know."""
    return rows("select deal_id, code, name, currency, is_member from app.deal_labels(%s::uuid[])", [list(deal_ids)])


def lock_deal(deal_id: UUID, *, closing: bool = False) -> Deal:
    """The deal, its row locked until the end of the transaction: the first lock of every path.

    ``closing`` takes FOR UPDATE, which waits for reserves under way (they hold KEY SHARE) and stops new ones.
    Raises NotAllowed for a deal that is not here or not the acting profile's.
    """
    found = Deal.objects.select_for_update(no_key=not closing).filter(pk=deal_id).first()
    if found is None:
        raise NotAllowed()
    return found


def lock_due_deals() -> list[UUID]:
    """Ids of open deals past their closing date, locked FOR UPDATE by id; those in use are skipped."""
    due = Deal.objects.filter(status=DealStatus.OPEN, close_at__lte=Now()).order_by("pk")
    return list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))


def receiving_account_for(deal_id: UUID, currency: str) -> UUID | None:
    """Into which account the deal is paid in a currency; None where no account is active for it."""
    return call("select (app.receiving_account_for(%s, %s)).id", [deal_id, currency])


def fn_accept_invite(token_hash: str, investor_id: UUID | None) -> UUID:
    """Join a deal by invite link; the deal. Raises NotAllowed, BadValue (which investor?), Busy."""
    return call("select public.fn_accept_invite(%s, %s)", [token_hash, investor_id])


def fn_accept_membership(deal_id: UUID) -> None:
    """Accept the own invitation to a deal. Raises NotAllowed."""
    call("select public.fn_accept_membership(%s)", [deal_id])


def fn_propose_change(deal_id: UUID, changes: dict, reason: str, investor_id: UUID | None = None) -> UUID:
    """Propose a change of an open deal for a second person to approve; the change. Locks the deal.

    Raises NotAllowed, DealNotOpen, BadValue (``detail``: reason, change, overrides, same), Busy.
    """
    return call(
        "select public.fn_propose_change(%s, %s::jsonb, %s, %s)", [deal_id, json.dumps(changes), reason, investor_id]
    )


def invite_preview(token_hash: str) -> dict[str, Any] | None:
    """What the holder of an invitation may read of it before accepting; None when it opens nothing."""
    found = rows("select * from app.invite_preview(%s)", [token_hash])
    return found[0] if found else None


def my_invitations() -> list[dict[str, Any]]:
    """The acting profile's invitations that wait for an answer."""
    return rows("select * from app.my_invitations()")


def commitment_hash(commitment_id: UUID, like: str | None) -> str | None:
    """What a commitment asks for now, as one SHA-256 in the version of ``like``; None where it is not there."""
    return call("select app.commitment_hash(%s, %s)", [commitment_id, like])


def exits(quotations: Sequence[dict], multiples: Sequence[Decimal], years: Decimal) -> dict[str, Any]:
    """``projections``, by quotation and then by multiple; ``break_evens`` of the first quotation with each other.

    Raises BadValue.
    """
    asked = """
        with asked as (select * from unnest(%s::jsonb[]) with ordinality q(facts, place))
        select jsonb_build_object(
            'projections', (select jsonb_agg(app.projection(q.facts, m.multiple, %s) order by q.place, m.place)
                              from asked q, unnest(%s::numeric[]) with ordinality m(multiple, place)),
            'break_evens', (select jsonb_agg(app.break_even(f.facts, q.facts, %s) order by q.place)
                              from asked f, asked q where f.place = 1 and q.place > 1))"""
    return _json(call(asked, [[json.dumps(each) for each in quotations], years, list(multiples), years]))


def quotations(asked: Sequence[tuple]) -> list[dict[str, Any] | None]:
    """What purchases cost: (deal_id, investor_id, units, unit_price, fee_plan_id) each, in their order.

    Units numeric(28,8), prices numeric(18,6); sums are text in the deal's currency. None where the acting profile
    may not see the deal, the plan or the investor. Raises BadValue.
    """
    answers: list[dict[str, Any] | None] = [None] * len(asked)
    if asked:
        columns = [list(column) for column in zip(*asked, strict=True)]
        sql = "select * from app.quotations(%s::uuid[], %s::uuid[], %s::numeric[], %s::numeric[], %s::uuid[])"
        for row in rows(sql, columns):
            answers[row["place"] - 1] = _json(row["quotation"])
    return answers


def quotation(
    deal_id: UUID,
    investor_id: UUID | None,
    units: Decimal,
    unit_price: Decimal | None = None,
    fee_plan_id: UUID | None = None,
) -> dict[str, Any]:
    """One of :func:`quotations`. No price: the offer; no plan: the default one. Raises NotAllowed, BadValue."""
    return _json(
        call("select app.quotation(%s, %s, %s, %s, %s)", [deal_id, investor_id, units, unit_price, fee_plan_id])
    )


def negotiated_fees(deal_id: UUID, investor_id: UUID) -> list[dict[str, Any]]:
    """What is negotiated with an investor, by fee of every plan version: component_id, the key it has, and ``own``."""
    return [row | {"own": _json(row["own"])} for row in rows(_NEGOTIATED, [deal_id, investor_id])]


_NEGOTIATED = "select * from app.negotiated_fees(%s, %s)"


def ending_overrides(plan_id: UUID) -> list[dict[str, Any]]:
    """Whose negotiated fees end with a version of a plan: investor_id, component_id of the one before, ``own``."""
    return [row | {"own": _json(row["own"])} for row in rows("select * from app.ending_overrides(%s)", [plan_id])]


def _json(answer) -> dict[str, Any]:
    return json.loads(answer) if isinstance(answer, str) else answer


def amounts(bought: Sequence[tuple[Decimal, Decimal, str]]) -> list[Decimal]:
    """Units × price of each, rounded once to the minor unit of its currency."""
    if not bought:
        return []
    columns = [list(column) for column in zip(*bought, strict=True)]
    sql = (
        "select app.amount_of(units, price, currency) as amount"
        " from unnest(%s::numeric[], %s::numeric[], %s::text[]) with ordinality b(units, price, currency, place)"
        " order by place"
    )
    return [row["amount"] for row in rows(sql, columns)]


_TAB_COUNTS = """
select (select count(*) from public.deal_memberships where deal_id = %(deal)s) as members,
       (select count(*) from public.fee_plans where deal_id = %(deal)s) as fee_plans,
       (select count(*) from public.share_lots where deal_id = %(deal)s) as lots,
       (select count(*) from public.deal_commitments
         where deal_id = %(deal)s and status in ('submitted', 'under_review')) as commitments,
       (select count(*) from public.allocations
         where deal_id = %(deal)s and status <> 'rejected') as allocations,
       (select count(*) from public.reservations
         where deal_id = %(deal)s and status = 'pending' and expires_at > clock_timestamp()) as holds,
       (select count(*) from public.documents where deal_id = %(deal)s) as documents
"""


def tab_counts(deal_id: UUID) -> dict[str, int]:
    """How many things stand behind each tab of a deal; undecided commitments, live holds. For staff."""
    return rows(_TAB_COUNTS, {"deal": deal_id})[0]


def remove_member(deal_id: UUID, user_id: UUID) -> bool:
    """Take a person off a deal; False where there was no place.

    Raises NotAllowed, BadValue (``detail`` holds: the investor's last person, with units on hold).
    """
    return call("select app.remove_member(%s, %s)", [deal_id, user_id])


def remove_fee_component(fee_plan_id: UUID, component_id: UUID) -> bool:
    """Take a fee out of a plan; False where it is not in it. Raises NotAllowed, BadValue for a plan in use."""
    return call("select app.remove_fee_component(%s, %s)", [fee_plan_id, component_id])
