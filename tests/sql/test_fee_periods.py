"""fee_periods: by the calendar, or from a day that is kept as data; against days written by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.holds import refusal

ASKED = "select * from app.fee_periods(%s, %s, %s, %s, %s)"


def days(connection, *asked) -> list[str]:
    """Each period, and the whole one where it is only a part."""
    rows = connection.execute(ASKED, asked).fetchall()
    return [f"{a} {b}" + ("" if (a, b) == (c, d) else f" of {c} {d}") for a, b, c, d in rows]


@pytest.mark.parametrize(
    ("start", "end", "frequency", "anchor", "calendar", "expected"),
    [
        ("2025-01-01", "2025-12-31", "quarterly", None, "calendar",
         ["2025-01-01 2025-03-31", "2025-04-01 2025-06-30", "2025-07-01 2025-09-30", "2025-10-01 2025-12-31"]),
        ("2025-05-20", "2025-08-02", "quarterly", None, None,
         ["2025-05-20 2025-06-30 of 2025-04-01 2025-06-30", "2025-07-01 2025-08-02 of 2025-07-01 2025-09-30"]),
        ("2025-05-20", "2025-05-20", "annual", None, "calendar", ["2025-05-20 2025-05-20 of 2025-01-01 2025-12-31"]),
        # An anchor day that a month lacks is its last, and comes back.
        ("2025-01-31", "2025-06-29", "monthly", 31, "anniversary",
         ["2025-01-31 2025-02-27", "2025-02-28 2025-03-30", "2025-03-31 2025-04-29", "2025-04-30 2025-05-30",
          "2025-05-31 2025-06-29"]),
        ("2024-01-31", "2024-03-30", "monthly", None, "anniversary",
         ["2024-01-31 2024-02-28", "2024-02-29 2024-03-30"]),
        ("2024-02-29", "2026-02-27", "annual", None, "anniversary", ["2024-02-29 2025-02-27", "2025-02-28 2026-02-27"]),
        ("2024-11-30", "2025-08-29", "quarterly", 30, "anniversary",
         ["2024-11-30 2025-02-27", "2025-02-28 2025-05-29", "2025-05-30 2025-08-29"]),
        # A start before its month's anchor is a part of the period that began in the month before.
        ("2025-01-10", "2025-02-20", "monthly", 15, "anniversary",
         ["2025-01-10 2025-01-14 of 2024-12-15 2025-01-14", "2025-01-15 2025-02-14",
          "2025-02-15 2025-02-20 of 2025-02-15 2025-03-14"]),
        ("2025-02-28", "2025-03-01", "monthly", 31, "anniversary", ["2025-02-28 2025-03-01 of 2025-02-28 2025-03-30"]),
        # The calendar's periods know no anchor.
        ("2025-03-01", "2025-03-31", "monthly", 15, "calendar", ["2025-03-01 2025-03-31"]),
        ("2025-03-02", "2025-03-01", "monthly", None, "calendar", []),
        (None, "2025-03-01", "monthly", None, "calendar", []),
        ("2025-03-02", None, "monthly", 31, "anniversary", []),
    ],
)  # fmt: skip
def test_known_periods(app_connection, start, end, frequency, anchor, calendar, expected):
    assert days(app_connection(), start, end, frequency, anchor, calendar) == expected


@pytest.mark.parametrize("frequency", ["one_time", "on_exit", "", None])
def test_what_has_no_periods_is_refused(app_connection, frequency):
    asked = ["2025-01-01", "2025-12-31", frequency, None, "calendar"]
    assert refusal(app_connection().execute, ASKED, asked) == ("22023", "frequency")


def test_periods_cover_every_day_once_and_lie_in_their_whole(app_connection):
    connection = app_connection()

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        start=st.dates(date(1990, 1, 1), date(2040, 12, 31)),
        length=st.integers(0, 1500),
        frequency=st.sampled_from(["monthly", "quarterly", "annual"]),
        anchor=st.integers(1, 31) | st.none(),
        calendar=st.sampled_from(["calendar", "anniversary"]),
    )
    def check(start, length, frequency, anchor, calendar):
        end, day = start + timedelta(length), timedelta(1)
        rows = connection.execute(ASKED, [start, end, frequency, anchor, calendar]).fetchall()
        assert (rows[0][0], rows[-1][1]) == (start, end)
        for (_, last, _, whole_last), (first, _, whole_first, _) in zip(rows, rows[1:], strict=False):
            assert (last + day, whole_last + day) == (first, whole_first) and (last, first) == (whole_last, whole_first)
        assert all(whole <= first <= last <= whole_last for first, last, whole, whole_last in rows)

    check()


def test_a_day_of_a_month_and_the_month_a_period_begins_in(app_connection):
    ask = app_connection()
    january = 2025 * 12
    asked = "select app.day_of_month(%s, %s)::text"
    assert [value(ask, asked, january + m, 31) for m in (0, 1, 3)] == ["2025-01-31", "2025-02-28", "2025-04-30"]
    asked = "select app.period_month(%s, app.period_months(%s), %s)"
    found = [
        value(ask, asked, "2025-05-20", *rule)
        for rule in (("annual", None), ("quarterly", None), ("monthly", 20), ("quarterly", 21))
    ]
    assert found == [january, january + 3, january + 4, january + 3]
