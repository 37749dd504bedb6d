"""position_on, allocation_units_on and enter_positions: what was held on a day, as known on a moment; Σ entries."""

from decimal import Decimal as D

import psycopg
import pytest

from tests import factories
from tests.sql.commitments import committed, decide
from tests.sql.exits import allocated, held
from tests.sql.holds import broken_rules, refusal


def position_on(connection, investor, vehicle, on, known=None):
    return connection.execute(
        "select units, cost from app.position_on(%s, %s, %s, %s)", [investor, vehicle, on, known]
    ).fetchone()


@pytest.fixture
def corrected(owner, cast, deal):
    """1,000 units from 10 January; on 20 May it turns out that 100 of them had been given back on 1 March."""
    allocation = allocated(owner, deal, cast.aldgate, 1000)
    factories.add_entry(
        owner, cast.aldgate, deal.vehicle_id, -100, "-2850.00", "2025-03-01",
        allocation_id=allocation, recorded_at="2025-05-20 09:00+00",
    )  # fmt: skip
    return allocation


@pytest.mark.parametrize(
    ("on", "known", "expected"),
    [
        ("2025-01-09", None, (0, 0)),
        ("2025-01-10", None, (1000, "28500.00")),
        ("2025-02-28", None, (1000, "28500.00")),
        ("2025-03-01", None, (900, "25650.00")),
        ("2025-03-01", "2025-05-20 08:59:59+00", (1000, "28500.00")),
        ("2025-03-01", "2025-05-20 09:00+00", (900, "25650.00")),
        ("2025-03-01", "2025-01-10 11:59+00", (0, 0)),
    ],
)
def test_as_of_a_day_as_known_on_a_moment(owner, cast, deal, corrected, app_connection, on, known, expected):
    expected = tuple(map(D, expected))
    assert position_on(app_connection(cast.alice), cast.aldgate, deal.vehicle_id, on, known) == expected
    assert held(owner, corrected, on, known) == expected


def test_another_investors_entries_count_nothing(owner, cast, deal, corrected, app_connection):
    """Mallory's holds the same vehicle."""
    allocated(owner, deal, cast.morland, 7)
    for person, units, seen in (
        (cast.sam, 900, 3), (cast.bob, 900, 2), (cast.mallory, 0, 1), (cast.larry, 0, 0), (None, 0, 0),
    ):  # fmt: skip
        connection = app_connection(person)
        assert position_on(connection, cast.aldgate, deal.vehicle_id, "2199-01-01")[0] == units
        assert factories.value(connection, "select count(*) from position_entries") == seen


def test_an_approved_commitment_enters_each_of_its_allocations(owner, cast, deal, app_connection):
    """Two units at 1.005: each entry's cost is what it adds to the sum, 2.01, which is rounded once."""
    owner.execute("update deals set offer_unit_price = 1.005")
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    committed(owner, alice, deal, cast.aldgate, 1, "1.005")
    second = committed(owner, alice, deal, cast.aldgate, 1, "1.005")
    decide(ada, second.approval)
    entries = owner.execute(
        "select e.units, e.cost, e.cause, e.deal_id, e.effective_date = (now() at time zone 'UTC')::date,"
        " e.allocation_id = a.id"
        " from position_entries e join allocations a on e.key = 'allocation:' || a.id order by e.cost desc"
    ).fetchall()
    assert entries == [
        (D(1), D("1.01"), "allocation", deal.id, True, True),
        (D(1), D("1.00"), "allocation", deal.id, True, True),
    ]
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(2), D("2.01"))]
    assert broken_rules(owner) == []


def test_entries_are_for_ever_whoever_asks(owner, superuser, cast, corrected, app_connection):
    before = owner.execute("select * from position_entries order by id").fetchall()
    for connection in (owner, superuser, app_connection(cast.ada)):
        for change in (
            "update position_entries set units = 1",
            "delete from position_entries",
            "truncate position_entries",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(change)
    insert = "insert into position_entries (investor_id, vehicle_id, effective_date, units, cost, cause, key)"
    values = " select investor_id, vehicle_id, effective_date, 1, 1, cause, 'mine' from position_entries limit 1"
    assert refusal(app_connection(cast.ada).execute, insert + values)[0] == "42501"
    assert owner.execute("select * from position_entries order by id").fetchall() == before


ENTRY = (
    "select app.enter_positions(jsonb_build_array(jsonb_build_object('investor_id', %s::uuid, 'vehicle_id', %s::uuid,"
    " 'effective_date', '2025-02-01', 'units', %s::numeric, 'cost', %s::numeric, 'cause', 'transfer',"
    " 'key', %s::text)))"
)


def test_a_position_is_the_sum_of_its_entries_and_a_key_counts_once(owner, superuser, cast, deal):
    about = [cast.aldgate, deal.vehicle_id]
    assert factories.value(superuser, ENTRY, *about, 10, "285.00", "one") == 1
    assert factories.value(superuser, ENTRY, *about, 10, "285.00", "one") == 0
    assert factories.value(superuser, ENTRY, *about, -4, "-114.00", "two") == 1
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(6), D("171.00"))]
    assert broken_rules(owner) == []
    assert refusal(factories.value, superuser, ENTRY, *about, -7, "0", "three")[0] == "23514"
    assert owner.execute("select key from position_entries order by key").fetchall() == [("one",), ("two",)]


def test_a_position_that_is_not_its_entries_is_found(owner, cast, deal):
    factories.add_position(owner, cast.aldgate, deal.vehicle_id)
    assert broken_rules(owner) == []
    owner.execute("update positions set units = units + 1")
    assert [row[0] for row in broken_rules(owner)] == ["position: the sum of its entries"]
