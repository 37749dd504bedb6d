"""Changes of an open deal: one person proposes, a second approves, and the database carries it out.

Price, plans and what was negotiated with one investor are not one person's to move while a deal is open. Holds and
commitments that are there keep what they were made with.
"""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from deals import db
from deals.services.refusals import DealRefused, ReasonMissing, staff_only
from lib import text
from lib.db import BadValue


class NothingChanges(DealRefused):
    sentence = _("This is already the case. Nothing was proposed.")


class BadChange(DealRefused):
    sentence = _("This cannot be proposed: an override only lowers a fee of this deal. Nothing was proposed.")


@as_acting_user
def propose_price(*, acting_user, deal_id: UUID, price: Decimal, reason: str) -> UUID:
    """Propose another offer price, in the deal's currency; the change's id. Raises as :func:`_propose`."""
    return _propose(acting_user, deal_id, {"offer_unit_price": f"{price:f}"}, reason)


@as_acting_user
def propose_default_plan(*, acting_user, deal_id: UUID, plan_id: UUID, reason: str) -> UUID:
    """Propose that who chooses no plan gets this one. Raises as :func:`_propose`."""
    return _propose(acting_user, deal_id, {"default_fee_plan": str(plan_id)}, reason)


@as_acting_user
def propose_plan(*, acting_user, deal_id: UUID, plan_id: UUID, reason: str) -> UUID:
    """Propose that a plan, or a new version of one, takes effect. Raises as :func:`_propose`."""
    return _propose(acting_user, deal_id, {"fee_plan_version": str(plan_id)}, reason)


@as_acting_user
def propose_overrides(*, acting_user, deal_id: UUID, investor_id: UUID, overrides: dict, reason: str) -> UUID:
    """Propose lower fees for one investor, by component id: ``rate_bps`` or ``flat_amount``.

    Raises as :func:`_propose`.
    """
    return _propose(acting_user, deal_id, {"overrides": overrides}, reason, investor_id)


def _propose(acting_user, deal_id: UUID, changes: dict, reason: str, investor_id: UUID | None = None) -> UUID:
    """Write the proposal and its question. An earlier one of the same kind that waits is withdrawn.

    Raises NotAllowed, DealNotOpen, ReasonMissing, NothingChanges, BadChange, Busy. Locks the deal.
    """
    staff_only(acting_user)
    reason = text.text(reason)
    if not reason:
        raise ReasonMissing()
    try:
        return db.fn_propose_change(deal_id, changes, reason, investor_id)
    except BadValue as refusal:
        raise (NothingChanges if refusal.detail == "same" else BadChange)() from refusal
