"""camt.053: what its elements mean, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from tests.fees.statements.files import entry, lines_of, read, refusal, written

VERSIONS = ("camt.053.001.02", "camt.053.001.08")
every_version = pytest.mark.parametrize("version", VERSIONS)


def changed(version: str, old: str, new: str, *entries) -> bytes:
    """A file of one entry in which something is different."""
    content = written(version, *(entries or [entry("12.50")]))
    assert old.encode() in content
    return content.replace(old.encode(), new.encode())


def batch(*amounts: str, whole: str):
    parts = tuple(entry(amount, name=f"Payer {n}", end_to_end_id=f"E{n}") for n, amount in enumerate(amounts))
    return entry(whole, parts=parts)


@every_version
def test_a_batch_is_split_into_its_payments(version):
    (line,) = lines_of(written(version, batch("6.00", "6.50", whole="12.50")))
    assert line.amount == Decimal("12.50") and line.counterparty == ""
    assert [(part.amount, part.counterparty, part.end_to_end_id) for part in line.parts()] == [
        (Decimal("6.00"), "Payer 0", "E0"),
        (Decimal("6.50"), "Payer 1", "E1"),
    ]
    assert {part.booking_date for part in line.parts()} == {date(2026, 1, 2)}


@every_version
def test_a_batch_that_does_not_add_up_stays_one_line_and_that_is_said(version):
    ((statement, (line,), footing),) = read(written(version, batch("6.00", "6.49", whole="12.50")))
    assert line.details == () and line.parts() == (line,) and footing.adds_up
    assert statement.notes == ["Entry 1: the 2 payments of 12.50 are 12.49 in all; kept as one line."]


def test_a_batch_whose_payments_have_no_amounts():
    content = written("camt.053.001.02", batch("6.00", "6.50", whole="12.50"))
    content = content.replace(b'<AmtDtls><TxAmt><Amt Ccy="EUR">6.00</Amt></TxAmt></AmtDtls>', b"")
    ((statement, (line,), _),) = read(content)
    assert line.details == () and statement.notes == [
        "Entry 1: the 2 payments of 12.50 are not stated; kept as one line."
    ]


def test_a_batch_in_both_directions():
    (line,) = lines_of(written("camt.053.001.08", batch("20.00", "-7.50", whole="12.50")))
    assert [part.amount for part in line.parts()] == [Decimal("20.00"), Decimal("-7.50")]


@every_version
def test_what_a_reversal_takes_back(version):
    first, second = lines_of(written(version, entry("9.00"), entry("-9.00", is_reversal=True)))
    assert (first.is_reversal, second.is_reversal) == (False, True)
    assert second.amount == Decimal("-9.00") and second.counterparty == "Aldgate Family Office"


def test_money_out_names_who_was_paid():
    (line,) = lines_of(written("camt.053.001.08", entry("-9.00", name="Morland Partners")))
    assert line.counterparty == "Morland Partners" and line.transaction_code == "PMNT-ICDT-ESCT"


def test_a_structured_reference_is_apart_from_the_words():
    strd = "".join(f"<Strd><CdtrRefInf><Ref>{ref}</Ref></CdtrRefInf></Strd>" for ref in ("RF18539007547034", "X"))
    (line,) = lines_of(
        changed("camt.053.001.08", "<Ustrd>INV-2026-000001</Ustrd>", f"<Ustrd>a</Ustrd><Ustrd>b</Ustrd>{strd}")
    )
    assert line.reference == "RF18539007547034" and line.memo == "a b X"


def test_an_entry_without_details():
    content = written("camt.053.001.02", entry("12.50"))
    begin, end = content.index(b"<NtryDtls>"), content.index(b"</NtryDtls>") + 11
    (line,) = lines_of(content[:begin] + b"<AddtlNtryInf>Account fee</AddtlNtryInf>" + content[end:])
    assert line.memo == "Account fee" and line.counterparty == "" and line.bank_ref == "B0000001"


def test_dates_as_moments():
    content = changed(
        "camt.053.001.08", "<BookgDt><Dt>2026-01-02</Dt>", "<BookgDt><DtTm>2026-01-03T23:30:00+02:00</DtTm>"
    )
    (line,) = lines_of(content)
    assert (line.booking_date, line.value_date) == (date(2026, 1, 3), date(2026, 1, 2))


def test_only_booked_entries_count():
    content = changed("camt.053.001.02", "<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>")
    ((statement, lines, footing),) = read(content)
    assert lines == [] and footing.difference == Decimal("12.50")
    assert statement.notes == ["Entries that aren't booked, or move no money, are left out: 1."]


def test_the_number_of_entries_is_compared():
    summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry><Ntry>"
    assert refusal(changed("camt.053.001.02", "<Ntry>", summary)).sentence == (
        "The statement says that it has 2 entries, but it has 1."
    )
    assert lines_of(changed("camt.053.001.02", "<Ntry>", summary.replace("2", "1")))


@pytest.mark.parametrize(
    ("codes", "opening", "closing"),
    [
        (("PRCD", "CLBD"), "100.00", "112.50"),
        (("ITBD", "ITBD"), "100.00", "112.50"),
        (("OPBD", "ITBD"), "100.00", "112.50"),
        (("ITBD", "CLBD"), "100.00", "112.50"),
        (("XPCD", "CLBD"), None, "112.50"),
        (("OPBD", "CLAV"), "100.00", None),
        (("CLAV", "FWAV"), None, None),
    ],
)
def test_balances_of_every_kind(codes, opening, closing):
    content = changed("camt.053.001.08", "<Cd>OPBD</Cd>", f"<Cd>{codes[0]}</Cd>").replace(b"CLBD", codes[1].encode())
    ((_, _, footing),) = read(content)
    said = {"opening": opening, "closing": closing}
    assert footing.missing == tuple(name for name, value in said.items() if value is None)
    assert (footing.opening, footing.closing) == tuple(value and Decimal(value) for value in said.values())


def test_an_overdrawn_account():
    content = changed("camt.053.001.08", "100.00</Amt><CdtDbtInd>CRDT", "100.00</Amt><CdtDbtInd>DBIT")
    ((_, _, footing),) = read(content)
    assert footing.opening == Decimal("-100.00") and footing.difference == Decimal("200.00")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "-12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "amount"),
        ("12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "12.50</Amt><Sts>", "amount"),
        ("12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "12.50</Amt><CdtDbtInd>BOTH</CdtDbtInd><Sts>", "amount"),
        ("<Ccy>EUR</Ccy>", "<Ccy>XAU</Ccy>", "currency"),
        ("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>", "mixed_currencies"),
        (f"<IBAN>{'LU280019400644750000'}</IBAN>", "<Othr/>", "account"),
        ("<ElctrncSeqNb>3<", "<ElctrncSeqNb>three<", "sequence"),
        ("camt.053.001.08", "camt.099.001.08", "format"),
        ("camt.053.001.08", "camt.053.001.8", "format"),
        ("camt.053.001.08", "camt.053.001.08}", "format"),
        ("BkToCstmrStmt>", "BkToCstmrAcctRpt>", "format"),
        ("BkToCstmrStmt>", "BkToCstmrDbtCdtNtfctn>", "format"),
        ("</Stmt>", "</Stmnt>", "damaged"),
        ("Aldgate", "&unknown;", "damaged"),
        ('encoding="UTF-8"', 'encoding="UTF-7"', "encoding"),
        ("<Id>2026-01-31-3</Id>", f"<Id>{'9' * 141}</Id>", "too_long"),
    ],
)
def test_what_is_refused(old, new, code):
    refused = refusal(changed("camt.053.001.08", old, new))
    assert refused.code == code, refused


def test_the_sentence_names_the_entry():
    content = changed("camt.053.001.08", "2.50</Amt>", "2.505</Amt>", entry("1.00"), entry("2.50"))
    assert refusal(content).sentence == "Entry 2: The amount 2.505 has more decimals than EUR allows."


def test_trailing_zeros_are_no_decimals():
    assert lines_of(changed("camt.053.001.08", "12.50</Amt>", "12.50000</Amt>"))[0].amount == Decimal("12.50")


def test_a_currency_without_decimals():
    content = written("camt.053.001.08", entry("12.00")).replace(b"EUR", b"JPY")
    assert lines_of(content)[0].amount == Decimal("12")
    content = content.replace(b"112.00", b"112")
    assert (
        refusal(content.replace(b"12.00", b"12.50")).sentence
        == "Entry 1: The amount 12.50 has more decimals than JPY allows."
    )


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
GROWING = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
BOMB = HEAD + f'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">{GROWING}]>'
EXTERNAL = HEAD + '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LATE = HEAD + f"<!--{'x' * 70_000}-->" + '<!DOCTYPE d [<!ENTITY x "y">]>'


@pytest.mark.parametrize("head", [BOMB, EXTERNAL, LATE, HEAD + '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'])
def test_entities_and_what_is_outside_the_file(head):
    for name in ("&x;", "&j;", "Aldgate"):
        content = changed("camt.053.001.08", HEAD, head).replace(b"Aldgate", name.encode())
        refused = refusal(content)
        assert refused.code in ("doctype", "format"), refused
        assert refused.code == "doctype" or head is LATE


def test_entities_in_another_encoding():
    content = changed("camt.053.001.08", HEAD, EXTERNAL).decode().replace("UTF-8", "UTF-16")
    assert refusal(content.encode("utf-16")).code == "doctype"


def test_an_entry_without_end():
    """Four megabytes without anything that is looked at."""
    content = changed("camt.053.001.08", "<RmtInf>", "<RmtInf>" + "<Ustrd>x</Ustrd>" * 400_000)
    assert refusal(content).sentence == "A single entry is larger than 4 MB."


def test_what_we_do_not_know_is_passed_over():
    content = changed("camt.053.001.08", "</Ntry>", "<SplmtryData><Ntry><Amt>x</Amt></Ntry></SplmtryData></Ntry>")
    (line,) = lines_of(content)
    assert line.amount == Decimal("12.50")


def test_a_prefix_before_every_name():
    content = written("camt.053.001.08", entry("12.50")).decode()
    prefixed = (
        content.replace("</", "\0")
        .replace("<", "<n:")
        .replace("\0", "</n:")
        .replace("<n:?", "<?")
        .replace("xmlns=", "xmlns:n=")
    )
    assert lines_of(prefixed.encode())[0].amount == Decimal("12.50")
