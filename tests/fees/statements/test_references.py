"""Our references in what payers write."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from fees.statements import references_in

RF = "RF18539007547034"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (RF, [RF]),
        ("rf18 5390 0754 7034", [RF]),
        ("RF 18 5390 0754 7034", [RF]),
        ("RF18-5390.0754/7034", [RF]),
        (f"Payment {RF}, thank you", [RF]),
        (f"SVWZ+{RF}", [RF]),
        ("RF18 5390 0754 7034 from us", [RF]),
        ("RF18 5390 0754 7035", []),
        ("RF18 5390 0754", []),
        ("RF", []),
        ("TARIFF 18", []),
        ("INV-2026-000001", ["INV-2026-000001"]),
        ("inv 2026 000001", ["INV-2026-000001"]),
        ("Inv2026000001", ["INV-2026-000001"]),
        ("INV/2026/1", ["INV-2026-000001"]),
        ("INV_2026_42", ["INV-2026-000042"]),
        ("INV - 2026 - 000 042", ["INV-2026-000042"]),
        ("invoice 2026-000042.", ["INV-2026-000042"]),
        ("Invoice #: INV-2026-000042", ["INV-2026-000042"]),
        ("INV-2026-1234567", ["INV-2026-1234567"]),
        ("INV-2026-000001, 000002 and 000003", ["INV-2026-000001", "INV-2026-000002", "INV-2026-000003"]),
        ("INV-2026-000001 + INV-2027-000002", ["INV-2026-000001", "INV-2027-000002"]),
        ("INV-2026-000001 INV-2026-000001", ["INV-2026-000001"]),
        (f"INV-2026-000001 {RF}", ["INV-2026-000001", RF]),
        (f"{RF} INV-2026-000001", [RF, "INV-2026-000001"]),
        ("INV-1826-000001", []),
        ("INV-2026-", []),
        ("INV-2026-0123456789", []),
        ("investment 2026 5", []),
        ("", []),
    ],
)
def test_what_payers_write(text, found):
    assert references_in(text) == found


def reference(body: str) -> str:
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


@settings(max_examples=100, deadline=None)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21), st.randoms(use_true_random=False))
def test_every_creditor_reference_is_found_however_it_is_spaced(body, draw):
    wanted = reference(body)
    spaced = "".join(character + (" " if draw.random() < 0.3 else "") for character in wanted[2:])
    found = references_in(f"for rf{spaced.strip().lower()}; thanks")
    assert wanted in found and all(iso11649.is_valid(one) for one in found)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 999_999), st.integers(1900, 2099), st.sampled_from(["-", " ", "/", "", " - "]))
def test_every_number_is_found(number, year, between):
    assert references_in(f"x INV{between}{year}{between}{number:06d} y") == [f"INV-{year}-{number:06d}"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    assert all(one.startswith(("RF", "INV-")) for one in references_in(text))


def test_a_long_text_takes_no_longer_than_its_length():
    """Nothing in it is tried again and again: twice the text, about twice the work."""
    draw = random.Random(1)
    for alphabet in ("RF1 ", "INV 2026", "0 ", "INV2026-0 ,"):
        text = "".join(draw.choice(alphabet) for _ in range(20_000))
        assert len(references_in(text)) <= 50
