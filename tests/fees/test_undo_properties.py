"""Whatever was accrued, billed, adjusted, credited and paid of an allocation: undone, only the money is left."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.factories import value
from tests.sql.exits import approval_about
from tests.sql.holds import broken_rules
from tests.sql.invoices import accrue, balances, bill, credit, pay, ready
from tests.sql.undo import FUNDS
from tests.sql.undo import given as allocated

check = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
cents = st.integers(1, 500_000).map(lambda n: D(n) / 100)
share = st.integers(0, 100).map(lambda n: D(n) / 100)
# A fee: its amount, if it is billed, what of it is credited, to which share it is adjusted and if that is billed.
fees = st.lists(st.tuples(cents, st.booleans(), share, st.none() | share, st.booleans()), max_size=4)


@pytest.fixture
def begun(owner, cast, deal, app_connection):
    """An allocation; each example stands in a transaction of its own, which is taken back."""
    ready(app_connection, cast)
    made = allocated(owner, cast, deal, app_connection)
    return made


def acting(owner, person):
    owner.execute("select set_config('app.user_id', %s, true)", [str(person.id)])
    return owner


def went_through(owner, cast, deal, allocation, n, fee):
    amount, billed, credited, right, right_billed = fee
    how = Jsonb({"method": "period"})
    columns = {"allocation_id": allocation, "occasion": str(n), "derivation": how, "event_date": date(2026, 3, 31)}
    event = accrue(owner, deal, cast.aldgate, amount, **columns)
    sam = acting(owner, cast.sam)
    if billed:
        made = bill(sam, deal, cast.aldgate)
        # With what was adjusted before, the net may be less than the fee, or nothing: then there is nothing to credit.
        most = value(owner, "select greatest(total, 0) from invoices where id = %s", made)
        part = min((amount * credited).quantize(D("0.01")), most)
        if part:
            line = value(owner, "select id from invoice_lines where fee_event_id = %s", event)
            credit(sam, made, lines=[{"line": str(line), "amount": str(part)}])
    left = value(owner, "select coalesce(sum(computed_amount), 0) from fee_events where status <> 'voided'"
                        " and %s in (id, adjusts_id)", event)  # fmt: skip
    if right is not None and left and (left * right).quantize(D("0.01")) != left:
        value(sam, "select app.adjust_fee_event(%s, %s, 'Agreed')", event, (left * right).quantize(D("0.01")))
        if billed and right_billed:
            bill(sam, deal, cast.aldgate)


def undone(owner, cast, allocation):
    made = value(acting(owner, cast.sam), "select public.fn_propose_undo(%s, 'Never paid')", allocation)
    for person in (cast.ada, cast.abe):
        asked = approval_about(owner, made)
        value(acting(owner, person), "select public.fn_decide_approval(%s, 'approve', null, null)", asked)


@check
@example(fees=[(D("0.01"), True, D(0), D(0), False), (D("0.02"), True, D(0), D(0), True)], paid=0)
@given(fees=fees, paid=st.integers(0, 99))
def test_undone_it_comes_to_nothing_but_the_money(owner, cast, deal, begun, fees, paid):
    owner.execute("begin")
    try:
        for n, fee in enumerate(fees):
            went_through(owner, cast, deal, begun, n, fee)
        received = (D("14962.50") * paid / 100).quantize(D("0.01"))
        if received:
            pay(owner, value(owner, FUNDS, begun), str(received))
        undone(owner, cast, begun)
        live = "select coalesce(sum(computed_amount), 0) from fee_events where status <> 'voided'"
        assert value(owner, live) == 0
        books = balances(owner)
        # What they owe on one invoice and have as credit from another add up to what they paid.
        assert -books.pop("credit", D(0)) - books.pop("receivable", D(0)) == received == books.pop("suspense", D(0))
        assert books == {}
        owner.execute("select set_config('app.user_id', '', true)")
        assert broken_rules(owner) == []
        assert value(owner, "select sum(units_remaining) from share_lots") == 10_000
    finally:
        owner.execute("rollback")
