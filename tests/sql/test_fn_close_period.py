"""fn_close_period: one month after another, by an administrator, with a reason, for good."""

from datetime import date

import pytest

from tests.factories import value
from tests.sql.holds import refusal
from tests.sql.ledger import bill

CLOSE = "select public.fn_close_period(%s, %s)"
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def close(connection, month, reason="Reconciled"):
    return value(connection, CLOSE, month, reason)


def months(owner) -> list:
    return owner.execute("select month, closed_by, reason from accounting_periods order by month").fetchall()


def test_months_are_closed_one_after_another(owner, cast, app_connection):
    ada = app_connection(cast.ada)
    bill(owner, "1", cast.aldgate, on=date(2026, 1, 31))
    assert refusal(close, ada, FEBRUARY) == ("22023", "earlier")
    assert close(ada, JANUARY, "  Reconciled with the bank ") == JANUARY
    assert refusal(close, ada, JANUARY) == ("22023", "closed")
    assert refusal(close, ada, MARCH) == ("22023", "earlier")
    assert close(ada, FEBRUARY) == FEBRUARY
    assert months(owner) == [
        (JANUARY, cast.ada.id, "Reconciled with the bank"),
        (FEBRUARY, cast.ada.id, "Reconciled"),
    ]
    assert value(owner, "select count(*) from audit_log where action = 'accounting_periods.insert'") == 2


def test_the_first_month_may_be_any_before_the_first_entry(owner, cast, app_connection):
    ada = app_connection(cast.ada)
    bill(owner, "1", cast.aldgate, on=date(2026, 3, 1))
    assert close(ada, FEBRUARY) == FEBRUARY
    assert refusal(close, ada, JANUARY) == ("22023", "closed")


@pytest.mark.parametrize(
    ("month", "reason", "why"),
    [
        (JANUARY, "", "reason"),
        (JANUARY, " \n", "reason"),
        (JANUARY, None, "reason"),
        (date(2026, 1, 2), "Reconciled", "month"),
        (None, "Reconciled", "month"),
        (date(2199, 12, 1), "Reconciled", "not_over"),
    ],
    ids=str,
)
def test_what_cannot_be_closed(owner, cast, app_connection, month, reason, why):
    assert refusal(close, app_connection(cast.ada), month, reason) == ("22023", why)
    assert months(owner) == []


def test_a_month_is_over_where_the_house_is(owner, cast, app_connection):
    """By the day that is given, as far as it can be the day somewhere."""
    ada = app_connection(cast.ada)
    month = "select (date_trunc('month', now() at time zone 'UTC') + make_interval(months => %s))::date"
    coming, this, before = (value(owner, month, ahead) for ahead in (1, 0, -1))
    ask = "select public.fn_close_period(%s, 'Reconciled', %s)"
    assert refusal(ada.execute, ask, [coming, date(2100, 1, 1)]) == ("22023", "not_over")
    assert refusal(ada.execute, ask, [before, before]) == ("22023", "not_over")
    assert value(ada, ask, before, this) == before


def test_only_administrators_close(owner, cast, app_connection):
    for who in (cast.sam, cast.rita, cast.alice, cast.larry, None, "00000000-0000-4000-8000-000000000001"):
        assert refusal(close, app_connection(who), JANUARY)[0] == "42501"
    assert months(owner) == []
