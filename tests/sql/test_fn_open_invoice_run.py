"""fn_open_invoice_run, fn_issue_run_items, fn_close_invoice_run: a period is billed once, nothing is left unsaid."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.holds import refusal
from tests.sql.invoices import accrue, bill, invoice, money, ready

OPEN = "select public.fn_open_invoice_run(%s, %s)"
ISSUE = "select (public.fn_issue_run_items(array[%s]::uuid[]))[1]"
CLOSE = "select public.fn_close_invoice_run(%s)"
QUARTER = ("2026-01-01", "2026-03-31")


@pytest.fixture
def sam(app_connection, cast):
    ready(app_connection, cast, "USD")
    return app_connection(cast.sam)


def items(owner, run):
    return owner.execute(
        "select id, investor_id, status, invoice_id from invoice_run_items where run_id = %s order by 2", [run]
    ).fetchall()


def counts(owner):
    return owner.execute("select status, expected, issued, skipped, failed from invoice_runs").fetchall()


def test_a_run_bills_each_once(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate, "100.00")
    accrue(owner, deal, cast.morland, "50.00")
    accrue(owner, deal, cast.aldgate, "9.00", event_date="2026-04-01")
    run = value(sam, OPEN, *QUARTER)
    assert counts(owner) == [("open", 2, 0, 0, 0)]
    assert refusal(sam.execute, CLOSE, [run]) == ("22023", "waiting")
    bill(sam, deal, cast.morland)
    done = {investor: value(sam, ISSUE, item) for item, investor, *_ in items(owner, run)}
    assert done == {cast.aldgate: "issued", cast.morland: "skipped"}
    made = next(row[3] for row in items(owner, run) if row[1] == cast.aldgate)
    assert invoice(owner, made)[5] == D("100.00")
    assert value(owner, "select run_id from invoices where id = %s", made) == run
    before = money(owner)
    assert [value(sam, ISSUE, row[0]) for row in items(owner, run)] == [row[2] for row in items(owner, run)]
    assert money(owner) == before
    sam.execute(CLOSE, [run])
    assert counts(owner) == [("closed", 2, 1, 1, 0)]
    sam.execute(CLOSE, [run])
    assert value(sam, OPEN, *QUARTER) == run and counts(owner) == [("closed", 2, 1, 1, 0)]


def test_the_same_period_is_the_same_run_and_takes_what_came_since(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate)
    run = value(sam, OPEN, *QUARTER)
    accrue(owner, deal, cast.morland)
    assert value(sam, OPEN, *QUARTER) == run and counts(owner) == [("open", 2, 0, 0, 0)]


def test_what_failed_says_why_and_may_be_tried_again(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate)
    run = value(sam, OPEN, *QUARTER)
    ((item, *_),) = items(owner, run)
    sam.execute("select public.fn_fail_run_item(%s, %s)", [item, "No account receives USD."])
    came = "select status, reason from invoice_run_items"
    assert owner.execute(came).fetchall() == [("failed", "No account receives USD.")]
    assert value(sam, ISSUE, item) == "issued"
    sam.execute("select public.fn_fail_run_item(%s, %s)", [item, "too late"])
    assert owner.execute(came).fetchall() == [("issued", "")]
    sam.execute(CLOSE, [run])
    accrue(owner, deal, cast.aldgate)
    assert refusal(sam.execute, ISSUE, ["00000000-0000-4000-8000-00000000000f"])[0] == "42501"


def test_who_may_and_what_is_no_period(owner, cast, deal, sam, app_connection):
    accrue(owner, deal, cast.aldgate)
    run = value(sam, OPEN, *QUARTER)
    ((item, *_),) = items(owner, run)
    before = [money(owner), counts(owner), items(owner, run)]
    for person in (cast.alice, cast.larry, None):
        outsider = app_connection(person)
        for ask, given in ((OPEN, QUARTER), (ISSUE, [item]), (CLOSE, [run])):
            assert refusal(outsider.execute, ask, list(given))[0] == "42501"
        assert refusal(outsider.execute, "select public.fn_fail_run_item(%s, 'no')", [item])[0] == "42501"
    for period in (("2026-03-31", "2026-01-01"), (None, "2026-01-01"), ("1800-01-01", "2026-01-01")):
        assert refusal(sam.execute, OPEN, list(period)) == ("22023", "period")
    assert [money(owner), counts(owner), items(owner, run)] == before


TOGETHER = "select public.fn_issue_run_items(%s)"


def test_items_are_issued_together_or_not_at_all(owner, cast, deal, sam):
    for investor, amount in ((cast.aldgate, "100.00"), (cast.morland, "50.00"), (cast.aldgate, "-10.00")):
        accrue(owner, deal, investor, amount)
    run = value(sam, OPEN, *QUARTER)
    asked = [row[0] for row in items(owner, run)]
    accrue(owner, deal, cast.aldgate, "1.00", event_date="2026-04-10")
    later = value(sam, OPEN, "2026-04-01", "2026-04-30")
    before = money(owner)
    for wrong in ([*asked, later], [*asked, asked[0]], [asked[0], items(owner, later)[0][0]]):
        assert refusal(sam.execute, TOGETHER, [wrong])[0] == "42501"
    assert money(owner) == before
    assert value(sam, TOGETHER, asked) == ["issued", "issued"]
    made = {row[1]: invoice(owner, row[3]) for row in items(owner, run)}
    assert [made[investor][5] for investor in (cast.aldgate, cast.morland)] == [D("90.00"), D("50.00")]
    numbers = sorted(bill[0][-6:] for bill in made.values())
    assert numbers == ["000001", "000002"]
    assert value(sam, TOGETHER, asked[:1]) == ["issued"]
    assert value(owner, "select last from number_series") == 2
