"""Every database that was released comes up to today with its rows, and what was released never changes."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

import audit_verifier
from tests.factories import act_as
from tests.matrix.world import SYSTEM
from tests.schema import assert_equal, counted, schema
from tests.upgrade import baseline


@pytest.fixture(scope="module")
def new_schema(house_database, django_db_blocker):
    """What a database made today holds: one of its own, that no earlier test has touched."""
    with django_db_blocker.unblock(), house_database.scratch() as connect:
        return schema(connect())


@pytest.fixture(scope="module", params=baseline.versions())
def upgraded(request, new_schema, house_database, django_db_blocker):
    """A released database at head: a superuser's connection, and how many rows its tables had before."""
    with django_db_blocker.unblock(), house_database.scratch(empty=True) as connect:
        connection = connect()
        baseline.restore(connection, request.param)
        before = counted(connection)
        call_command("migrate", verbosity=0)
        yield connection, before


@pytest.mark.parametrize("version", baseline.versions())
def test_what_was_released_never_changes(version):
    now = baseline.released_files()
    changed = [path for path, digest in baseline.sums_of(version).items() if now.get(path) != digest]
    assert changed == [], (
        f"released in {version}, and never edited or removed: add a new version instead"
        " (<object>.v<N + 1>.sql, and a migration that installs it)"
    )


def test_this_version_has_a_baseline_or_comes_after_one():
    newest = baseline.versions()[-1]
    assert baseline.number_of(newest) <= baseline.number_of(settings.VERSION)


# Months of the log are made ahead; what is in none of them strays into the default.
MONTH = re.compile(r"audit_log_\d{4}_\d{2}")


def test_a_row_of_every_table_came_along(upgraded):
    connection, before = upgraded
    assert [table for table, rows in before.items() if rows == 0 and not MONTH.match(table)] == ["audit_log_default"]
    after = counted(connection)
    assert {table: (rows, after.get(table)) for table, rows in before.items() if after.get(table, 0) < rows} == {}


def test_it_is_made_as_a_new_database_is(upgraded, new_schema):
    """But for its months; and an expression that was dumped comes back with other brackets and casts."""
    connection, _before = upgraded
    assert_equal(comparable(schema(connection)), comparable(new_schema))


def comparable(found: dict[str, set]) -> dict[str, set]:
    told = {
        what: {re.sub(r"[()]|::character varying|::text(?:\[\])?", "", str(row)) for row in rows}
        for what, rows in found.items()
        if what != "rules"  # rows, not schema
    }
    return {what: {row for row in rows if not MONTH.search(row)} for what, rows in told.items()}


def audit_findings(connection) -> list:
    with connection.transaction():
        return audit_verifier.verify(connection).findings


def test_everything_adds_up_and_the_audit_chain_holds(upgraded):
    connection, _before = upgraded
    assert connection.execute("select * from app.invariant_breaks()").fetchall() == []
    assert connection.execute("select * from app.guardian_mismatches()").fetchall() == []
    assert audit_findings(connection) == []


def test_it_goes_on(upgraded):
    """The jobs end what has lapsed since, in the same chain."""
    connection, _before = upgraded
    rows = connection.execute("select count(*) from audit_log").fetchone()[0]
    with connection.transaction():
        act_as(connection, SYSTEM, local=True)
        connection.execute("select fn_expire_reservations(), fn_lapse_commitments()")
        connection.execute("update share_sources set notes = 'After the upgrade'")
    assert connection.execute("select count(*) from audit_log").fetchone()[0] > rows
    assert connection.execute("select * from app.invariant_breaks()").fetchall() == []
    assert audit_findings(connection) == []
