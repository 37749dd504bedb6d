"""lock_lot locks a lot for an edit: for staff, while its deal runs, and in the order of all work on lots."""

import psycopg
import pytest

from tests.factories import act_as, value


@pytest.fixture
def lot(owner, deal):
    return value(owner, "select id from share_lots where deal_id = %s limit 1", deal.id)


def test_a_lot_is_locked_until_the_transaction_ends(app_connection, owner, cast, lot):
    staff = act_as(app_connection(), cast.sam.id)
    with staff.transaction():
        act_as(staff, cast.sam.id, local=True)
        staff.execute("select app.lock_lot(%s)", [lot])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            owner.execute("select from share_lots where id = %s for no key update nowait", [lot])
    owner.execute("select from share_lots where id = %s for no key update nowait", [lot])


def test_investors_lock_nothing(app_connection, cast, lot):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        act_as(app_connection(), cast.alice.id).execute("select app.lock_lot(%s)", [lot])


def test_a_lot_of_a_deal_that_is_over_is_not_locked(app_connection, owner, deal, cast, lot):
    owner.execute("update deals set status = 'cancelled'")
    with pytest.raises(psycopg.Error) as refused:
        act_as(app_connection(), cast.sam.id).execute("select app.lock_lot(%s)", [lot])
    assert refused.value.sqlstate == "DL003"
