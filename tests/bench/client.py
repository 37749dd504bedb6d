"""One client process of the bench: calls the service that the view calls, or the ORM baseline, in a loop; or expires.

The baseline is frozen: what a good developer writes by hand, so that nobody can slow the rival.
"""

import json
import os
import sys
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from inventory import services  # noqa: E402

PRICE = Decimal("28.50")
ONE = Decimal(1)


class Lot(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deal_id = models.UUIDField()
    status = models.TextField()
    units_remaining = models.DecimalField(max_digits=28, decimal_places=8)

    class Meta:
        app_label, db_table, managed = "bench", "orm_lot", False


class Reservation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deal_id = models.UUIDField()
    units = models.DecimalField(max_digits=28, decimal_places=8)
    expires_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bench", "orm_reservation", False


class Item(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reservation_id = models.UUIDField()
    lot_id = models.UUIDField()
    units = models.DecimalField(max_digits=28, decimal_places=8)

    class Meta:
        app_label, db_table, managed = "bench", "orm_item", False


@transaction.atomic
def orm_reserve(deal_id, units: Decimal) -> uuid.UUID:
    lots = list(Lot.objects.select_for_update().filter(deal_id=deal_id, status="available").order_by("id"))
    left, taken = units, []
    for lot in lots:
        take = min(lot.units_remaining, left)
        if take > 0:
            taken.append((lot, take))
            left -= take
        if left == 0:
            break
    if left:
        raise ValueError("sold out")
    reservation = Reservation.objects.create(
        deal_id=deal_id, units=units, expires_at=timezone.now() + timedelta(minutes=30)
    )
    for lot, take in taken:
        Lot.objects.filter(pk=lot.pk).update(units_remaining=F("units_remaining") - take)
    Item.objects.bulk_create([Item(reservation_id=reservation.pk, lot_id=lot.pk, units=take) for lot, take in taken])
    return reservation.pk


def caller(order: dict):
    """The call that an order asks for. Ours is the one of the reserve page: with a request key."""
    deal = uuid.UUID(order["deal"])
    if order["what"] == "orm":
        return lambda: orm_reserve(deal, ONE)
    alice, investor = SimpleNamespace(pk=uuid.UUID(order["person"])), uuid.UUID(order["investor"])
    return lambda: services.reserve_units(
        acting_user=alice,
        deal_id=deal,
        investor_id=investor,
        units=ONE,
        unit_price=PRICE,
        request_key=uuid.uuid4(),
    )


def run(order: dict) -> dict:
    if order["what"] == "expiry":
        begun = time.perf_counter()
        return {"served": services.expire_all(), "seconds": time.perf_counter() - begun}
    call, served = caller(order), 0
    begun = time.perf_counter()
    end = begun + float(order["seconds"])
    while time.perf_counter() < end:
        call()
        served += 1
    return {"served": served, "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
