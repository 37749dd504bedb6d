"""Accruals at once: each fee accrues once, and the books say it once, whoever runs them and however many."""

from contextlib import contextmanager
from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.mutants.mutation import install, newest
from tests.race.crowd import at_once, in_between
from tests.race.mutated import mutated
from tests.sql.fees import YEARLY, accrue, amounts, balances, bought, charge
from tests.sql.holds import broken_rules

BY_THE_KEY = "        ON CONFLICT DO NOTHING\n"
BY_THE_LOCK = "    PERFORM 1 FROM public.deals d WHERE d.id = p_deal_id FOR NO KEY UPDATE;\n"


@pytest.fixture
def quarters(owner, cast, deal):
    charge(owner, deal, YEARLY)
    for investor in (cast.aldgate, cast.morland):
        bought(owner, deal, investor, 500_000, "2025-01-01")


def run_at_once(cast, deal, app_connection):
    staff = [app_connection(person) for person in (cast.sam, cast.ada, cast.abe, cast.rita)]
    return at_once(staff, lambda connection, i: accrue(connection, deal, "2025-12-31"))


def test_each_fee_accrues_once(owner, cast, deal, quarters, app_connection):
    assert sorted(run_at_once(cast, deal, app_connection)) == [0, 0, 0, 8]
    assert sum(amounts(owner)) == D("20000.00")
    assert balances(owner)["fee_income_management"] == D("-20000.00")
    assert broken_rules(owner) == []


def test_without_the_lock_the_key_still_holds(owner, cast, deal, quarters, app_connection):
    with mutated(owner, "fees/fn_compute_fee_events", BY_THE_LOCK):
        assert sum(run_at_once(cast, deal, app_connection)) == 8
    assert sum(amounts(owner)) == D("20000.00")


@contextmanager
def without_both(owner):
    true = newest("fees/fn_compute_fee_events").read_text(encoding="utf-8")
    assert BY_THE_LOCK in true and BY_THE_KEY in true
    install(owner, true.replace(BY_THE_LOCK, "").replace(BY_THE_KEY, ""))
    try:
        yield
    finally:
        install(owner, true)


def test_control_without_lock_and_key_runs_collide(owner, superuser, cast, deal, quarters, app_connection):
    """The index itself refuses what neither passed by: two runs do meet."""
    first, second = app_connection(cast.sam), app_connection(cast.ada)
    with without_both(owner):
        answer = in_between(
            superuser,
            first,
            lambda connection: accrue(connection, deal, "2025-12-31"),
            second,
            lambda connection: accrue(connection, deal, "2025-12-31"),
        )
    assert answer == "23505"


def test_an_event_is_voided_once(owner, cast, deal, quarters, app_connection):
    accrue(owner, deal, "2025-03-31")
    event = value(owner, "select id from fee_events where kind = 'management' order by id limit 1")
    staff = [app_connection(person) for person in (cast.sam, cast.ada, cast.abe)]
    void = "select app.void_fee_event(%s, 'Twice')"
    answers = at_once(staff, lambda connection, i: str(value(connection, void, event)))
    assert sorted(answers) == ["", "22023", "22023"]
    assert balances(owner)["accrued_fees"] == D("2465.75")
    assert broken_rules(owner) == []
