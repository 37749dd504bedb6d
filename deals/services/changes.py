"""Changes of an open deal: one person proposes, a second approves, and the database carries it out.

Price, plans and what was negotiated with one investor are not one person's to move while a deal is open. Holds and
commitments that are there keep what they were made with.
"""

from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from deals import db
from deals.models import FeeComponent, FeeKind, FeePlan, InvestorTerms
from deals.services.refusals import DealRefused, ReasonMissing, staff_only
from lib import text
from lib.db import BadValue
from lib.versions import Shown, expect


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
def propose_overrides(
    *,
    acting_user,
    deal_id: UUID,
    investor_id: UUID,
    overrides: dict,
    reason: str,
    shown: Shown | None = None,
) -> UUID:
    """Propose lower fees for one investor, by component id: ``rate_bps`` or ``flat_amount``.

    They take the place of all that is negotiated on the fees that can be chosen now; {} is everybody's fees again.
    Raises as :func:`_propose`, and ChangedMeanwhile where something else was negotiated since it was ``shown``.
    """
    staff_only(acting_user)
    db.lock_deal(deal_id)
    expect(shown, kept_of_overrides(deal_id, investor_id))
    now, fees = overrides_of(deal_id, investor_id), {fee.pk for fee in negotiable_fees(deal_id)}
    replaced = {row["key"] for row in db.negotiated_fees(deal_id, investor_id) if row["component_id"] in fees}
    replaced |= {str(pk) for pk in fees}
    changed = {key: own for key, own in now.items() if key not in replaced} | overrides
    if changed == now:
        raise NothingChanges()
    return _propose(acting_user, deal_id, {"overrides": changed}, reason, investor_id)


def negotiable_fees(deal_id: UUID) -> list[FeeComponent]:
    """The fees of the plans that can be chosen now, the default plan's first. Nothing is lower than 0."""
    later = FeePlan.objects.filter(supersedes=OuterRef("fee_plan"), effective_from__isnull=False)
    found = FeeComponent.objects.filter(~Exists(later), fee_plan__deal=deal_id, fee_plan__effective_from__isnull=False)
    found = (
        found.exclude(kind=FeeKind.SPREAD_MARKUP).exclude(rate_bps=0).exclude(flat_amount=0).select_related("fee_plan")
    )
    return list(found.order_by(F("fee_plan__is_default").desc(nulls_last=True), "fee_plan__created_at", "kind", "pk"))


def overrides_of(deal_id: UUID, investor_id: UUID) -> dict:
    """What is negotiated with an investor now, by the component it was negotiated on."""
    terms = InvestorTerms.objects.filter(deal=deal_id, investor=investor_id, status="active").first()
    return (terms and terms.overrides) or {}


def kept_of_overrides(deal_id: UUID, investor_id: UUID) -> dict:
    """What the form of negotiated fees shows: by fee, its own rate in basis points or amount, or None."""
    now = {row["component_id"]: row["own"] for row in db.negotiated_fees(deal_id, investor_id)}
    return {f"fee_{fee.pk.hex}": _own(now.get(fee.pk)) for fee in negotiable_fees(deal_id)}


def _own(terms: dict | None) -> Decimal | None:
    value = (terms or {}).get("rate_bps", (terms or {}).get("flat_amount"))
    return None if value is None else Decimal(str(value))


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
