"""fn_commit_units: reserving and committing in one, all or nothing, from units or from an amount."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import commit_units, committed, one
from tests.sql.holds import broken_rules, refusal, split, state


def test_units_become_a_pinned_hold_and_a_commitment(owner, cast, deal, app_connection):
    it = commit_units(app_connection(cast.alice), deal, cast.aldgate, units=6_000)
    commitment = one(owner, "select * from deal_commitments where id = %s", it)
    assert (commitment.requested_units, commitment.requested_amount) == (D(6000), D("171000.00"))
    hold = one(owner, "select * from reservations where commitment_id = %s", it)
    assert (hold.status, hold.expires_at) == ("pending", commitment.decide_by)
    assert split(owner, hold.id) == {D(25): D(5000), D("22.5"): D(1000)}
    assert broken_rules(owner) == []


@pytest.mark.parametrize(
    "amount, lot_size, units, paid",
    [
        ("14250", None, "500", "14250.00"),
        ("100", None, "3.50877192", "100.00"),  # 100 / 28.50 = 3.508771929…, rounded down
        ("100", "0.5", "3.5", "99.75"),
        ("1000", "10", "30", "855.00"),
        ("28.49", None, "0.99964912", "28.49"),
        ("0.29", None, "0.01017543", "0.29"),
    ],
)
def test_an_amount_becomes_units_rounded_down(owner, cast, deal, app_connection, amount, lot_size, units, paid):
    owner.execute("update deals set lot_size = %s", [lot_size and D(lot_size)])
    it = commit_units(app_connection(cast.alice), deal, cast.aldgate, amount=amount)
    found = one(owner, "select requested_units, requested_amount from deal_commitments where id = %s", it)
    assert (found.requested_units, found.requested_amount) == (D(units), D(paid))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"units": 5, "amount": 5},
        {"units": 0},
        {"units": "NaN"},
        {"units": "1.123456789"},
        {"amount": 0},
        {"amount": -1},
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": "0.00000001"},
        {"units": 5, "price": "28.49"},
    ],
)
def test_bad_values(owner, cast, deal, app_connection, values):
    before = state(owner)
    assert refusal(commit_units, app_connection(cast.alice), deal, cast.aldgate, **values)[0] == "22023"
    assert state(owner) == before


def test_too_many_units_leave_the_earlier_commitment_as_it_was(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    before = state(owner)
    assert refusal(commit_units, alice, deal, cast.aldgate, units=9_901) == ("DL001", "9900")
    assert state(owner) == before


def test_units_are_added_to_the_commitment_that_waits(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 9_000)
    it = commit_units(alice, deal, cast.aldgate, units=1_000)
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 0
    assert owner.execute("select id, requested_units from deal_commitments where status = 'submitted'").fetchall() == [
        (it, D(10000))
    ]
    assert broken_rules(owner) == []


def test_at_another_price_nothing_is_added_nor_reserved(owner, cast, deal, app_connection):
    committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    before = state(owner)
    sam = app_connection(cast.sam)
    assert refusal(commit_units, sam, deal, cast.aldgate, units=5, price="27") == ("22023", "other_price")
    assert state(owner) == before


def test_the_key_of_what_was_added_names_the_units_that_were_added(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    committed(owner, alice, deal, cast.aldgate, 100)
    it = commit_units(alice, deal, cast.aldgate, units=7, key=key)
    committed(owner, alice, deal, cast.aldgate, 1)
    before = state(owner)
    assert commit_units(alice, deal, cast.aldgate, units=7, key=key) == it
    assert refusal(commit_units, alice, deal, cast.aldgate, units=107, key=key) == ("22023", "request_key")
    assert state(owner) == before


def test_the_same_key_is_the_same_commitment_and_other_parameters_are_refused(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    it = commit_units(alice, deal, cast.aldgate, amount="14250", key=key)
    before = state(owner)
    assert commit_units(alice, deal, cast.aldgate, amount="14250", key=key) == it
    assert commit_units(alice, deal, cast.aldgate, units=500, key=key) == it
    assert refusal(commit_units, alice, deal, cast.aldgate, units=501, key=key) == ("22023", "request_key")
    assert state(owner) == before


@pytest.mark.parametrize("who", ["bob", "mallory", "larry", "ingrid", None])
def test_nobody_else_commits_for_an_investor(owner, cast, deal, app_connection, who):
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(commit_units, asked, deal, cast.aldgate, units=5)[0] == "42501"
    assert state(owner) == before


def test_staff_commit_for_a_member_investor_at_another_price(owner, cast, deal, app_connection):
    it = commit_units(app_connection(cast.sam), deal, cast.aldgate, units=100, price="27.25")
    found = one(owner, "select * from deal_commitments where id = %s", it)
    assert (found.unit_price, found.requested_amount, found.created_by) == (
        D("27.25"),
        D("2725.00"),
        cast.sam.id,
    )
    outsider = factories.add_investor(owner, "Outside Holdings")
    assert refusal(commit_units, app_connection(cast.sam), deal, outsider, units=5)[0] == "42501"
