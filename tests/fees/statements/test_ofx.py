"""OFX 1 and 2: from tag to tag, as banks write them."""

from datetime import date
from decimal import Decimal

import pytest

from tests.fees.statements.files import entry, lines_of, read, refusal, written

VERSIONS = ("ofx1", "ofx2")


def changed(version: str, old: str, new: str) -> bytes:
    content = written(version, entry("12.50"))
    assert old.encode() in content
    return content.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12,50", "12.50"),
        ("+12.5", "12.50"),
        ("-12.50", "-12.50"),
        ("-.5", "-0.50"),
        ("12", "12.00"),
        (" 12.50 ", "12.50"),
    ],
)
def test_amounts_as_they_are_written(version, typed, amount):
    assert lines_of(changed(version, "<TRNAMT>12.50", f"<TRNAMT>{typed}"))[0].amount == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,234.50", "1.234,50", "12.50-", "12 50", "--1", "1e2"])
def test_amounts_that_may_mean_two_things(typed):
    assert refusal(changed("ofx1", "<TRNAMT>12.50", f"<TRNAMT>{typed}")).code == "amount"


@pytest.mark.parametrize(
    "typed", ["20260102", "20260102120000", "202601021200", "20260102235959.999[-5:EST]", "20260102[0]"]
)
def test_moments(typed):
    assert lines_of(changed("ofx1", "<DTPOSTED>20260102120000", f"<DTPOSTED>{typed}"))[0].booking_date == date(
        2026, 1, 2
    )


def test_entities_and_letters():
    content = changed("ofx2", "<NAME>Aldgate Family Office", "<NAME>A &amp; B &lt;C&gt; &#233;&#xe8; D & E &unknown;")
    assert lines_of(content)[0].counterparty == "A & B <C> éè D & E &unknown;"


def test_cdata_and_comments():
    content = changed("ofx2", "<NAME>Aldgate Family Office", "<NAME><!-- who --><![CDATA[A <b> & B]]>")
    assert lines_of(content)[0].counterparty == "A <b> & B"


def test_an_empty_value_and_what_we_do_not_know():
    content = changed("ofx1", "<NAME>", "<MEMO2>\n<INTU.XYZ>5\n<LOCAL><A>1</A></LOCAL>\n<NAME>")
    assert lines_of(content)[0].counterparty == "Aldgate Family Office"
    assert lines_of(changed("ofx2", "<MEMO>INV-2026-000001</MEMO>", "<MEMO/>"))[0].memo == ""


def test_a_payee_with_an_address():
    content = changed("ofx2", "<NAME>Aldgate Family Office</NAME>", "<PAYEE><NAME>Aldgate</NAME><CITY>X</CITY></PAYEE>")
    content = content.replace(b"<MEMO>", b"<BANKACCTTO><BANKID>9</BANKID><ACCTID>DE 89</ACCTID></BANKACCTTO><MEMO>")
    (line,) = lines_of(content)
    assert (line.counterparty, line.counterparty_account) == ("Aldgate", "DE89")


def test_everything_on_one_line():
    content = written("ofx2", entry("12.50"), entry("7.00")).replace(b"\n", b"")
    assert [line.amount for line in lines_of(content)] == [Decimal("12.50"), Decimal("7.00")]


def test_small_letters():
    assert lines_of(changed("ofx2", "<TRNAMT>12.50</TRNAMT>", "<trnamt>12.50</trnamt>"))[0].amount == Decimal("12.50")


def test_a_card_account():
    content = (
        written("ofx1", entry("12.50")).replace(b"STMTRS>", b"CCSTMTRS>").replace(b"BANKACCTFROM>", b"CCACCTFROM>")
    )
    ((statement, (line,), _),) = read(content)
    assert statement.account_ref == "LU280019400644750000" and line.amount == Decimal("12.50")


def test_two_accounts_in_one_file():
    content = written("ofx1", entry("12.50")).decode()
    inner = content[content.index("<STMTTRNRS>") : content.index("</STMTTRNRS>") + 12]
    both = content.replace(inner, inner + inner.replace("LU280019400644750000", "7001"))
    found = read(both.encode())
    assert [(one.account_ref, one.count) for one, _, _ in found] == [("LU280019400644750000", 1), ("7001", 1)]
    assert refusal(content.replace(inner, inner + inner).encode()).code == "twice"


def test_the_balance_before_is_never_assumed():
    ((_, _, footing),) = read(written("ofx1", entry("12.50")))
    assert footing.missing == ("opening",) and footing.closing == Decimal("112.50") and footing.difference is None
    content = written("ofx1", entry("12.50")).replace(b"LEDGERBAL", b"AVAILBAL")
    ((_, _, footing),) = read(content)
    assert footing.missing == ("opening", "closing")


def test_the_number_of_the_line_is_named():
    content = written("ofx1", entry("12.50"), entry("7.00"))
    number = content[: content.index(b"<TRNAMT>7.00")].count(b"\n") + 1
    refused = refusal(content.replace(b"<TRNAMT>7.00", b"<TRNAMT>seven"))
    assert refused.code == "amount"
    assert number <= int(refused.where.removeprefix("Line ")) <= number + 4


@pytest.mark.parametrize(
    ("version", "old", "new", "code"),
    [
        ("ofx1", "<CURDEF>EUR", "<CURDEF>XXX", "currency"),
        ("ofx1", "<CURDEF>EUR\n", "", "currency"),
        ("ofx1", "<ACCTID>LU280019400644750000\n", "", "account"),
        ("ofx1", "<DTPOSTED>20260102120000\n", "", "date"),
        ("ofx1", "<TRNAMT>12.50\n", "", "amount"),
        ("ofx1", "</STMTTRN>\n", "", "damaged"),
        ("ofx2", "</STMTTRN>", "</STMTTRN></STMTTRN>", "damaged"),
        ("ofx2", "</OFX>", "</OFX><OFX>", "damaged"),
        ("ofx2", "</OFX>", "</OFX></OFX>", "damaged"),
        ("ofx2", "</OFX>", "", "truncated"),
        ("ofx2", "<STMTTRN>", "<STMTTRN" + ">", None),
        ("ofx2", "<NAME>", "<1NAME>", "damaged"),
        ("ofx2", "<OFX>", '<!DOCTYPE OFX [<!ENTITY x "y">]><OFX>', "doctype"),
        ("ofx2", "<NAME>", '<!ENTITY x "y"><NAME>', "doctype"),
        ("ofx1", "<FITID>", "<CORRECTFITID>B1\n<CORRECTACTION>DELETE\n<FITID>", "correction"),
        ("ofx1", "<NAME>", "<PAYEE>" * 20 + "<NAME>", "damaged"),
        ("ofx1", "<NAME>Aldgate Family Office", "<NAME>" + "x" * 141, "too_long"),
    ],
)
def test_what_is_refused(version, old, new, code):
    content = changed(version, old, new)
    if code is None:
        assert lines_of(content)
    else:
        assert refusal(content).code == code


def test_a_value_without_end():
    content = changed("ofx1", "<NAME>Aldgate", "<NAME>" + "x\n" * 200_000)
    assert refusal(content).sentence.endswith("A value has more than 16,384 characters.")


def test_zero_is_left_out_and_that_is_said():
    ((statement, lines, _),) = read(changed("ofx1", "<TRNAMT>12.50", "<TRNAMT>0.00"))
    assert lines == [] and statement.notes == ["Entry 1 moves no money and is left out."]
