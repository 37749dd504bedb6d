"""Undoing an allocation and its introducer: what was earned on it is taken back in the same transaction."""

from decimal import Decimal as D

from tests.factories import value
from tests.sql.holds import broken_rules
from tests.sql.introducers import accrue, agreed, breaks, brought, commissions, introducer, owed
from tests.sql.invoices import balances, pay, ready
from tests.sql.undo import FUNDS, given, undo


def test_commission_goes_with_what_was_undone(owner, cast, deal, app_connection):
    """14,962.50 asked for, 10,000.00 in: commission on what was paid; undone, the introducer is owed nothing."""
    ready(app_connection, cast)
    them = introducer(owner, cast)
    agreed(owner, them, rate=200)
    brought(owner, them, cast.aldgate, deal.id)
    allocation = given(owner, cast, deal, app_connection)
    pay(owner, value(owner, FUNDS, allocation), "10000.00")
    assert accrue(app_connection(cast.sam), deal) == 1
    assert owed(owner, them) > 0
    undo(owner, cast, app_connection, allocation)
    assert owed(owner, them) == 0
    assert {row[4] for row in commissions(owner)} == {"cancelled"}
    assert balances(owner) == {"credit": D("-10000.00"), "suspense": D("10000.00")}
    assert (breaks(owner), broken_rules(owner)) == ([], [])
    assert accrue(app_connection(cast.sam), deal) == 0
