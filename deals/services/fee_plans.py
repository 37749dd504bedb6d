"""Fee plans and their components.

A plan that somebody agreed to, or that is in effect on a deal that was opened, stays as it is: a new version takes its
place once a second person approved it (``propose_plan``).
"""

from decimal import Decimal
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from deals import db
from deals.models import (
    MOST_NOTES,
    MOST_PLAN_NAME,
    CalcMethod,
    Deal,
    DealCommitment,
    DealStatus,
    FeeCalendar,
    FeeComponent,
    FeeFrequency,
    FeeKind,
    FeePlan,
    HurdleType,
    InvestorTerms,
    TermSheet,
)
from deals.services.refusals import DealRefused, not_over, staff_only
from lib import text
from lib.db import BadValue, NotAllowed, translated
from lib.versions import Shown, digest, expect
from ui import numbers

BY_RATE = (CalcMethod.PERCENT_OF_INVESTMENT, CalcMethod.PERCENT_PER_ANNUM, CalcMethod.PERCENT_OF_PROFIT)
OF_KIND = {
    FeeKind.SUBSCRIPTION: (CalcMethod.PERCENT_OF_INVESTMENT, CalcMethod.FIXED),
    FeeKind.MANAGEMENT: (CalcMethod.PERCENT_PER_ANNUM, CalcMethod.FIXED),
    FeeKind.PERFORMANCE: (CalcMethod.PERCENT_OF_PROFIT,),
    FeeKind.SPREAD_MARKUP: (CalcMethod.PER_UNIT_SPREAD,),
    FeeKind.FLAT: (CalcMethod.FIXED,),
    FeeKind.OTHER: (CalcMethod.PERCENT_OF_INVESTMENT, CalcMethod.PER_UNIT_SPREAD, CalcMethod.FIXED),
}
PERIODIC = (FeeFrequency.ANNUAL, FeeFrequency.QUARTERLY, FeeFrequency.MONTHLY)
# What belongs to a share of profit alone.
OF_PROFIT = ("hurdle_rate_bps", "hurdle_type", "hurdle_compounding", "catch_up_bps", "after_management_fee")
_OF_PERIODS = ("in_advance", "calendar", "anchor_day", "proration", "cap_scope")
_BOUNDS = ("floor_amount", "cap_amount")
_TIERS = ("tiers", "tier_mode")
# What a fee states besides its type, method, frequency and notes: by method, in the order in which a form asks for it.
STATED = {
    CalcMethod.PERCENT_OF_INVESTMENT: ("rate_bps", *_TIERS, "base", *_BOUNDS, *_OF_PERIODS),
    CalcMethod.PERCENT_PER_ANNUM: ("rate_bps", *_TIERS, "base", "day_count", *_BOUNDS, *_OF_PERIODS),
    CalcMethod.PERCENT_OF_PROFIT: (
        "rate_bps",
        "base",
        *OF_PROFIT,
        "high_watermark",
        "cap_amount",
        "calendar",
        "anchor_day",
    ),
    CalcMethod.PER_UNIT_SPREAD: ("flat_amount", "base", *_BOUNDS, *_OF_PERIODS),
    CalcMethod.FIXED: ("flat_amount", "cap_amount", *_OF_PERIODS),
}
_OPTIONS = tuple(dict.fromkeys(name for names in STATED.values() for name in names))
COMPONENT_FACTS = frozenset(("kind", "calc_method", "frequency", "notes", "vat_rate_bps", "rounding", *_OPTIONS))
_FEE_SHOWN = ("kind", "calc_method", "frequency", *_OPTIONS, "vat_rate_bps", "rounding", "notes")


def stated_of(kind: str, method: str) -> tuple[str, ...]:
    """What a fee of this type and method may state, in the order in which a form asks for it."""
    names = STATED.get(method, ())
    if kind == FeeKind.SPREAD_MARKUP:
        return ()
    if kind not in (FeeKind.MANAGEMENT, FeeKind.OTHER, FeeKind.PERFORMANCE):
        names = tuple(name for name in names if name not in _OF_PERIODS)
        if method == CalcMethod.FIXED:
            names = ("flat_amount",)
    return (*names, "vat_rate_bps", "rounding")


class PlanInUse(DealRefused):
    sentence = gettext_lazy(
        "Someone has agreed to this plan, so it can’t be changed. Add another plan and make it the default."
    )


class PlanFixed(DealRefused):
    sentence = gettext_lazy("A plan in effect on an open deal can’t be changed. Create a new version instead.")


class NeedsApproval(DealRefused):
    sentence = gettext_lazy("On an open deal, a second person must approve the default plan. Propose it instead.")


@as_acting_user
def create_fee_plan(
    *, acting_user, deal_id: UUID, name: str, description: str = "", is_default: bool = False
) -> FeePlan:
    """A plan of a deal, still without fees; the first one of a draft is the default. Locks the deal.

    On a deal that was opened it waits to be proposed. Raises NotAllowed, DealOver, NeedsApproval, DealRefused.
    """
    staff_only(acting_user)
    deal = _locked(deal_id)
    draft = deal.status == DealStatus.DRAFT
    first = draft and not FeePlan.objects.filter(deal=deal).exists()
    if is_default and not draft:
        raise NeedsApproval()
    plan = FeePlan(deal=deal, name=_named(deal, name), description=text.text(description))
    plan.save(force_insert=True)
    if is_default or first:
        _make_default(deal, plan)
    return plan


@as_acting_user
def new_plan_version(*, acting_user, deal_id: UUID, plan_id: UUID) -> FeePlan:
    """A copy of a plan with its fees, to be edited and proposed; the one that waits already, if there is one.

    Raises NotAllowed, DealOver, DealRefused (a draft's plan is changed itself). Locks the deal.
    """
    staff_only(acting_user)
    deal = _locked(deal_id)
    plan = _plan(deal, plan_id)
    if deal.status == DealStatus.DRAFT:
        raise DealRefused(_("This deal is a draft: change the plan itself. Nothing was changed."))
    if waiting := FeePlan.objects.filter(supersedes=plan).first():
        return waiting
    facts = {"name": plan.name, "description": plan.description, "version": plan.version + 1}
    copy = FeePlan.objects.create(deal=deal, supersedes=plan, effective_from=None, **facts)
    for fee in plan.components.order_by("id"):
        fee.pk, fee.fee_plan = None, copy
        fee._state.adding = True
        fee.save(force_insert=True)
    return copy


@as_acting_user
def edit_fee_plan(
    *,
    acting_user,
    deal_id: UUID,
    plan_id: UUID,
    name: str,
    description: str = "",
    is_default: bool = False,
    shown: Shown | None = None,
) -> FeePlan:
    """Rename a plan, describe it, make it the default. The default moves to a plan, it is not taken away.

    Raises NotAllowed, DealOver, ChangedMeanwhile, PlanInUse (name and description are agreed too), DealRefused.
    Locks the deal.
    """
    staff_only(acting_user)
    deal = _locked(deal_id)
    plan = _plan(deal, plan_id)
    expect(shown, kept_of_plan(plan))
    words = _named(deal, name, plan), text.text(description)
    if words != (plan.name, plan.description or ""):
        plan = _free_plan(deal, plan_id)
        plan.name, plan.description = words
        plan.save(update_fields=["name", "description"])
    if is_default and not plan.is_default:
        _expect_draft(deal)
        _make_default(deal, plan)
    return plan


@as_acting_user
def make_default(*, acting_user, deal_id: UUID, plan_id: UUID, shown: Shown | None = None) -> None:
    """Who chooses no plan gets this one, with the fees that were shown, from now on. Locks the deal.

    On an open deal see ``propose_default_plan``. Raises NotAllowed, DealOver, NeedsApproval, ChangedMeanwhile.
    """
    staff_only(acting_user)
    deal = _locked(deal_id)
    plan = _plan(deal, plan_id)
    expect(shown, kept_of_plan(plan) | fees_of_plan(plan))
    if not plan.is_default:
        _expect_draft(deal)
        _make_default(deal, plan)


def _expect_draft(deal: Deal) -> None:
    if deal.status != DealStatus.DRAFT:
        raise NeedsApproval()


def _make_default(deal: Deal, plan: FeePlan) -> None:
    FeePlan.objects.filter(deal=deal, is_default=True).update(is_default=False)
    plan.is_default = True
    plan.save(update_fields=["is_default"])


@as_acting_user
def save_component(
    *,
    acting_user,
    deal_id: UUID,
    plan_id: UUID,
    component_id: UUID | None = None,
    shown: Shown | None = None,
    **facts,
) -> FeeComponent:
    """Add a fee to a plan, or change one. Rates in basis points, flat amounts in the deal's currency.

    Kind and method must fit each other; a method by rate needs a rate, any other an amount; 0 is zero.
    Raises NotAllowed, DealOver, ChangedMeanwhile, PlanInUse, DealRefused. Locks the deal.
    """
    staff_only(acting_user)
    if unknown := facts.keys() - COMPONENT_FACTS:
        raise TypeError(f"a fee has no {sorted(unknown)}")
    deal = _locked(deal_id)
    plan = _free_plan(deal, plan_id)
    component = FeeComponent(fee_plan=plan)
    if component_id:
        component = _component(plan, component_id)
        expect(shown, kept_of_component(component))
    for field, value in facts.items():
        setattr(component, field, text.line(value, MOST_NOTES) if field == "notes" else value)
    _leave_out(component, facts)
    _check_component(component, deal.currency)
    _keep(component)
    return component


def _keep(component: FeeComponent) -> None:
    """Save a fee. The database refuses what the fee's method does not count with, and names it."""
    try:
        with transaction.atomic():
            component.save()
    except DatabaseError as error:
        refusal = translated(error)
        if isinstance(refusal, BadValue) and refusal.detail in COMPONENT_FACTS:
            sentence = _("This fee does not use this value. Nothing was changed.")
            raise DealRefused(sentence, field=refusal.detail) from error
        raise refusal or error from error


@as_acting_user
def remove_component(
    *, acting_user, deal_id: UUID, plan_id: UUID, component_id: UUID, shown: Shown | None = None
) -> None:
    """Take a fee out of a plan nobody agreed to. Locks the deal.

    Raises NotAllowed, DealOver, ChangedMeanwhile, PlanInUse.
    """
    staff_only(acting_user)
    plan = _free_plan(_locked(deal_id), plan_id)
    if component := FeeComponent.objects.filter(fee_plan=plan, pk=component_id).first():
        expect(shown, kept_of_component(component))
        db.remove_fee_component(plan.pk, component_id)


def kept_of_plan(plan: FeePlan) -> dict:
    """What the form of a plan shows of it."""
    return {"name": plan.name, "description": plan.description, "is_default": bool(plan.is_default)}


def fees_of_plan(plan: FeePlan) -> dict:
    """What the page of plans shows of its fees."""
    fees = sorted(plan.components.all(), key=lambda fee: str(fee.pk))
    return {"fees": [[str(fee.pk), *map(digest, kept_of_component(fee).values())] for fee in fees]}


def kept_of_component(component: FeeComponent) -> dict:
    """What the form of a fee shows of it."""
    return {name: getattr(component, name) for name in _FEE_SHOWN}


def plan_in_use(plan_id: UUID) -> bool:
    """Whether somebody agreed to the plan: from then on it stays as it is. The database guards it too."""
    return (
        DealCommitment.objects.filter(selected_fee_plan_id=plan_id).exists()
        or InvestorTerms.objects.filter(selected_fee_plan_id=plan_id).exists()
        or TermSheet.objects.filter(fee_plan_id=plan_id).exists()
    )


def _locked(deal_id: UUID) -> Deal:
    deal = db.lock_deal(deal_id)
    not_over(deal)
    return deal


def _named(deal: Deal, name: str, plan: FeePlan | None = None) -> str:
    name = text.line(name, MOST_PLAN_NAME)
    others = FeePlan.objects.filter(deal=deal, name=name).exclude(pk=plan and plan.pk)
    others = others.exclude(pk=plan and plan.supersedes_id).exclude(supersedes_id__in=[plan.pk] if plan else [])
    if not name or others.exists():
        raise DealRefused(_("Give the plan a name of its own."), field="name")
    return name


def _plan(deal: Deal, plan_id: UUID) -> FeePlan:
    plan = FeePlan.objects.filter(deal=deal, pk=plan_id).first()
    if plan is None:
        raise NotAllowed()
    return plan


def _free_plan(deal: Deal, plan_id: UUID) -> FeePlan:
    plan = _plan(deal, plan_id)
    if plan_in_use(plan.pk):
        raise PlanInUse()
    if deal.status != DealStatus.DRAFT and plan.effective_from is not None:
        raise PlanFixed()
    return plan


def _component(plan: FeePlan, component_id: UUID) -> FeeComponent:
    component = FeeComponent.objects.filter(fee_plan=plan, pk=component_id).first()
    if component is None:
        raise NotAllowed()
    return component


def _leave_out(component: FeeComponent, facts: dict) -> None:
    """What a fee stated under another method goes; what is stated now and does not count, the database refuses."""
    used = stated_of(component.kind, component.calc_method)
    for name in (*_OPTIONS, "vat_rate_bps", "rounding"):
        if name not in used and facts.get(name) in (None, "", False):
            setattr(component, name, None)
    for name, needs in (("tier_mode", "tiers"), ("cap_scope", "cap_amount")):
        if getattr(component, needs) is None and not facts.get(name):
            setattr(component, name, None)


def _check_component(component: FeeComponent, currency: str) -> None:
    if component.kind not in FeeKind.values:
        raise DealRefused(_("Choose a fee."), field="kind")
    if component.calc_method not in OF_KIND[component.kind]:
        raise DealRefused(_("This fee can’t be calculated on this basis."), field="calc_method")
    if component.kind == FeeKind.SPREAD_MARKUP:
        # (price − lot cost) × units follows from the lots: there is nothing to state.
        component.rate_bps = component.flat_amount = None
        _leave_out_profit(component)
    elif component.calc_method in BY_RATE:
        _check_rate(component)
    else:
        _check_flat(component, currency)
    _check_options(component, currency)
    running = (FeeKind.MANAGEMENT, FeeKind.OTHER, FeeKind.PERFORMANCE)
    if component.frequency in PERIODIC and component.kind not in running:
        raise DealRefused(_("This fee is due once, or on exit."), field="frequency")
    if component.kind == FeeKind.PERFORMANCE:
        _check_crystallisation(component)
    if component.calc_method == CalcMethod.PERCENT_PER_ANNUM and component.frequency not in PERIODIC:
        raise DealRefused(_("A yearly rate is due each year, quarter or month."), field="frequency")


def _check_crystallisation(component: FeeComponent) -> None:
    """What is taken of one rise is not taken of it again: a share that is due each period is above a mark."""
    if component.frequency in PERIODIC and not component.high_watermark:
        sentence = _("Carry that is due each period counts above the previous peak only. Tick that, or choose exit.")
        raise DealRefused(sentence, field="high_watermark")
    if component.frequency not in PERIODIC and component.calendar:
        raise DealRefused(_("Only carry that is due each period has periods."), field="calendar")


def _check_options(component: FeeComponent, currency: str) -> None:
    """Bounds, periods and tax, where the database would only name the column."""
    if component.vat_rate_bps is not None and not 0 <= component.vat_rate_bps <= 10_000:
        raise DealRefused(_("Enter a rate from 0 to 100."), field="vat_rate_bps")
    for name in _BOUNDS:
        if (bound := getattr(component, name)) is not None:
            _check_money(bound, currency, name)
    if None not in (component.cap_amount, component.floor_amount) and component.cap_amount < component.floor_amount:
        raise DealRefused(_("The maximum is below the minimum."), field="cap_amount")
    if component.cap_scope and component.cap_amount is None:
        raise DealRefused(_("Enter a maximum, or leave this empty."), field="cap_scope")
    if component.anchor_day is not None and component.calendar != FeeCalendar.ANNIVERSARY:
        raise DealRefused(_("A day belongs to periods from the purchase."), field="anchor_day")


def _check_rate(component: FeeComponent) -> None:
    component.flat_amount = None
    if component.tiers is not None and component.rate_bps is not None:
        raise DealRefused(_("Enter a rate or tiers, not both."), field="tiers")
    if component.tiers is None and component.tier_mode:
        raise DealRefused(_("Enter tiers, or leave this empty."), field="tier_mode")
    if component.tiers is None and not 0 <= (-1 if component.rate_bps is None else component.rate_bps) <= 10_000:
        raise DealRefused(_("Enter a rate from 0 to 100."), field="rate_bps")
    if component.kind != FeeKind.PERFORMANCE:
        _leave_out_profit(component)
    else:
        _check_profit(component)


def _check_profit(component: FeeComponent) -> None:
    """What a share of profit states besides its rate: nothing of a hurdle where there is none."""
    for name in ("hurdle_type", "hurdle_compounding", "after_management_fee"):
        setattr(component, name, getattr(component, name) or None)
    if component.hurdle_rate_bps is None:
        component.hurdle_type = component.hurdle_compounding = None
    elif not 0 <= component.hurdle_rate_bps <= 10_000:
        raise DealRefused(_("Enter a rate from 0 to 100."), field="hurdle_rate_bps")
    if component.hurdle_type != HurdleType.SOFT:
        component.catch_up_bps = None
    elif component.catch_up_bps is not None and not 0 < component.catch_up_bps <= 10_000:
        raise DealRefused(_("Enter a rate above 0, up to 100."), field="catch_up_bps")


def _leave_out_profit(component: FeeComponent) -> None:
    component.high_watermark = None
    for name in OF_PROFIT:
        setattr(component, name, None)


def _check_flat(component: FeeComponent, currency: str) -> None:
    component.rate_bps = None
    _leave_out_profit(component)
    if component.flat_amount is None:
        raise DealRefused(_("Enter an amount; 0 if there is none."), field="flat_amount")
    _check_money(component.flat_amount, currency, "flat_amount")


def _check_money(amount, currency: str, field: str) -> None:
    try:
        numbers.check_money(Decimal(amount), currency, zero=True)
    except numbers.NotANumber as error:
        raise DealRefused(str(error), field=field) from error
