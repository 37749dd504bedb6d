"""What is the same line when it is imported again, and what isn't."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fees.statements import Fingerprints, Line, fingerprint
from tests.fees.statements.files import IBAN, entry, lines_of, written

LINE = Line(
    Decimal("12.50"),
    "EUR",
    date(2026, 1, 2),
    date(2026, 1, 3),
    5,
    "Aldgate",
    "DE89",
    "RF1",
    "two words",
    "E1",
    "B1",
    "C1",
)


def all_of(lines) -> list[str]:
    fingerprints = Fingerprints()
    return [fingerprints.of(IBAN, line) for line in lines]


def test_it_never_changes():
    """What is stored today is compared with what is read in ten years."""
    assert fingerprint(IBAN, LINE, 0) == "2b49a79b4a8563fe6f5aa6ff076f9dadf4b6b3408c922584ad83807c24f94cfe"
    assert fingerprint(IBAN, LINE, 1) == "312e58e151978f12a3452d2afa664acf46ccdd598a16287d22691770de4d1df7"


@pytest.mark.parametrize(
    "other",
    [
        {"bank_ref": "B2"},
        {"position": 99},
        {"transaction_code": "C2"},
        {"memo": "twowords"},
        {"memo": "Two  WORDS"},
        {"counterparty": "ALDGATE"},
        {"counterparty_account": "de 89"},
        {"amount": Decimal("12.5")},
    ],
)
def test_what_does_not_count(other):
    assert fingerprint(IBAN, replace(LINE, **other), 0) == fingerprint(IBAN, LINE, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Decimal("12.51")},
        {"amount": Decimal("-12.50")},
        {"currency": "USD"},
        {"booking_date": date(2026, 1, 3)},
        {"value_date": date(2026, 1, 4)},
        {"counterparty": "Aldgat"},
        {"counterparty": "AldgateD", "counterparty_account": "E89"},
        {"reference": "RF2"},
        {"memo": "two word"},
        {"end_to_end_id": "E2"},
        {"is_reversal": True},
    ],
)
def test_what_counts(other):
    assert fingerprint(IBAN, replace(LINE, **other), 0) != fingerprint(IBAN, LINE, 0)


def test_another_account_is_another_line():
    assert fingerprint("DE 89", LINE, 0) == fingerprint("de89", LINE, 0) != fingerprint(IBAN, LINE, 0)


def test_equal_lines_of_one_day_both_stay():
    assert len(set(all_of([LINE, LINE, replace(LINE, bank_ref="again")]))) == 3


@pytest.mark.parametrize("format_", ["camt.053.001.02", "mt940", "ofx1", "csv"])
def test_the_same_file_and_one_that_overlaps_add_nothing(format_):
    entries = [entry("5.00", day) for day in (2, 2, 3, 3, 4)]
    first = all_of(lines_of(written(format_, *entries[:4])))
    assert first == all_of(lines_of(written(format_, *entries[:4]))) and len(set(first)) == 4
    second = all_of(lines_of(written(format_, *entries[2:])))
    assert len(set(second) - set(first)) == 1 and set(second[:2]) <= set(first)


LINES = st.lists(
    st.builds(
        Line,
        amount=st.sampled_from([Decimal("1.00"), Decimal("2.00")]),
        currency=st.just("EUR"),
        booking_date=st.integers(0, 9).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
        value_date=st.just(date(2026, 1, 1)),
        position=st.integers(1, 9),
        memo=st.sampled_from(["a", "b"]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(0, 9), st.integers(0, 9), st.randoms(use_true_random=False))
def test_whole_days_in_any_order_give_the_same_fingerprints(lines, first, last, random):
    """Two files of whole days, overlapping anyhow, their lines in any order: together they are all lines once."""
    everything = set(all_of(lines))
    assert len(everything) == len(lines)
    days = [date(2026, 1, 1) + timedelta(days=days) for days in sorted((first, last))]
    part = [line for line in lines if days[0] <= line.booking_date <= days[1]]
    random.shuffle(part)
    assert set(all_of(part)) <= everything and len(set(all_of(part))) == len(part)
