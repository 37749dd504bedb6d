"""Valuations: proposed by one person, approved by another; which one counts on a day; who reads it."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import decide
from tests.sql.exits import allocated, approval_about
from tests.sql.holds import refusal

SEED = "insert into valuations (vehicle_id, as_of_date, nav_total, nav_per_unit) values (%s, %s, %s, %s) returning id"
FULL = (
    "insert into valuations (vehicle_id, as_of_date, nav_total, nav_per_unit, source, reason)"
    " values (%s, %s, %s, %s, 'auditor', %s) returning id"
)


def propose(connection, deal, on="2025-06-30", per_unit="30", total=None, statement=SEED, *more):
    """Figures go over as text, as a person would type them in psql."""
    return connection.execute(statement, [deal.vehicle_id, on, total, per_unit, *more]).fetchone()[0]


def status(owner, valuation):
    return factories.value(owner, "select status from valuations where id = %s", valuation)


def nav(connection, deal, on="2025-06-30"):
    return factories.value(connection, "select app.nav_per_unit_on(%s, %s)", deal.vehicle_id, on)


@pytest.fixture
def held(owner, cast, deal):
    """Aldgate holds 1,000 units, Morland 500."""
    allocated(owner, deal, cast.aldgate, 1000)
    allocated(owner, deal, cast.morland, 500)


def test_a_value_counts_once_a_second_person_approved_it(owner, cast, deal, held, app_connection):
    sam, alice = app_connection(cast.sam), app_connection(cast.alice)
    made = propose(sam, deal)
    asked = approval_about(owner, made)
    assert (status(owner, made), nav(sam, deal)) == ("proposed", None)
    before = owner.execute("select * from valuations").fetchall()
    assert refusal(decide, sam, asked) == ("42501", "own_request")
    assert owner.execute("select * from valuations").fetchall() == before
    assert decide(app_connection(cast.abe), asked) == "approved"
    found = owner.execute("select status, proposed_by, approved_by, source from valuations").fetchall()
    assert found == [("approved", cast.sam.id, cast.abe.id, "manager")]
    assert (nav(sam, deal), nav(alice, deal)) == (D(30), D(30))


def test_the_newest_approved_on_or_before_the_day_counts(owner, cast, deal, held, app_connection):
    for on, per_unit, said in (
        ("2025-03-31", 28, "approved"), ("2025-06-30", 30, "approved"), ("2025-06-30", 99, "rejected"),
        ("2025-06-29", 77, "superseded"), ("2025-09-30", 98, "proposed"), ("2025-09-29", None, "approved"),
    ):  # fmt: skip
        facts = {"vehicle_id": deal.vehicle_id, "as_of_date": on, "nav_per_unit": per_unit, "status": said}
        factories.insert(owner, "valuations", **facts)
    alice = app_connection(cast.alice)
    days = ("2025-03-30", "2025-03-31", "2025-06-29", "2025-06-30", "2025-12-31")
    for who in (alice, app_connection(cast.sam)):
        assert [nav(who, deal, on) for on in days] == [None, D(28), D(28), D(30), D(30)]
    counts = "select as_of_date::text, nav_per_unit from app.valuation_on(%s, '2025-12-31')"
    assert alice.execute(counts, [deal.vehicle_id]).fetchall() == [("2025-06-30", D(30))]
    assert nav(app_connection(cast.larry), deal) is None


def test_holders_read_approved_values_and_staff_all(owner, cast, deal, held, app_connection):
    for said in ("approved", "rejected", "superseded", "proposed"):
        factories.insert(owner, "valuations", vehicle_id=deal.vehicle_id, as_of_date="2025-06-30", status=said)
    every = "select status from valuations order by 1"
    assert len(app_connection(cast.rita).execute(every).fetchall()) == 4
    assert app_connection(cast.alice).execute(every).fetchall() == [("approved",)]
    assert app_connection(cast.larry).execute(every).fetchall() == []


def test_one_waits_and_one_counts_for_each_day(owner, cast, deal, held, app_connection):
    sam, abe = app_connection(cast.sam), app_connection(cast.abe)
    first = propose(sam, deal)
    assert refusal(propose, sam, deal)[0] == "23505"
    decide(abe, approval_about(owner, first), "reject", "Not this one")
    second = propose(sam, deal)
    decide(abe, approval_about(owner, second))
    third = propose(sam, deal, per_unit="31")
    assert (nav(sam, deal), status(owner, third)) == (D(30), "proposed")
    decide(abe, approval_about(owner, third))
    assert [status(owner, one) for one in (first, second, third)] == ["rejected", "superseded", "approved"]
    assert nav(sam, deal) == D(31)


@pytest.mark.parametrize(
    "column", ["status = 'approved'", "proposed_by = null", "approved_by = proposed_by", "nav_per_unit = 1"]
)
def test_nobody_approves_or_edits_one_in_psql(owner, cast, deal, held, app_connection, column):
    propose(app_connection(cast.sam), deal)
    before = owner.execute("select * from valuations").fetchall()
    assert refusal(app_connection(cast.ada).execute, f"update valuations set {column}")[0] == "42501"
    name, worth = column.split(" = ")
    made = f"insert into valuations (vehicle_id, as_of_date, nav_per_unit, {name}) values (%s, '2025-01-01', 2, %s)"
    if name != "nav_per_unit":
        person = {"null": cast.abe.id, "proposed_by": cast.abe.id}.get(worth, worth.strip("'"))
        assert refusal(app_connection(cast.sam).execute, made, [deal.vehicle_id, person])[0] == "42501"
    assert owner.execute("select * from valuations").fetchall() == before


def test_an_investor_proposes_nothing(owner, cast, deal, held, app_connection):
    assert refusal(propose, app_connection(cast.alice), deal)[0] == "42501"
    assert factories.value(owner, "select count(*) from valuations") == 0


@pytest.mark.parametrize(
    ("total", "refused"), [("45000.02", False), ("44999.98", False), ("45000.03", True), ("44999.97", True)]
)
def test_a_total_fits_its_units_to_a_cent_a_holder(owner, cast, deal, held, app_connection, total, refused):
    """1,500 units × 30.00 for two holders."""
    sam = app_connection(cast.sam)
    if refused:
        assert refusal(propose, sam, deal, total=total) == ("22023", "nav_differs")
        assert factories.value(owner, "select count(*) from valuations") == 0
        propose(sam, deal, "2025-06-30", "30", total, FULL, "Accrued expenses are part of the total")
    else:
        propose(sam, deal, total=total)
    difference = "select difference, allowed, units from app.valuation_difference(%s, '2025-06-30', %s::numeric, 30)"
    about = [deal.vehicle_id, total]
    assert sam.execute(difference, about).fetchall() == [(D(total) - 45000, D("0.02"), D(1500))]
    assert app_connection(cast.alice).execute(difference, about).fetchall() == []


def test_an_approval_binds_to_the_value_that_was_proposed(owner, cast, deal, held, app_connection):
    made = propose(app_connection(cast.sam), deal)
    owner.execute("update valuations set nav_per_unit = 300")
    assert refusal(decide, app_connection(cast.abe), approval_about(owner, made))[0] == "DL005"
    assert status(owner, made) == "proposed"


def test_how_long_a_value_is_current_is_a_setting(owner, cast, deal, app_connection):
    """Investors' pages say what is stale, though investors read no settings."""
    ask = "select app.stale_before('2025-12-31')::text"
    assert factories.value(app_connection(cast.alice), ask) == "2025-07-04"
    owner.execute("update house_settings set value = '30' where key = 'valuation_stale_days'")
    assert factories.value(app_connection(cast.alice), ask) == "2025-12-01"
