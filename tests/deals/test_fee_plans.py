"""Fee plans: made, changed while nobody agreed to them, frozen afterwards."""

from decimal import Decimal

import pytest

from approvals import services as approvals
from approvals.models import Approval
from audit.identity import acting_as
from deals import services
from deals.models import FeeComponent, FeePlan
from deals.selectors import fee_plans_of
from deals.services.fee_plans import NeedsApproval, PlanFixed, PlanInUse
from deals.services.refusals import DealOver, DealRefused
from inventory import services as inventory
from lib.db import NotAllowed
from tests import factories

D = Decimal
pytestmark = pytest.mark.django_db
FIVE_PERCENT = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 500}
YEARLY = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 150, "frequency": "annual"}


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


@pytest.fixture
def draft(sam):
    return services.create_deal(acting_user=sam, name="Harbour Receivables")


def make(sam, deal, name="All-in 5 %", **more):
    return services.create_fee_plan(acting_user=sam, deal_id=deal.pk, name=name, **more)


def fee(sam, deal, plan, component_id=None, **facts):
    return services.save_component(
        acting_user=sam, deal_id=deal.pk, plan_id=plan.pk, component_id=component_id, **facts
    )


def defaults(sam, deal):
    with acting_as(sam.pk):
        return list(FeePlan.objects.filter(deal_id=deal.pk, is_default=True).values_list("name", flat=True))


def test_the_first_plan_is_the_default_and_there_is_one(sam, draft):
    make(sam, draft)
    classic = make(sam, draft, "Classic")
    assert defaults(sam, draft) == ["All-in 5 %"]
    services.make_default(acting_user=sam, deal_id=draft.pk, plan_id=classic.pk)
    assert defaults(sam, draft) == ["Classic"]
    make(sam, draft, "Third", is_default=True)
    assert defaults(sam, draft) == ["Third"]


def test_names_are_told_apart(sam, draft):
    plan = make(sam, draft)
    for name in ("All-in 5 %", "  "):
        with pytest.raises(DealRefused) as refusal:
            make(sam, draft, name)
        assert refusal.value.field == "name"
    services.edit_fee_plan(acting_user=sam, deal_id=draft.pk, plan_id=plan.pk, name="All-in", description="One fee")
    with acting_as(sam.pk):
        assert FeePlan.objects.get(pk=plan.pk).description == "One fee"


@pytest.mark.parametrize(
    "facts, kept",
    [
        (FIVE_PERCENT, (500, None, None)),
        ({"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 0}, (0, None, None)),
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": D("250.00")}, (None, D("250.00"), None)),
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": D(0)}, (None, D(0), None)),
        (
            {
                "kind": "performance",
                "calc_method": "percent_of_profit",
                "rate_bps": 2000,
                "hurdle_rate_bps": 800,
            },
            (2000, None, 800),
        ),
        (
            {
                "kind": "management",
                "calc_method": "percent_per_annum",
                "rate_bps": 150,
                "frequency": "quarterly",
            },
            (150, None, None),
        ),
        (
            {"kind": "spread_markup", "calc_method": "per_unit_spread", "rate_bps": 9, "flat_amount": D(9)},
            (None, None, None),
        ),
        ({**FIVE_PERCENT, "flat_amount": D(9), "hurdle_rate_bps": 9}, (500, None, None)),
    ],
)
def test_each_method_keeps_what_it_needs_and_zero_is_zero(sam, draft, facts, kept):
    saved = fee(sam, draft, make(sam, draft), **facts)
    with acting_as(sam.pk):
        row = FeeComponent.objects.get(pk=saved.pk)
        assert (row.rate_bps, row.flat_amount, row.hurdle_rate_bps) == kept


CARRY = {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "frequency": "on_exit"}
SOFT = {"hurdle_rate_bps": 800, "hurdle_type": "soft", "hurdle_compounding": "annual", "catch_up_bps": 5000}


@pytest.mark.parametrize(
    "facts, kept",
    [
        ({**CARRY, **SOFT, "after_management_fee": True}, (800, "soft", "annual", 5000, True)),
        ({**CARRY, **SOFT, "hurdle_type": "hard"}, (800, "hard", "annual", None, None)),
        ({**CARRY, **SOFT, "hurdle_rate_bps": None, "after_management_fee": False}, (None, None, None, None, None)),
        ({**FIVE_PERCENT, **SOFT, "after_management_fee": True}, (None, None, None, None, None)),
    ],
)
def test_only_a_share_of_profit_keeps_a_hurdle(sam, draft, facts, kept):
    saved = fee(sam, draft, make(sam, draft), **facts)
    with acting_as(sam.pk):
        row = FeeComponent.objects.get(pk=saved.pk)
    found = row.hurdle_rate_bps, row.hurdle_type, row.hurdle_compounding, row.catch_up_bps, row.after_management_fee
    assert found == kept


@pytest.mark.parametrize(
    "facts, field",
    [
        ({**CARRY, **SOFT, "catch_up_bps": 0}, "catch_up_bps"),
        ({**CARRY, **SOFT, "catch_up_bps": 10_001}, "catch_up_bps"),
        ({**CARRY, **SOFT, "hurdle_rate_bps": 10_001}, "hurdle_rate_bps"),
        ({**FIVE_PERCENT, "rate_bps": None}, "rate_bps"),
        ({**FIVE_PERCENT, "rate_bps": -1}, "rate_bps"),
        ({**FIVE_PERCENT, "rate_bps": 10_001}, "rate_bps"),
        ({**FIVE_PERCENT, "kind": "tax"}, "kind"),
        ({**FIVE_PERCENT, "calc_method": "percent_of_profit"}, "calc_method"),
        ({**FIVE_PERCENT, "frequency": "monthly"}, "frequency"),
        ({**FIVE_PERCENT, "base": "nav"}, "base"),
        ({**FIVE_PERCENT, "day_count": "ACT/360"}, "day_count"),
        ({**FIVE_PERCENT, "in_advance": True}, "in_advance"),
        ({**YEARLY, "base": "units"}, "base"),
        ({**YEARLY, "frequency": "on_exit"}, "frequency"),
        ({"kind": "flat", "calc_method": "fixed"}, "flat_amount"),
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": D("-1")}, "flat_amount"),
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": D("NaN")}, "flat_amount"),
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": D("1.001")}, "flat_amount"),
        (
            {
                "kind": "performance",
                "calc_method": "percent_of_profit",
                "rate_bps": 1,
                "hurdle_rate_bps": 99_999,
            },
            "hurdle_rate_bps",
        ),
    ],
)
def test_fees_that_make_no_sense(sam, draft, facts, field):
    plan = make(sam, draft)
    with pytest.raises(DealRefused) as refusal:
        fee(sam, draft, plan, **facts)
    assert refusal.value.field == field
    with acting_as(sam.pk):
        assert not FeeComponent.objects.filter(fee_plan=plan).exists()
    with acting_as(sam.pk):
        assert not plan.components.exists()


def test_a_fee_is_changed_and_taken_out(sam, draft):
    plan = make(sam, draft)
    first = fee(sam, draft, plan, **FIVE_PERCENT)
    fee(sam, draft, plan, first.pk, rate_bps=250)
    with acting_as(sam.pk):
        assert plan.components.get().rate_bps == 250
    services.remove_component(acting_user=sam, deal_id=draft.pk, plan_id=plan.pk, component_id=first.pk)
    with acting_as(sam.pk):
        assert not plan.components.exists()


def test_a_plan_somebody_agreed_to_stays(cast, deal, sam):
    with acting_as(sam.pk):
        plan = FeePlan.objects.get(pk=deal.fee_plan_id)
        component = plan.components.get()
    hold = inventory.reserve_units(
        acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(5), unit_price=deal.price
    )
    inventory.commit_hold(shown_hash=None, acting_user=sam, reservation_id=hold)
    here = {"acting_user": sam, "deal_id": deal.id, "plan_id": plan.pk}
    with pytest.raises(PlanInUse):
        services.save_component(**here, component_id=component.pk, rate_bps=1)
    with pytest.raises(PlanInUse):
        services.save_component(**here, **FIVE_PERCENT)
    with pytest.raises(PlanInUse):
        services.remove_component(**here, component_id=component.pk)
    with pytest.raises(PlanInUse):
        services.edit_fee_plan(**here, name="Another name")
    with pytest.raises(NeedsApproval):
        services.create_fee_plan(acting_user=sam, deal_id=deal.id, name="Classic", is_default=True)
    with acting_as(sam.pk):
        assert FeePlan.objects.get(is_default=True).pk == plan.pk
        assert plan.components.get().rate_bps == 500


def test_a_yearly_rate_is_not_due_once(sam, draft):
    """The quotation counts it each year: "once" would be shown to staff, and "each year" to whoever pays."""
    plan = services.create_fee_plan(acting_user=sam, deal_id=draft.pk, name="Classic")
    fee = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 100}
    here = {"acting_user": sam, "deal_id": draft.pk, "plan_id": plan.pk}
    with pytest.raises(DealRefused, match="A yearly rate is due each year, quarter or month") as refusal:
        services.save_component(**here, **fee, frequency="one_time")
    assert refusal.value.field == "frequency"
    services.save_component(**here, **fee, frequency="annual")


def test_the_plan_of_a_draft_is_changed_itself(sam, draft):
    """A version that waits would be nobody's to put into effect."""
    plan = services.create_fee_plan(acting_user=sam, deal_id=draft.pk, name="Classic")
    with pytest.raises(DealRefused, match="This deal is a draft: change the plan itself"):
        services.new_plan_version(acting_user=sam, deal_id=draft.pk, plan_id=plan.pk)
    with acting_as(sam.pk):
        assert list(FeePlan.objects.filter(deal=draft)) == [plan]


def test_on_an_open_deal_a_plan_changes_by_a_new_version(cast, deal, sam):
    """Nobody agreed to the plan yet; it is in effect all the same."""
    with acting_as(sam.pk):
        component = FeePlan.objects.get(pk=deal.fee_plan_id).components.get()
    here = {"acting_user": sam, "deal_id": deal.id, "plan_id": deal.fee_plan_id}
    with pytest.raises(PlanFixed):
        services.save_component(**here, component_id=component.pk, rate_bps=1)
    version = services.new_plan_version(**here)
    assert services.new_plan_version(**here) == version
    with acting_as(sam.pk):
        copy = version.components.get()
    assert (version.version, version.supersedes_id, version.is_default) == (2, deal.fee_plan_id, False)
    assert (copy.rate_bps, copy.pk == component.pk) == (500, False)
    services.save_component(acting_user=sam, deal_id=deal.id, plan_id=version.pk, component_id=copy.pk, rate_bps=300)
    assert [plan.pk for plan in plans_to_choose(sam, deal)] == [deal.fee_plan_id]
    change = services.propose_plan(acting_user=sam, deal_id=deal.id, plan_id=version.pk, reason="Cheaper")
    with acting_as(cast.abe.id):
        approval = Approval.objects.get(entity_id=change)
        approvals.decide(acting_user=cast.abe.profile, approval_id=approval.pk, action="approve")
    assert [plan.pk for plan in plans_to_choose(sam, deal)] == [version.pk]
    with acting_as(sam.pk):
        assert FeePlan.objects.get(pk=version.pk).is_default


def plans_to_choose(sam, deal):
    with acting_as(sam.pk):
        return fee_plans_of(deal.id)


def test_a_plan_of_another_deal_is_not_here(cast, deal, sam, draft):
    for call in (
        lambda: services.make_default(acting_user=sam, deal_id=draft.pk, plan_id=deal.fee_plan_id),
        lambda: services.save_component(acting_user=sam, deal_id=draft.pk, plan_id=deal.fee_plan_id, **FIVE_PERCENT),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_only_staff_and_only_while_the_deal_lives(owner, cast, deal, sam):
    with acting_as(cast.alice.id):
        alice = cast.alice.profile
    with pytest.raises(NotAllowed):
        services.create_fee_plan(acting_user=alice, deal_id=deal.id, name="Mine")
    services.cancel_deal(acting_user=sam, deal_id=deal.id, reason="Off")
    with pytest.raises(DealOver):
        services.create_fee_plan(acting_user=sam, deal_id=deal.id, name="Late")
    assert factories.value(owner, "select count(*) from fee_plans") == 1


def test_carry_of_each_year_is_above_a_mark(sam, draft):
    plan = make(sam, draft)
    carry = {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "frequency": "annual"}
    with pytest.raises(DealRefused) as refused:
        fee(sam, draft, plan, **carry)
    assert refused.value.field == "high_watermark"
    with pytest.raises(DealRefused) as refused:
        fee(sam, draft, plan, **carry | {"frequency": "on_exit", "calendar": "anniversary"})
    assert refused.value.field == "calendar"
    made = fee(sam, draft, plan, **carry, high_watermark=True, calendar="anniversary", anchor_day=31)
    assert (made.frequency, made.high_watermark, made.anchor_day) == ("annual", True, 31)
