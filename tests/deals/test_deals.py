"""A deal from draft to its end, as staff work it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals import services as approvals
from approvals.models import Approval
from audit.identity import acting_as
from deals import services
from deals.models import Deal, DealStatus
from deals.selectors.checklists import close_checks, open_checks
from deals.services.deals import BadCode, CodeTaken, NotReady, close_due_deals, suggest_code
from deals.services.refusals import DealOver, DealRefused, ReasonMissing, WrongStatus
from inventory import services as inventory
from lib.db import BadValue, NotAllowed
from tests import factories

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


@pytest.fixture
def draft(owner, sam):
    """A draft without anything."""
    return services.create_deal(acting_user=sam, name="Clos du Lac Residences", currency="EUR")


@pytest.fixture
def ready(owner, sam, draft):
    """A draft that could open."""
    vehicle = factories.add_vehicle(owner, "Clos du Lac SCSp", currency="EUR")
    services.edit_deal(
        acting_user=sam,
        deal_id=draft.pk,
        vehicle_id=vehicle,
        offer_unit_price=D("125.00"),
        code="closdulac_2027",
    )
    inventory.add_lot(acting_user=sam, deal_id=draft.pk, units=D(3000), unit_cost=D("120.00"))
    plan = services.create_fee_plan(acting_user=sam, deal_id=draft.pk, name="All-in 5 %")
    services.save_component(
        acting_user=sam,
        deal_id=draft.pk,
        plan_id=plan.pk,
        kind="subscription",
        calc_method="percent_of_investment",
        rate_bps=500,
    )
    return now_of(sam, draft)


def now_of(staff, deal) -> Deal:
    with acting_as(staff.pk):
        return Deal.objects.get(pk=deal.pk)


def open_items(staff, deal) -> list[str]:
    with acting_as(staff.pk):
        return [check.key for check in open_checks(now_of(staff, deal)) if not check.ok]


def refused(error, call, **facts) -> str:
    with pytest.raises(error) as refusal:
        call(**facts)
    return str(refusal.value.sentence)


# ---------- setting up ----------


def test_a_new_deal_is_a_draft_with_a_readable_code(draft, cast):
    assert (draft.status, draft.code, draft.created_by_id) == ("draft", "clos_du_lac_residences", cast.sam.id)
    assert (draft.hold_minutes, draft.decision_days, draft.open_at) == (30, 14, None)


def test_only_staff_set_up_deals(cast):
    with acting_as(cast.alice.id):
        alice = cast.alice.profile
    refused(NotAllowed, services.create_deal, acting_user=alice, name="Mine")


@pytest.mark.parametrize(
    "code",
    [
        "a",
        "Northlight",
        "north light",
        "-north",
        "north/light",
        "ünïcode",
        "new",
        "x" * 64,
        "00000000-0000-4000-8000-000000000001",
        "' or 1=1 --",
        "north\nlight",
    ],
)
def test_codes_that_nobody_could_type_are_refused(sam, code):
    sentence = refused(BadCode, services.create_deal, acting_user=sam, name="Northlight", code=code)
    assert sentence.startswith("A code has 2 to 63 small letters")
    with acting_as(sam.pk):
        assert not Deal.objects.exists()


def test_a_code_belongs_to_one_deal(sam, draft):
    refused(CodeTaken, services.create_deal, acting_user=sam, name="Other", code=draft.code)
    other = services.create_deal(acting_user=sam, name="Other")
    refused(CodeTaken, services.edit_deal, acting_user=sam, deal_id=other.pk, code=draft.code)
    assert now_of(sam, other).code == "other"


def test_a_suggested_code_is_made_of_the_name():
    assert suggest_code("Clos du Lac — Résidences (II)") == "clos_du_lac_residences_ii"
    assert (
        suggest_code("Verwaltungs Gesellschaft " * 4) == "verwaltungs_gesellschaft_verwaltungs_gesellschaft_verwaltungs"
    )
    assert suggest_code("x" * 80) == "x" * 63


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-1", "0", "1e400", "1.1234567", "1" * 40])
def test_prices_that_are_none_are_refused(sam, draft, price):
    with pytest.raises(DealRefused) as refusal:
        services.edit_deal(acting_user=sam, deal_id=draft.pk, offer_unit_price=D(price))
    assert refusal.value.field == "offer_unit_price"
    assert now_of(sam, draft).offer_unit_price is None


def test_what_the_database_refuses_is_a_sentence_and_no_fault(sam, draft):
    refused(BadValue, services.edit_deal, acting_user=sam, deal_id=draft.pk, hold_minutes=0)
    refused(BadValue, services.edit_deal, acting_user=sam, deal_id=draft.pk, hold_minutes=100_000)
    refused(DealRefused, services.edit_deal, acting_user=sam, deal_id=draft.pk, currency="usd")
    assert (now_of(sam, draft).hold_minutes, now_of(sam, draft).currency) == (30, "EUR")


def test_an_unknown_deal_is_not_there(sam):
    nowhere = "00000000-0000-4000-8000-00000000dead"
    refused(NotAllowed, services.edit_deal, acting_user=sam, deal_id=nowhere, name="X")
    refused(NotAllowed, services.open_deal, acting_user=sam, deal_id=nowhere)


@pytest.mark.parametrize(
    "terms, field",
    [
        ({"min_ticket": "0"}, "min_ticket"),
        ({"min_ticket": "1.5e3"}, "min_ticket"),
        ({"min_ticket": "NaN"}, "min_ticket"),
        ({"min_ticket": "100.001"}, "min_ticket"),
        ({"min_ticket": "100", "max_ticket": "50"}, "max_ticket"),
        ({"terms": [["Only a label"]]}, "terms"),
        ({"terms": [["", "x"]]}, "terms"),
        ({"terms": "text"}, "terms"),
    ],
)
def test_terms_that_make_no_sense_are_refused(sam, draft, terms, field):
    with pytest.raises(DealRefused) as refusal:
        services.edit_deal(acting_user=sam, deal_id=draft.pk, terms_schema=terms)
    assert (refusal.value.field, now_of(sam, draft).terms_schema) == (field, None)


def test_terms_are_kept_as_exact_text(sam, draft):
    terms = services.make_terms(min_ticket=D("12500.00"), max_ticket=None, terms=[["Lock-up", "12 months"]])
    services.edit_deal(acting_user=sam, deal_id=draft.pk, terms_schema=terms)
    kept = {"min_ticket": "12500.00", "max_ticket": None, "terms": [["Lock-up", "12 months"]]}
    assert now_of(sam, draft).terms_schema == kept
    assert services.make_terms() is None


def test_a_deal_with_lots_keeps_its_currency(sam, ready):
    sentence = refused(DealRefused, services.edit_deal, acting_user=sam, deal_id=ready.pk, currency="USD")
    assert sentence == "The lots are in another currency, so the deal keeps its own. Nothing was changed."


def test_saving_the_same_again_writes_no_audit_row(owner, sam, ready):
    count = "select count(*) from audit_log where action = 'deals.update'"
    with acting_as(sam.pk):
        from django.db import connection

        def rows():
            with connection.cursor() as cursor:
                cursor.execute(count)
                return cursor.fetchone()[0]

        before = rows()
        services.edit_deal(acting_user=sam, deal_id=ready.pk, name=ready.name, code=ready.code)
        assert rows() == before
        services.edit_deal(acting_user=sam, deal_id=ready.pk, name="Clos du Lac")
        assert rows() == before + 1


# ---------- opening ----------


def test_an_empty_draft_has_every_item_open_but_its_dates(sam, draft):
    assert open_items(sam, draft) == ["vehicle", "price", "lots", "fee_plan"]
    with pytest.raises(NotReady) as refusal:
        services.open_deal(acting_user=sam, deal_id=draft.pk)
    assert [check.key for check in refusal.value.checks] == [
        "vehicle",
        "price",
        "code",
        "close_at",
        "lots",
        "fee_plan",
    ]
    assert all(check.todo and check.url.startswith("/staff/") for check in refusal.value.checks)
    assert now_of(sam, draft).status == "draft"


def test_a_vehicle_in_another_currency_is_none(owner, sam, ready):
    usd = factories.add_vehicle(owner, "Dollar SPV", currency="USD")
    services.edit_deal(acting_user=sam, deal_id=ready.pk, vehicle_id=usd)
    assert open_items(sam, ready) == ["vehicle"]


def test_a_code_nobody_chose_is_not_readable(owner, sam, ready):
    owner.execute("update profiles set language = language")  # (the owner's connection commits)
    services.edit_deal(acting_user=sam, deal_id=ready.pk, code="deal_0123456789ab")
    assert open_items(sam, ready) == ["code"]


def test_a_closing_date_that_is_past_keeps_it_closed(sam, ready):
    services.edit_deal(acting_user=sam, deal_id=ready.pk, close_at=timezone.now() - timedelta(minutes=1))
    assert open_items(sam, ready) == ["close_at"]


def test_a_blocked_lot_is_nothing_to_sell(sam, ready):
    with acting_as(sam.pk):
        lot = ready.lots.get()
    inventory.block_lot(acting_user=sam, lot_id=lot.pk, reason="Title is checked")
    assert open_items(sam, ready) == ["lots"]
    inventory.unblock_lot(acting_user=sam, lot_id=lot.pk)
    assert open_items(sam, ready) == []


def test_a_plan_without_a_fee_is_no_plan(sam, ready):
    empty = services.create_fee_plan(acting_user=sam, deal_id=ready.pk, name="Classic", is_default=True)
    assert open_items(sam, ready) == ["fee_plan"]
    facts = {"kind": "flat", "calc_method": "fixed", "flat_amount": D(0)}
    services.save_component(acting_user=sam, deal_id=ready.pk, plan_id=empty.pk, **facts)
    assert open_items(sam, ready) == []


def test_opening_happens_once_and_is_told(sam, ready):
    opened = services.open_deal(acting_user=sam, deal_id=ready.pk)
    assert opened.status == DealStatus.OPEN and opened.open_at is not None
    refused(WrongStatus, services.open_deal, acting_user=sam, deal_id=ready.pk)
    with acting_as(sam.pk):
        from audit.models import AuditEntry

        row = AuditEntry.objects.filter(action="deals.update", deal_id=ready.pk).order_by("-id").first()
        assert (row.actor_user_id, row.before["status"], row.after["status"]) == (sam.pk, "draft", "open")


@pytest.mark.parametrize(
    "change, field",
    [
        ({"code": "other_code"}, "code"),
        ({"vehicle_id": None}, "vehicle"),
        ({"offer_unit_price": None}, "offer_unit_price"),
        ({"close_at": timezone.now() - timedelta(minutes=1)}, "close_at"),
    ],
)
def test_what_others_rely_on_stays_once_it_is_open(sam, ready, change, field):
    services.open_deal(acting_user=sam, deal_id=ready.pk)
    with pytest.raises(DealRefused) as refusal:
        services.edit_deal(acting_user=sam, deal_id=ready.pk, **change)
    assert refusal.value.field == field
    assert now_of(sam, ready).code == "closdulac_2027"


def test_the_date_of_an_open_deal_moves_and_its_price_is_proposed(cast, sam, ready):
    services.open_deal(acting_user=sam, deal_id=ready.pk)
    later = timezone.now() + timedelta(days=9)
    facts = {"offer_unit_price": D("126.5"), "close_at": later}
    with pytest.raises(DealRefused) as refusal:
        services.edit_deal(acting_user=sam, deal_id=ready.pk, **facts)
    assert refusal.value.field == "price_reason"
    services.edit_deal(acting_user=sam, deal_id=ready.pk, price_reason="Demand", **facts)
    assert (now_of(sam, ready).offer_unit_price, now_of(sam, ready).close_at) == (D("125"), later)
    with acting_as(cast.abe.id):
        approval = Approval.objects.get(entity_type="deal_change")
        approvals.decide(acting_user=cast.abe.profile, approval_id=approval.pk, action="approve")
    assert now_of(sam, ready).offer_unit_price == D("126.5")


# ---------- its end ----------


def close_items(staff, deal) -> list[str]:
    with acting_as(staff.pk):
        return [check.key for check in close_checks(now_of(staff, deal)) if not check.ok]


def test_closing_waits_for_holds_and_for_the_reservations_to_stop(owner, cast, deal, sam):
    hold = inventory.reserve_units(
        acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(100), unit_price=deal.price
    )
    assert close_items(sam, now_of_id(sam, deal.id)) == ["stopped", "holds"]
    refused(NotReady, services.close_deal, acting_user=sam, deal_id=deal.id)
    services.start_allocation(acting_user=sam, deal_id=deal.id)
    inventory.cancel_hold(acting_user=sam, reservation_id=hold)
    closed = services.close_deal(acting_user=sam, deal_id=deal.id)
    assert closed.status == "closed" and closed.ended_at is not None
    refused(DealOver, services.edit_deal, acting_user=sam, deal_id=deal.id, name="X")
    refused(WrongStatus, services.cancel_deal, acting_user=sam, deal_id=deal.id, reason="too late")


def test_closing_waits_for_commitments(cast, deal, sam):
    hold = inventory.reserve_units(
        acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(100), unit_price=deal.price
    )
    inventory.commit_hold(shown_hash=None, acting_user=sam, reservation_id=hold)
    services.start_allocation(acting_user=sam, deal_id=deal.id)
    assert close_items(sam, now_of_id(sam, deal.id)) == ["commitments", "holds"]


def now_of_id(staff, deal_id) -> Deal:
    with acting_as(staff.pk):
        return Deal.objects.get(pk=deal_id)


def test_cancelling_gives_every_hold_back_and_ends_commitments(owner, cast, deal, sam):
    free = {"acting_user": sam, "deal_id": deal.id, "unit_price": deal.price}
    inventory.reserve_units(investor_id=cast.morland, units=D(500), **free)
    hold = inventory.reserve_units(investor_id=cast.aldgate, units=D(6000), **free)
    asked = inventory.commit_hold(shown_hash=None, acting_user=sam, reservation_id=hold)
    sentence = refused(ReasonMissing, services.cancel_deal, acting_user=sam, deal_id=deal.id, reason="  ")
    assert sentence.startswith("Enter a reason.")

    ended = services.cancel_deal(acting_user=sam, deal_id=deal.id, reason="The seller withdrew")
    assert (ended.status, ended.end_reason) == ("cancelled", "The seller withdrew")
    with acting_as(sam.pk):
        lots = ended.lots.order_by("acquired_at").values_list("units_remaining", "units_total", "status")
        assert [(left == total, status) for left, total, status in lots] == [(True, "available")] * 3
        assert set(ended.reservations.values_list("status", flat=True)) == {"cancelled"}
        assert ended.commitments.get(pk=asked).status == "cancelled"
    refused(WrongStatus, services.cancel_deal, acting_user=sam, deal_id=deal.id, reason="again")


def test_a_draft_can_be_cancelled_too(sam, draft):
    assert services.cancel_deal(acting_user=sam, deal_id=draft.pk, reason="Not now").status == "cancelled"


def test_the_job_moves_what_is_due_and_a_second_run_changes_nothing(owner, sam, deal):
    other = factories.add_deal(owner, "Harbour Receivables", code="harbour_credit")
    owner.execute("update deals set close_at = now() - interval '1 minute' where id = %s", [deal.id])
    assert close_due_deals() == 1
    assert (now_of_id(sam, deal.id).status, now_of_id(sam, other).status) == ("allocation_pending", "open")
    with acting_as(sam.pk):
        from audit.models import AuditEntry

        before = AuditEntry.objects.count()
    assert close_due_deals() == 0
    with acting_as(sam.pk):
        assert AuditEntry.objects.count() == before


def test_the_job_as_a_command(owner, deal, capsys):
    owner.execute("update deals set close_at = now() - interval '1 minute' where id = %s", [deal.id])
    call_command("close_deals", dry_run=True)
    call_command("close_deals")
    call_command("close_deals")
    assert capsys.readouterr().out.splitlines() == [
        "1 deals are due; nothing was changed.",
        "1 deals stopped taking reservations.",
        "0 deals stopped taking reservations.",
    ]
