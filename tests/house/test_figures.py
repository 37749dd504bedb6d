"""How figures and dates are written and read: exact, in every language of the house."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from lib.money import minor_units
from ui import figures

CLOSES = dt.datetime(2026, 12, 4, 17, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "language, written",
    [("en", "171,000.00"), ("de", "171.000,00"), ("fr", "171\u00a0000,00"), ("es", "171.000,00")],
)
def test_separators_follow_the_reader_and_rounding_does_not(language, written):
    with translation.override(language):
        assert figures.amount(Decimal("171000"), "USD") == written
        assert figures.amount(Decimal("0.005"), "USD")[-1] == "1"


def test_currencies_have_names():
    assert [figures.currency_name(code) for code in ("USD", "EUR", "XQZ")] == ["US dollar", "euro", "XQZ"]
    with translation.override("de"):
        assert figures.currency_name("USD", 2) == "US-Dollar"


@pytest.mark.parametrize("currency, written", [("USD", "1,234.57"), ("JPY", "1,235")])
def test_minor_units_follow_the_currency(currency, written):
    assert figures.amount(Decimal("1234.5678"), currency) == written


def test_rounding_is_half_up_away_from_zero():
    assert figures.amount(Decimal("2.345"), "EUR") == "2.35"
    assert figures.amount(Decimal("-2.345"), "EUR") == "\u22122.35"
    assert [minor_units(c) for c in ("USD", "EUR", "JPY")] == [2, 2, 0]


def test_money_has_a_no_break_space_and_a_real_minus_sign():
    assert figures.money(Decimal("-8750"), "USD") == "\u22128,750.00\u00a0USD"
    assert figures.amount(Decimal("-0.004"), "USD") == "0.00"


def test_units_lose_trailing_zeros_only():
    assert figures.units(Decimal("6000.00000000")) == "6,000"
    assert figures.units(Decimal("1250.50000000")) == "1,250.5"
    assert figures.units(Decimal("0.00000001")) == "0.00000001"
    assert figures.units(0) == "0"


def test_prices_costs_rates_and_multiples():
    assert figures.price(Decimal("28.500000"), "USD") == "28.50"
    assert figures.price(Decimal("24.583333"), "USD") == "24.583333"
    assert figures.price(Decimal("2850"), "JPY") == "2,850"
    assert figures.unit_cost(Decimal("147500") / 6000) == "24.583333"
    assert figures.unit_cost(25) == "25.000000"
    assert figures.rate(250) == "2.5\u00a0%"
    assert figures.rate(0) == "0\u00a0%"
    assert figures.percent(Decimal("67.50")) == "67.5\u00a0%"
    assert figures.multiple(Decimal("1.155")) == "1.16×"


@pytest.mark.parametrize(
    "language, short, long, named",
    [
        ("en", "4 Dec 2026", "4 December 2026", "Fri 4 Dec 2026"),
        ("de", "4. Dez. 2026", "4. Dezember 2026", "Fr. 4. Dez. 2026"),
        ("fr", "4 déc. 2026", "4 décembre 2026", "ven. 4 déc. 2026"),
        ("es", "4 dic 2026", "4 de diciembre de 2026", "vie 4 dic 2026"),
    ],
)
def test_dates_have_no_digits_that_can_be_swapped(language, short, long, named):
    day = dt.date(2026, 12, 4)
    with translation.override(language):
        assert (figures.day(day), figures.long_day(day), figures.weekday(day)) == (short, long, named)


def test_moments_stand_in_the_zone_of_the_reader():
    with timezone.override(ZoneInfo("Europe/Paris")):
        assert figures.moment(CLOSES) == "Fri 4 Dec 2026, 18:00\u00a0CET"
        assert figures.hour(CLOSES.replace(month=7)) == "19:00\u00a0CEST"
        assert figures.hour(CLOSES, seconds=True) == "18:00:00\u00a0CET"
        assert figures.stamp(CLOSES) == "4 Dec 2026, 18:00"
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert figures.moment(CLOSES) == "Sat 5 Dec 2026, 02:00\u00a0JST"
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert figures.hour(CLOSES) == "14:00\u00a0UTC-03"


def test_no_date_is_no_words():
    assert [f(None) for f in (figures.day, figures.moment, figures.hour, figures.stamp)] == [""] * 4


def test_time_left_is_finer_as_it_gets_close():
    spans = [0, -5, 59, 1062, 3599, 3600, 9060, 86399, 86400, 4 * 86400 + 7200]
    assert [figures.time_left(s) for s in spans] == [
        "00:00",
        "00:00",
        "00:59",
        "17:42",
        "59:59",
        "1 h 0 min",
        "2 h 31 min",
        "23 h 59 min",
        "1 day",
        "4 days",
    ]
    assert [figures.span(s) for s in (1599, 9060, 108000, 86400 * 3)] == [
        "26 min",
        "2 h 31 min",
        "1 d 6 h",
        "3 d",
    ]


@pytest.mark.parametrize(
    "language, typed, read",
    [
        ("en", "6,000", "6000"),
        ("en", " 6000 ", "6000"),
        ("en", "1,250.5", "1250.5"),
        ("en", "28.500", "28.500"),
        ("en", "\u22121", "-1"),
        ("de", "6.000", "6000"),
        ("de", "6.000,25", "6000.25"),
        ("de", "28.50", "28.50"),
        ("de", "1,5", "1.5"),
        ("de", "6,0000", "6"),
        ("de", "0,125", "0.125"),
        ("fr", "6 000", "6000"),
        ("fr", "6\u202f000,5", "6000.5"),
        ("es", "1.000.000", "1000000"),
    ],
)
def test_numbers_are_read_as_the_reader_writes_them(language, typed, read):
    with translation.override(language):
        assert figures.read_number(typed) == Decimal(read)


@pytest.mark.parametrize(
    "language, typed",
    [
        ("en", ""),
        ("en", "1,5"),
        ("en", "1,50"),
        ("en", "12,34.5"),
        ("en", "6 000"),
        ("en", "NaN"),
        ("en", "Infinity"),
        ("en", "1e400"),
        ("en", "1e-9"),
        ("en", "+5"),
        ("en", "0x10"),
        ("en", "\u0661\u0662"),
        ("en", "5_000"),
        ("en", "9" * 61),
        ("en", "1.2.3"),
        ("de", "6,000.5"),
        ("de", "6,000"),  # six, or six thousand typed the English way
        ("es", "-12,500"),
        ("de", "1,2,3"),
        ("fr", "6,000.5"),
        ("fr", "1.234"),  # a point before three digits groups them elsewhere
    ],
)
def test_what_could_mean_two_things_is_refused(language, typed):
    with translation.override(language), pytest.raises(ValueError):
        figures.read_number(typed)


def test_a_moment_near_now_names_its_day_only_where_that_is_not_today():
    noon = timezone.localtime().replace(hour=12, minute=30)
    assert figures.near(noon) == figures.hour(noon)
    tomorrow = noon + dt.timedelta(days=1)
    assert figures.near(tomorrow) == f"{figures.hour(tomorrow)} on {figures.day(tomorrow)}"
    assert figures.near(None) == ""
