"""fn_open_statement, fn_add_statement_lines, fn_close_statement: who may, in which order, and what refuses it all."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.fees.bank import add_account
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances
from tests.sql.matches import everything

OPEN = "select public.fn_open_statement(%s, 'csv', %s, 'abc')"
ADD = """select public.fn_add_statement_lines(%s, %s::numeric[], %s::date[], %s::date[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[])"""
CLOSE = "select public.fn_close_statement(%s, %s, %s, %s)"


@pytest.fixture
def account(owner, cast):
    return add_account(owner, cast)


def add(connection, statement, **amounts):
    """Lines by fingerprint and amount."""
    n, day = len(amounts), ["2026-03-02"] * len(amounts)
    texts = [[""] * n for _ in range(7)]
    wanted = [D(amount) for amount in amounts.values()]
    return value(connection, ADD, statement, wanted, day, day, *texts, [False] * n, list(amounts))


def test_a_statement_is_opened_filled_and_closed(owner, cast, account, app_connection):
    sam = app_connection(cast.sam)
    with sam.transaction():
        made = value(sam, OPEN, account, "USD")
        assert [add(sam, made, a="10.00", b="5.00"), add(sam, made, b="5.00", c="0.00")] == [2, 1]
        assert value(sam, CLOSE, made, D("0.00"), D("20.00"), "") == 0
    assert balances(owner) == {"bank": D("15.00"), "suspense": D("-15.00")}
    told = owner.execute("select lines_read, lines_new, lines_total, is_whole from bank_statements").fetchone()
    assert told == (4, 3, D("20.00"), True)
    before = everything(owner)
    assert refusal(add, sam, made, d="1.00")[0] == "42501"
    assert refusal(value, sam, CLOSE, made, None, None, "")[0] == "42501"
    assert everything(owner) == before
    assert broken_rules(owner) == []


def test_closed_once_and_only_in_its_own_transaction(owner, cast, account, app_connection):
    sam, before = app_connection(cast.sam), everything(owner)
    with pytest.raises(Exception, match="closed"), sam.transaction():
        made = value(sam, OPEN, account, "USD")
        value(sam, CLOSE, made, None, None, "")
        value(sam, CLOSE, made, None, None, "")
    assert everything(owner) == before


def test_what_is_not_closed_is_not_there(owner, cast, account, app_connection):
    before = everything(owner)

    def left_open(lines):
        sam = app_connection(cast.sam)
        with sam.transaction():
            add(sam, value(sam, OPEN, account, "USD"), **lines)

    for lines in ({}, {"a": "10.00"}):
        assert refusal(left_open, lines) == ("22023", "unfinished")
    assert refusal(value, app_connection(cast.sam), OPEN, account, "USD") == ("22023", "unfinished")
    assert everything(owner) == before


def test_what_does_not_foot_is_taken_by_an_administrator_alone(owner, cast, account, app_connection):
    def bring(person, reason):
        connection = app_connection(person)
        with connection.transaction():
            made = value(connection, OPEN, account, "USD")
            add(connection, made, a="10.00")
            return value(connection, CLOSE, made, D("0.00"), D("9.00"), reason)

    before = everything(owner)
    assert refusal(bring, cast.ada, "") == ("22023", "footing")
    assert refusal(bring, cast.sam, "The bank says so") == ("22023", "override")
    assert everything(owner) == before
    assert bring(cast.ada, "The bank says so") == D("-1.00")


def test_others_and_other_currencies(owner, cast, account, app_connection):
    before = everything(owner)
    assert refusal(value, app_connection(cast.sam), OPEN, account, "EUR") == ("22023", "currency")
    for who in (cast.alice, cast.rita):
        assert refusal(value, app_connection(who), OPEN, account, "USD")[0] == "42501"
    assert refusal(value, app_connection(cast.sam), OPEN, cast.aldgate, "USD")[0] == "42501"
    assert everything(owner) == before


def test_a_period_that_is_not_stated_is_that_of_the_new_lines(owner, cast, account, app_connection):
    sam = app_connection(cast.sam)
    with sam.transaction():
        made = value(sam, OPEN, account, "USD")
        add(sam, made, a="10.00")
        value(sam, CLOSE, made, None, None, "")
    told = owner.execute("select from_date::text, to_date::text from bank_statements").fetchall()
    assert told == [("2026-03-02", "2026-03-02")]
