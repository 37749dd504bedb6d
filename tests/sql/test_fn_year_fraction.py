"""fn_year_fraction: the named day counts, case by case, against figures worked out by hand and a model in fractions."""

import calendar
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.models import DayCount
from tests.factories import value
from tests.sql.holds import refusal

ASKED = "select public.fn_year_fraction(%s, %s, %s)"
D = date.fromisoformat
CASES = [
    ("2007-12-28", "2008-02-28", "ACT/365F", Fraction(62, 365)),
    ("2007-12-28", "2008-02-28", "ACT/360", Fraction(62, 360)),
    ("2007-12-28", "2008-02-28", "ACT/ACT ISDA", Fraction(4, 365) + Fraction(58, 366)),
    ("2007-12-28", "2008-02-28", "NL/365", Fraction(62, 365)),
    ("2007-12-28", "2008-02-28", "30/360 ISDA", Fraction(60, 360)),
    ("2007-12-28", "2008-02-28", "30E/360", Fraction(60, 360)),
    ("2007-12-28", "2008-02-28", "30E/360 ISDA", Fraction(60, 360)),
    ("2007-12-28", "2008-02-28", "30U/360", Fraction(60, 360)),
    ("2008-02-01", "2009-05-31", "30/360 ISDA", Fraction(480, 360)),
    ("2008-02-01", "2009-05-31", "30E/360", Fraction(479, 360)),
    # A first day at a month's end.
    ("2011-01-31", "2011-03-31", "30/360 ISDA", Fraction(60, 360)),
    ("2011-01-30", "2011-03-31", "30/360 ISDA", Fraction(60, 360)),
    ("2011-01-29", "2011-03-31", "30/360 ISDA", Fraction(62, 360)),
    ("2011-01-29", "2011-03-31", "30E/360", Fraction(61, 360)),
    # The end of February is told apart by all four.
    ("2007-02-28", "2007-03-31", "30/360 ISDA", Fraction(33, 360)),
    ("2007-02-28", "2007-03-31", "30E/360", Fraction(32, 360)),
    ("2007-02-28", "2007-03-31", "30E/360 ISDA", Fraction(30, 360)),
    ("2007-02-28", "2007-03-31", "30U/360", Fraction(30, 360)),
    ("2007-08-31", "2008-02-29", "30E/360", Fraction(179, 360)),
    ("2007-08-31", "2008-02-29", "30E/360 ISDA", Fraction(180, 360)),
    ("2007-08-31", "2008-02-29", "30U/360", Fraction(179, 360)),
    ("2008-02-29", "2009-02-28", "30U/360", Fraction(360, 360)),
    ("2008-02-28", "2009-02-28", "30U/360", Fraction(360, 360)),
    # Leap days: the one on the last day is in, the one on the first is not.
    ("2008-02-28", "2008-02-29", "NL/365", Fraction(0)),
    ("2008-02-29", "2008-03-01", "NL/365", Fraction(1, 365)),
    ("2000-01-01", "2010-01-01", "NL/365", Fraction(3650, 365)),
    # A century that is a leap year, one that is none, whole years, and no time at all.
    ("1999-07-01", "2000-07-01", "ACT/ACT ISDA", Fraction(184, 365) + Fraction(182, 366)),
    ("1900-01-01", "1901-01-01", "ACT/ACT ISDA", Fraction(1)),
    ("2007-01-01", "2009-01-01", "ACT/ACT ISDA", Fraction(2)),
    ("2024-02-29", "2024-02-29", "ACT/ACT ISDA", Fraction(0)),
]  # fmt: skip


def is_close(found: Decimal, exact: Fraction) -> bool:
    return abs(Fraction(found) - exact) < Fraction(1, 10**20)


@pytest.mark.parametrize(("first", "last", "name", "exact"), CASES)
def test_known_cases(app_connection, first, last, name, exact):
    assert is_close(value(app_connection(), ASKED, first, last, name), exact)


@pytest.mark.parametrize(
    ("name", "fee"),
    [("ACT/365F", "33972.60"), ("ACT/360", "34444.44"), ("30E/360", "33333.33"), ("ACT/ACT ISDA", "33885.77")],
)
def test_two_per_cent_on_ten_million(app_connection, name, fee):
    asked = "select app.money_round(10000000 * 0.02 * public.fn_year_fraction('2007-12-28', '2008-02-28', %s), 'EUR')"
    assert value(app_connection(), asked, name) == Decimal(fee)


def test_the_quarters_of_a_year_make_the_year(app_connection):
    """500,000 at 2 % in 2025: 2,465.75 + 2,493.15 + 2,520.55 + 2,520.55 = 10,000.00."""
    quarters = ["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01"]
    asked = "select app.money_round(500000 * 0.02 * public.fn_year_fraction(%s, %s, 'ACT/365F'), 'EUR')"
    fees = [value(app_connection(), asked, *pair) for pair in zip(quarters, quarters[1:], strict=False)]
    assert fees == [Decimal(fee) for fee in ("2465.75", "2493.15", "2520.55", "2520.55")]


@pytest.mark.parametrize("name", ["act/365f", "ACT/ACT", "30/360", "", "365", None])
def test_an_unknown_name_is_refused(app_connection, name):
    assert refusal(app_connection().execute, ASKED, ["2025-01-01", "2025-02-01", name]) == ("22023", "convention")


@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-02-01", "2025-01-31"), ("1899-12-31", "2025-01-01"), ("2025-01-01", "2200-01-02"),
     ("-infinity", "2025-01-01"), ("2025-01-01", "infinity")],
)  # fmt: skip
def test_dates_in_the_wrong_order_or_beyond_the_years_are_refused(app_connection, first, last):
    assert refusal(app_connection().execute, ASKED, [first, last, "ACT/365F"]) == ("22023", "dates")


@pytest.mark.parametrize("name", DayCount.values)
def test_no_date_gives_no_fraction(app_connection, name):
    assert value(app_connection(), ASKED, None, "2025-01-01", name) is None
    assert value(app_connection(), ASKED, "2025-01-01", None, name) is None


# --- a model, written from the definitions


def days_30_360(first: date, last: date, name: str) -> int:
    day1, day2 = first.day, last.day
    last1, last2 = ((d + timedelta(1)).month == 3 and d.month == 2 for d in (first, last))
    if name == "30E/360 ISDA":
        day1, day2 = (30 if last1 or day1 == 31 else day1), (30 if last2 or day2 == 31 else day2)
    elif name == "30E/360":
        day1, day2 = min(day1, 30), min(day2, 30)
    else:
        if name == "30U/360":
            day2 = 30 if last1 and last2 else day2
            day1 = 30 if last1 else day1
        day2 = 30 if day2 == 31 and day1 >= 30 else day2
        day1 = min(day1, 30)
    return 360 * (last.year - first.year) + 30 * (last.month - first.month) + day2 - day1


def model(first: date, last: date, name: str) -> Fraction:
    days = [first + timedelta(n) for n in range((last - first).days)]
    if name == "ACT/ACT ISDA":
        return sum((Fraction(1, 366 if calendar.isleap(day.year) else 365) for day in days), Fraction(0))
    if name == "NL/365":
        return Fraction(sum((day + timedelta(1)).strftime("%m-%d") != "02-29" for day in days), 365)
    if name.startswith("ACT/"):
        return Fraction(len(days), 365 if name == "ACT/365F" else 360)
    return Fraction(days_30_360(first, last, name), 360)


@pytest.mark.parametrize("name", DayCount.values)
def test_every_name_follows_its_definition(app_connection, name):
    connection = app_connection()
    dates = st.dates(D("1990-01-01"), D("2040-12-31"))

    @settings(max_examples=150, deadline=None, database=None)
    @given(first=dates, length=st.integers(0, 2000))
    def check(first, length):
        last = first + timedelta(length)
        assert is_close(value(connection, ASKED, first, last, name), model(first, last, name)), (first, last)

    check()


def test_years_by_calendar_counts_and_is_bounded(app_connection):
    asked = "select app.years_by_calendar(%s, %s)"
    assert is_close(value(app_connection(), asked, "1900-01-01", "2200-01-01"), Fraction(300))
    assert refusal(app_connection().execute, asked, ["1900-01-01", "5874897-12-31"]) == ("22023", "dates")


def test_parts_are_whole_days(app_connection):
    asked = "select days, per from app.year_parts('2007-12-28', '2008-02-28', %s)"
    found = [app_connection().execute(asked, [name]).fetchone() for name in ("ACT/365F", "ACT/ACT ISDA", "30E/360")]
    assert found == [(62, 365), (4 * 366 + 58 * 365, 365 * 366), (60, 360)]


def test_leap_years_days_and_days_of_leap_years(app_connection):
    ask = app_connection()
    assert [value(ask, "select app.leap_years(%s)", year) for year in (1900, 2000, 2003, 2004)] == [460, 485, 485, 486]
    asked = "select app.leap_days_until(%s) - app.leap_days_until('1999-12-31')"
    assert [value(ask, asked, day) for day in ("2000-02-28", "2000-02-29", "2004-02-28", "2004-03-01")] == [0, 1, 1, 2]
    asked = "select app.days_of_leap_years(%s) - app.days_of_leap_years('1999-07-01')"
    assert [value(ask, asked, day) for day in ("2000-01-01", "2000-12-31", "2001-05-05")] == [0, 365, 366]
