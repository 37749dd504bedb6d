"""app.receiving_account_for and its guard: into which account a deal is paid, and which it may have."""

import uuid

import pytest

from tests import factories
from tests.factories import value
from tests.sql.firm import end_account, everything, propose_account
from tests.sql.holds import refusal
from tests.sql.test_fn_propose_receiving_account import OTHER, USD, agreed

FOR = "select (app.receiving_account_for(%s, %s)).id"
CHOOSE = "update deals set receiving_account_id = %s where id = %s"


@pytest.fixture
def admins(cast, app_connection):
    return app_connection(cast.ada), app_connection(cast.abe)


@pytest.fixture
def deal(owner, admins):
    """A draft in euro: what was opened keeps its currency."""
    return factories.add_deal(owner, "Paid in Euro", code="paid_in_euro", currency="EUR", status="draft")


def test_the_deals_own_then_the_default_then_none(owner, cast, admins, deal, app_connection):
    sam = app_connection(cast.sam)
    assert value(sam, FOR, deal, "EUR") is None
    default, own, dollars = agreed(admins), agreed(admins, **OTHER, is_default=False), agreed(admins, **USD)
    assert (value(sam, FOR, deal, "EUR"), value(sam, FOR, deal, "USD")) == (default, dollars)
    assert value(sam, FOR, uuid.uuid4(), "EUR") == value(sam, FOR, None, "EUR") == default
    sam.execute(CHOOSE, [own, deal])
    assert (value(sam, FOR, deal, "EUR"), value(sam, FOR, deal, "USD")) == (own, dollars)
    assert value(sam, FOR, deal, "CHF") is None
    whole = value(sam, "select row_to_json(app.receiving_account_for(%s, 'EUR'))", deal)
    assert (whole["iban"], whole["holder_name"]) == (OTHER["iban"], "VERSO Example House S.A.")


def test_a_successor_takes_its_place_and_an_end_leaves_none(owner, cast, admins, deal, app_connection):
    sam = app_connection(cast.sam)
    agreed(admins)
    own = agreed(admins, **OTHER, is_default=False)
    sam.execute(CHOOSE, [own, deal])
    proposed = propose_account(admins[0], is_default=False, replaces=own)
    assert value(sam, FOR, deal, "EUR") == own
    first = agreed(admins, is_default=False, replaces=own)
    second = agreed(admins, is_default=False, replaces=first)
    assert value(sam, FOR, deal, "EUR") == second != proposed
    end_account(admins[0], second)
    assert value(sam, FOR, deal, "EUR") is None


def test_a_default_that_ended_leaves_none(cast, admins, deal, app_connection):
    end_account(admins[0], agreed(admins))
    assert value(app_connection(cast.sam), FOR, deal, "EUR") is None


def test_investors_learn_nothing(cast, admins, deal, app_connection):
    agreed(admins)
    for who in (cast.alice, None):
        assert value(app_connection(who), FOR, deal, "EUR") is None


def test_a_deals_own_account_is_active_and_in_its_currency(owner, cast, admins, deal, app_connection):
    sam = app_connection(cast.sam)
    ended = agreed(admins)
    end_account(admins[0], ended)
    before, kept = everything(owner), owner.execute("select * from deals").fetchall()
    for wrong in (propose_account(admins[0]), ended, agreed(admins, **USD)):
        before = everything(owner)
        for connection in (sam, owner):
            assert refusal(connection.execute, CHOOSE, [wrong, deal]) == ("22023", "receiving_account")
        assert everything(owner) == before
    new = "insert into deals (name, code, currency, receiving_account_id) values ('New', 'new_deal', 'EUR', %s)"
    assert refusal(sam.execute, new, [wrong]) == ("22023", "receiving_account")
    assert owner.execute("select * from deals").fetchall() == kept


def test_the_currency_does_not_leave_the_account_behind(owner, cast, admins, deal, app_connection):
    sam, account = app_connection(cast.sam), agreed(admins)
    sam.execute(CHOOSE, [account, deal])
    away = "update deals set currency = 'USD' where id = %s"
    assert refusal(sam.execute, away, [deal]) == ("22023", "receiving_account")
    sam.execute("update deals set currency = 'USD', receiving_account_id = null where id = %s", [deal])
    assert value(owner, "select currency from deals where id = %s", deal) == "USD"


def test_an_account_that_ended_holds_no_deal_up(owner, cast, admins, deal, app_connection):
    sam, account = app_connection(cast.sam), agreed(admins)
    sam.execute(CHOOSE, [account, deal])
    end_account(admins[0], account)
    sam.execute("update deals set receiving_account_id = receiving_account_id, currency = 'EUR' where id = %s", [deal])
    assert value(owner, "select receiving_account_id from deals where id = %s", deal) == account
