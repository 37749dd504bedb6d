"""void_fee_event and adjust_fee_event: a wrong event is answered, never edited, and nothing accrues in its place."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.fees import YEARLY, accrue, amounts, balances, bought, charge, differing, periods
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import bill, credit, ready

VOID = "select app.void_fee_event(%s, %s)"
ADJUST = "select app.adjust_fee_event(%s, %s::numeric, %s)"


@pytest.fixture
def event(owner, cast, deal):
    """A quarter's fee of 2,465.75."""
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    accrue(owner, deal, "2025-03-31")
    return value(owner, "select id from fee_events where kind = 'management'")


def everything(owner) -> list:
    return [
        owner.execute(f"select * from {table} order by id").fetchall()
        for table in ("fee_events", "ledger_entries", "ledger_postings")
    ] + [owner.execute("select count(*) from audit_log").fetchall()]


def test_a_voided_event_is_reversed_and_does_not_accrue_again(owner, cast, deal, event, app_connection):
    assert balances(owner)["accrued_fees"] == D("2465.75")
    app_connection(cast.sam).execute(VOID, [event, "Billed by hand"])
    assert (
        value(owner, "select status || ': ' || void_reason from fee_events where id = %s", event)
        == "voided: Billed by hand"
    )
    assert {"accrued_fees", "fee_income_management"} & set(balances(owner)) == set()
    assert accrue(owner, deal, "2025-03-31") == 0
    assert accrue(owner, deal, "2025-06-30") == 1
    assert broken_rules(owner) == []


def test_an_adjustment_brings_it_to_its_right_amount(owner, cast, deal, event, app_connection):
    sam = app_connection(cast.sam)
    first = value(sam, ADJUST, event, "2000", "Exit entered late")
    assert value(owner, "select computed_amount from fee_events where id = %s", first) == D("-465.75")
    value(sam, ADJUST, event, "2100.50", "Of half the quarter")
    assert balances(owner)["accrued_fees"] == D("2100.50")
    assert [row[2] for row in periods(owner)] == [D("2465.75"), D("-465.75"), D("100.50")]
    assert differing(owner) == []
    assert accrue(owner, deal, "2025-03-31") == 0
    assert broken_rules(owner) == []
    assert refusal(sam.execute, VOID, [event, "Wrong"]) == ("22023", "adjusted")
    sam.execute(VOID, [first, "Wrong"])
    assert balances(owner)["accrued_fees"] == D("2566.25")


@pytest.mark.parametrize(
    ("statement", "arguments", "detail"),
    [
        (VOID, [""], "reason"),
        (VOID, [None], "reason"),
        (ADJUST, ["100", ""], "reason"),
        (ADJUST, ["2465.75", "Why"], "amount"),
        (ADJUST, ["1.005", "Why"], "amount"),
        (ADJUST, ["-0.01", "Why"], "amount"),
        (ADJUST, ["-Infinity", "Why"], "amount"),
        (ADJUST, ["NaN", "Why"], "amount"),
        (ADJUST, ["1e15", "Why"], "amount"),
        (ADJUST, [None, "Why"], "amount"),
    ],
)
def test_refusals_change_nothing(owner, cast, event, app_connection, statement, arguments, detail):
    sam = app_connection(cast.sam)
    before = everything(owner)
    assert refusal(sam.execute, statement, [event, *arguments]) == ("22023", detail)
    assert everything(owner) == before


def test_what_was_credited_of_an_adjustment_counts(owner, cast, deal, event, app_connection):
    """2,465.75, brought to 2,565.75; 30.00 of the 100.00 between are credited: 2,535.75 are left."""
    ready(app_connection, cast)
    sam = app_connection(cast.sam)
    bill(sam, deal, cast.aldgate)
    more = value(sam, ADJUST, event, "2565.75", "More units")
    billed = bill(sam, deal, cast.aldgate)
    line = value(owner, "select id from invoice_lines where fee_event_id = %s", more)
    credit(sam, billed, lines=[{"line": str(line), "amount": "30.00"}])
    last = value(sam, ADJUST, event, "2500.00", "Agreed")
    assert value(owner, "select computed_amount from fee_events where id = %s", last) == D("-35.75")
    assert balances(owner)["fee_income_management"] == D("-2500.00")
    assert broken_rules(owner) == []


def test_what_is_billed_or_voided_is_not_voided(owner, cast, event, app_connection):
    sam = app_connection(cast.sam)
    owner.execute("update fee_events set status = 'invoiced' where id = %s", [event])
    assert refusal(sam.execute, VOID, [event, "Wrong"]) == ("22023", "status")
    owner.execute("update fee_events set status = 'voided' where id = %s", [event])
    assert refusal(sam.execute, VOID, [event, "Wrong"]) == ("22023", "status")
    assert refusal(sam.execute, ADJUST, [event, "5", "Wrong"]) == ("22023", "status")


@pytest.mark.parametrize("person", ["alice", "mallory", "larry", "rita"])
def test_it_is_for_administrators_and_operations(owner, cast, event, app_connection, person):
    before = everything(owner)
    connection = app_connection(getattr(cast, person))
    for statement, arguments in ((VOID, ["Wrong"]), (ADJUST, ["5", "Wrong"])):
        assert refusal(connection.execute, statement, [event, *arguments])[0] == "42501"
    assert everything(owner) == before
    assert amounts(owner) == [D("2465.75")]


def test_an_event_that_is_not_here(cast, app_connection):
    sam = app_connection(cast.sam)
    assert refusal(sam.execute, "select app.void_fee_event(gen_random_uuid(), 'Wrong')")[0] == "42501"
    assert refusal(sam.execute, "select app.adjust_fee_event(gen_random_uuid(), 5, 'Wrong')")[0] == "42501"
