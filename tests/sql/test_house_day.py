"""app.day_at_house, app.house_today: days begin where the firm is, for papers, years of numbers and what is overdue."""

import pytest

from tests.factories import value
from tests.sql.invoices import accrue, bill, invoice, ready

ZONE = "update house_settings set value = %s where key = 'time_zone'"
# The two ends of the world: at any moment it is another day there.
EDGES = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
NOW_THERE = "select (clock_timestamp() at time zone %s)::date"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2026-12-31"), ("Europe/Paris", "2027-01-01"), ("America/New_York", "2026-12-31")],
)
def test_a_moment_has_its_day_where_the_firm_is(owner, zone, day):
    owner.execute(ZONE, [zone])
    assert str(value(owner, "select app.day_at_house('2026-12-31 23:30+00')")) == day


@pytest.mark.parametrize("zone", EDGES)
def test_everybody_knows_the_day_it_is_there(owner, app_connection, cast, zone):
    owner.execute(ZONE, [zone])
    for who in (cast.alice, cast.larry, None):
        assert value(app_connection(who), "select app.house_today()") == value(owner, NOW_THERE, zone)


@pytest.mark.parametrize("zone", EDGES)
def test_an_invoice_is_dated_due_and_numbered_by_it(owner, app_connection, cast, deal, zone):
    ready(app_connection, cast)
    owner.execute(ZONE, [zone])
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    today = value(owner, NOW_THERE, zone)
    assert value(owner, "select issue_date from invoices where id = %s", made) == today
    assert invoice(owner, made)[0].startswith(f"INV-{today.year}-") and invoice(owner, made)[7] == 30
