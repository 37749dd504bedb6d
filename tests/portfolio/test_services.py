"""What the database refuses about a vehicle reads as what it is, not as a missing name."""

import pytest
from django.db import connection

from audit.identity import acting_as
from lib.db import Busy, NotAllowed
from portfolio import services
from tests.forms import filled

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = {"name": "Fund I", "type": "fund", "currency": "EUR"}


def profile(person):
    with acting_as(person.id):
        return person.profile


def vehicles(owner) -> list:
    return owner.execute("select * from vehicles order by id").fetchall()


def test_who_is_staff_no_more_is_told_so(owner, cast):
    sam, before = profile(cast.sam), vehicles(owner)
    owner.execute("update profiles set is_active = false where id = %s", [cast.sam.id])
    with pytest.raises(NotAllowed):
        services.add_vehicle(acting_user=sam, **FACTS)
    assert vehicles(owner) == before


def test_a_vehicle_that_somebody_else_is_changing_is_busy(owner, cast, deal, open_connection):
    ada, before = profile(cast.ada), vehicles(owner)
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from vehicles where id = %s for update", [deal.vehicle_id])
    with acting_as(cast.ada.id):
        connection.cursor().execute("set local lock_timeout = '100ms'")
        with pytest.raises(Busy):
            services.edit_vehicle(acting_user=ada, vehicle_id=deal.vehicle_id, **FACTS)
    sitting.rollback()
    assert vehicles(owner) == before


def test_a_value_that_cannot_be_kept_is_a_bad_vehicle(owner, cast):
    before = vehicles(owner)
    with pytest.raises(services.BadVehicle):
        services.add_vehicle(acting_user=profile(cast.ada), **FACTS | {"type": "castle"})
    assert vehicles(owner) == before


def test_the_page_says_that_it_is_busy_and_keeps_what_was_typed(owner, deal, ada_client, open_connection):
    address, before = f"/staff/vehicles/{deal.vehicle_id}/edit/", vehicles(owner)
    form = filled(ada_client, address, name="Another name")
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from vehicles where id = %s for update", [deal.vehicle_id])
    connection.cursor().execute("set lock_timeout = '100ms'")
    refused = ada_client.post(address, form)
    connection.close()
    sitting.rollback()
    assert refused.status_code == 409
    assert str(Busy.sentence) in refused.text and "Another name" in refused.text
    assert vehicles(owner) == before
