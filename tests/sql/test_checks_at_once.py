"""checks_at_once: a hold that points at nothing is refused by the statement that writes it, not by the commit."""

import uuid

import psycopg
import pytest

from tests import factories

HOT = "conrelid in ('reservations'::regclass, 'reservation_lot_items'::regclass)"


def test_no_check_of_a_hold_waits_for_the_commit(owner):
    keys = f"select count(*), count(*) filter (where condeferrable) from pg_constraint where contype = 'f' and {HOT}"
    assert owner.execute(keys).fetchone() == (6, 0)


def test_the_statement_is_refused(owner, cast, deal):
    hold = factories.insert(
        owner, "reservations", deal_id=deal.id, investor_id=cast.aldgate, requested_units=1,
        proposed_unit_price=28, expires_at=factories.in_days(1),
    )  # fmt: skip
    with owner.transaction(), pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute("insert into reservation_lot_items values (%s, %s, 1)", [hold, uuid.uuid4()])
