"""What every statement pays for the CHECK constraints of the tables it writes."""

import pytest

from tests.factories import value

pytestmark = pytest.mark.django_db

CALLED = (
    "select coalesce(array_agg(c.conname || ' calls ' || p.proname order by 1), '{}') from pg_constraint c"
    " join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = c.oid"
    "  and d.refclassid = 'pg_proc'::regclass"
    " join pg_proc p on p.oid = d.refobjid join pg_language l on l.oid = p.prolang"
    " where c.contype = 'c' and l.lanname = %s"
)


def test_no_check_calls_a_function_in_sql(owner):
    """Its body would be parsed anew by every statement on the table: a hold on eight lots took a fifth longer."""
    assert value(owner, CALLED, "plpgsql") != []  # It would find one.
    assert value(owner, CALLED, "sql") == []
