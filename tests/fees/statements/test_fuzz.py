"""Whatever bytes come in: statements, or a refusal with a sentence. What was written is read again."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fees.statements import StatementRefused
from sample_data.statements import FORMATS, Account, Entry
from tests.fees.statements.files import IBAN, entry, read, written

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"), exclude_characters="?:/+{}"), min_size=1, max_size=40
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        amount=st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2).filter(bool),
        day=st.integers(0, 364).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
        name=WORDS,
        memo=WORDS,
        end_to_end_id=st.from_regex(r"[A-Z0-9]{0,20}", fullmatch=True),
        is_reversal=st.booleans(),
    ),
    max_size=8,
)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.decimals(-(10**12), 10**12, places=2))
def test_what_is_written_is_read(format_, entries, opening):
    account = Account(IBAN, "EUR", opening, 1, date(2026, 1, 1), date(2026, 12, 31))
    if format_ == "csv" and not entries:
        return
    ((statement, lines, footing),) = read(written(format_, *entries, account=account))
    assert [line.amount for line in lines] == [one.amount for one in entries]
    assert [line.booking_date for line in lines] == [one.day for one in entries]
    assert statement.total == sum((one.amount for one in entries), Decimal(0))
    assert footing.closing == opening + statement.total
    if not format_.startswith("ofx"):
        assert footing.adds_up
    if format_ in ("camt.053.001.02", "camt.053.001.08", "mt940"):
        assert [line.is_reversal for line in lines] == [one.is_reversal for one in entries]


def outcome(content: bytes) -> StatementRefused | list:
    """What reading gives; any other error is a fault of ours."""
    try:
        return read(content)
    except StatementRefused as refused:
        assert refused.sentence.endswith(".") and refused.code and "\n" not in refused.sentence
        assert not re.search(r"Traceback|Error\b|<class", refused.sentence)
        return refused


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_of_any_kind(format_, data):
    """Bytes put in, taken out, doubled or changed: read as they stand, or refused."""
    content = bytearray(written(format_, entry("12.50"), entry("-7.00", 3, is_reversal=True)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 20))
        put = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"<", b">", b"&", b":61:", b'"', b"\n", b"\0", b"-"]))
        )
        content[place : place + length] = put
    outcome(bytes(content))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>",
                     b"OFXHEADER:100\n\n<OFX>", b":20:A\n:25:B\n:60F:C260101EUR1,\n", b"Booking date;Value date\n"]),
    st.binary(max_size=200),
)  # fmt: skip
def test_noise(head, noise):
    outcome(head + noise)
