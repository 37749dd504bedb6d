"""Numbers as people type them: the bad input every page must refuse, and the good input it must not."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from ui import numbers

ONE_MORE_DIGIT = "9" * 40
BAD = [
    "",
    "abc",
    "-1",
    "0",
    "0.00000000",
    "NaN",
    "nan",
    "sNaN",
    "Infinity",
    "-Infinity",
    "inf",
    "1e400",
    "1e-9",
    "1E5",
    "0.000000001",
    "1.123456789",
    "1,5",
    "1,50",
    "12,34",
    "1,2345",
    ",500",
    "1,,000",
    "1.2.3",
    "٣٤",
    "１２",
    ONE_MORE_DIGIT,
    "1000000000000000",
    "0x10",
    "1_000",
    "--1",
    "+",
    "1 000",
    "½",
    "1\x00",
    "9" * 5000,
]


@pytest.mark.parametrize("text", BAD)
def test_units_that_no_page_takes(text):
    with pytest.raises(numbers.NotANumber) as refusal:
        numbers.parse_units(text)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "text, value",
    [
        ("500", "500"),
        ("6,000", "6000"),
        ("1,250.5", "1250.5"),
        ("1250.50000000", "1250.5"),
        ("0.00000001", "0.00000001"),
        (" 12 ", "12"),
        ("999,999,999,999,999.99999999", "999999999999999.99999999"),
    ],
)
def test_units_in_english(text, value):
    assert numbers.parse_units(text) == Decimal(value)


@pytest.mark.parametrize(
    "language, text, value",
    [
        ("de", "6.000", "6000"),
        ("de", "1,5", "1.5"),
        ("fr", "1 250,5", "1250.5"),
        ("es", "6.000,25", "6000.25"),
    ],
)
def test_separators_follow_the_language_of_the_reader(language, text, value):
    with translation.override(language):
        assert numbers.parse_units(text) == Decimal(value)


@pytest.mark.parametrize("text", ["6.00.0", "1.5.000", "6,000,000"])
def test_what_german_cannot_read_is_refused_and_not_guessed(text):
    with translation.override("de"), pytest.raises(numbers.NotANumber):
        numbers.parse_units(text)


def test_sentences_say_what_to_type():
    said = {}
    for text in ("1,5", "0", ONE_MORE_DIGIT, "1.123456789"):
        with pytest.raises(numbers.NotANumber) as refusal:
            numbers.parse_units(text)
        said[text] = str(refusal.value)
    assert said == {
        "1,5": "Enter a number, such as 1,250.5.",
        "0": "Enter a number above 0.",
        ONE_MORE_DIGIT: "This number is too large.",
        "1.123456789": "Enter at most 8 decimals.",
    }


def test_a_price_has_six_places_and_zero_only_where_it_may_be():
    assert numbers.parse_price("28.50") == Decimal("28.50")
    assert numbers.parse_price("24.583333") == Decimal("24.583333")
    assert numbers.parse_price("0", zero=True) == 0
    for bad in ("24.5833333", "0", "-1", "1000000000000", "NaN", "1,5"):
        with pytest.raises(numbers.NotANumber):
            numbers.parse_price(bad)
    with pytest.raises(numbers.NotANumber):
        numbers.parse_price("-0.01", zero=True)


@pytest.mark.parametrize("currency, good, bad", [("USD", "1.25", "1.255"), ("JPY", "125", "1.5")])
def test_money_has_the_places_of_its_currency(currency, good, bad):
    assert numbers.parse_money(good, currency) == Decimal(good)
    with pytest.raises(numbers.NotANumber):
        numbers.parse_money(bad, currency)


@pytest.mark.parametrize("text, bps", [("2.5", 250), ("2.5 %", 250), ("0", 0), ("100", 10_000), ("0.01", 1)])
def test_a_rate_becomes_basis_points(text, bps):
    assert numbers.parse_percent(text) == bps


@pytest.mark.parametrize("text", ["100.01", "-1", "0.001", "NaN", "%", "5 % %"])
def test_rates_that_are_none(text):
    with pytest.raises(numbers.NotANumber):
        numbers.parse_percent(text)


@pytest.mark.parametrize("text", ["0", "100,000", "1.5", "-5", "NaN", "1e2"])
def test_minutes_are_whole_and_within_a_day(text):
    with pytest.raises(numbers.NotANumber):
        numbers.parse_whole(text, 1, 1440)
    assert numbers.parse_whole("1,440", 1, 1440) == 1440


class _Form(forms.Form):
    units = numbers.UnitsField()
    price = numbers.PriceField(required=False)
    rate = numbers.PercentField(required=False)
    minutes = numbers.WholeField(required=False, low=1, high=1440)


def test_a_form_gives_exact_decimals_and_tells_zero_from_nothing():
    form = _Form({"units": "6,000", "price": "28.50", "rate": "0", "minutes": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "units": Decimal(6000),
        "price": Decimal("28.50"),
        "rate": 0,
        "minutes": None,
    }


def test_a_refused_form_keeps_what_was_typed():
    form = _Form({"units": "1,5", "minutes": "100000"})
    assert not form.is_valid()
    assert form.errors["units"] == ["Enter a number, such as 1,250.5."]
    assert form.errors["minutes"] == ["Enter a whole number from 1 to 1,440."]
    assert 'value="1,5"' in str(form["units"])


def test_a_form_writes_its_first_values_as_the_reader_would():
    form = _Form(initial={"units": Decimal("6000.00000000"), "price": Decimal("28.500000"), "rate": 250})
    assert 'value="6,000"' in str(form["units"])
    assert 'value="28.50"' in str(form["price"])
    assert 'value="2.5"' in str(form["rate"])
    with translation.override("de"):
        form = _Form(initial={"price": Decimal("28.500000")})
        assert 'value="28,50"' in str(form["price"])


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+400", "-1", "0", "1E-9"])
def test_services_refuse_alike(value):
    for check in (numbers.check_units, numbers.check_price, lambda v: numbers.check_money(v, "USD")):
        with pytest.raises(numbers.NotANumber):
            check(Decimal(value))
