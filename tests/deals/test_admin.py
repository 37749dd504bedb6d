"""Deals, inventory and portfolio in the admin: readable, and changed through services only."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import reverse

from audit.identity import acting_as
from deals.models import Deal
from inventory import services as inventory
from inventory.models import Reservation
from tests import factories

pytestmark = pytest.mark.django_db
ROOMS = ("deals", "inventory", "portfolio")
MODELS = [model for model in admin.site._registry if model._meta.app_label in ROOMS]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def full(owner, cast, deal):
    """One row of everything."""
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    facts = {"acting_user": sam, "deal_id": deal.id, "unit_price": deal.price}
    inventory.reserve_units(investor_id=cast.morland, units=Decimal(5), **facts)
    held = inventory.reserve_units(investor_id=cast.aldgate, units=Decimal(7), **facts)
    inventory.commit_hold(shown_hash=None, acting_user=sam, reservation_id=held)
    factories.add_position(owner, cast.aldgate, deal.vehicle_id)
    factories.insert(owner, "valuations", vehicle_id=deal.vehicle_id, as_of_date="2026-06-30", nav_per_unit=30)
    factories.insert(owner, "subscriptions", vehicle_id=deal.vehicle_id, investor_id=cast.aldgate)
    given = {"units": 1, "unit_price": 28, "status": "approved"}
    factories.insert(owner, "allocations", deal_id=deal.id, investor_id=cast.aldgate, **given)
    factories.insert(owner, "invite_links", deal_id=deal.id, role="viewer", token_hash="hidden-hash")


def test_which_tables_are_there():
    assert sorted(model._meta.db_table for model in MODELS) == [
        "allocations", "deal_commitments", "deals", "fee_components", "fee_plans", "investor_terms",
        "invite_links", "positions", "reservations", "share_lots", "share_sources", "subscriptions",
        "term_sheets", "valuations", "vehicles",
    ]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_every_table_is_listed_searched_and_opened_and_never_edited(full, cast, ada_client, model):
    with acting_as(cast.ada.id):
        row = model.objects.first()
    assert ada_client.get(address(model, "changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert ada_client.get(address(model, "changelist") + "?q=northlight").status_code == 200
    page = ada_client.get(address(model, "change", row.pk))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content and b"hidden-hash" not in page.content
    assert ada_client.get(address(model, "add")).status_code == 403
    assert ada_client.post(address(model, "change", row.pk), {}).status_code == 403


def test_investors_find_no_admin(deal, alice_client):
    assert alice_client.get(address(Deal, "changelist")).status_code in (302, 403, 404)


def test_opening_goes_through_the_checklist(owner, cast, deal, ada_client):
    draft = factories.add_deal(owner, "Clos du Lac", code="closdulac_2027", status="draft")
    chosen = {"action": "open_deals", "_selected_action": [draft]}
    page = ada_client.post(address(Deal, "changelist"), chosen, follow=True).content.decode()
    assert "Clos du Lac: The checklist has open items. Nothing was changed." in page
    owner.execute("update deals set vehicle_id = %s where id = %s", [deal.vehicle_id, draft])
    factories.add_lot(owner, draft)
    factories.add_fee_plan(owner, draft)
    page = ada_client.post(address(Deal, "changelist"), chosen, follow=True).content.decode()
    assert "Clos du Lac is open." in page
    with acting_as(cast.ada.id):
        assert Deal.objects.get(pk=draft).status == "open"


def test_releasing_goes_through_the_service(full, cast, ada_client):
    with acting_as(cast.ada.id):
        running = Reservation.objects.get(commitment=None)
        committed = Reservation.objects.exclude(commitment=None).get()
    chosen = {"action": "release", "_selected_action": [running.pk, committed.pk, uuid4()]}
    page = ada_client.post(address(Reservation, "changelist"), chosen, follow=True).content.decode()
    assert "Morland Partners: the units were released." in page
    assert (
        "Aldgate Family Office: these units are allocated or awaiting approval, so the hold can’t be released." in page
    )
    with acting_as(cast.ada.id):
        assert Reservation.objects.get(pk=running.pk).status == "cancelled"
        assert Reservation.objects.get(pk=committed.pk).status == "pending"
