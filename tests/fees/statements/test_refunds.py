"""Refunds as pain.001.001.09: valid, structured, exact, and the same bytes each time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fees.statements import Address, Party, Refund, RefundBatch, StatementRefused, refund_file

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
HOUSE = Party(
    "Northlight House S.à r.l.", "LU280019400644750000", Address("Luxembourg", "LU", "Rue de l'Eau", "12", "1449")
)
OKONJO = Party("Okonjo & Daughters Holding", "NL91 ABNA 0417 1643 00", Address("Utrecht", "NL"), "ABNANL2A")
FERRAND = Party("Élena Ferrand", "FR1420041010050500013M02606", Address("Lyon", "FR"))
BATCH = RefundBatch(
    HOUSE,
    "EUR",
    "REFUNDS-2027-1",
    datetime(2027, 3, 1, 10, 0, tzinfo=UTC),
    date(2027, 3, 2),
    (
        Refund(OKONJO, Decimal("1234.50"), "R-1", "Refund of INV-2026-000001"),
        Refund(FERRAND, Decimal("0.07"), "R-2", "Paid twice – thank you"),
    ),
)


def said(batch: RefundBatch, path: str) -> list[str]:
    root = etree.fromstring(refund_file(batch))
    return [element.text for element in root.iterfind("/".join(f"p:{name}" for name in path.split("/")), NS)]


def refused(batch: RefundBatch) -> StatementRefused:
    with pytest.raises(StatementRefused) as found:
        refund_file(batch)
    return found.value


def with_payee(**changes) -> RefundBatch:
    return replace(BATCH, refunds=(replace(BATCH.refunds[0], payee=replace(OKONJO, **changes)),))


def with_refund(**changes) -> RefundBatch:
    return replace(BATCH, refunds=(replace(BATCH.refunds[0], **changes),))


def test_the_same_batch_gives_the_same_bytes():
    assert refund_file(BATCH) == refund_file(BATCH)


def test_what_the_file_says():
    head, payment = "CstmrCdtTrfInitn/GrpHdr", "CstmrCdtTrfInitn/PmtInf"
    one = f"{payment}/CdtTrfTxInf"
    for path, expected in {
        f"{head}/MsgId": ["REFUNDS-2027-1"],
        f"{head}/CreDtTm": ["2027-03-01T10:00:00+00:00"],
        f"{head}/NbOfTxs": ["2"],
        f"{head}/CtrlSum": ["1234.57"],
        f"{payment}/PmtInfId": ["REFUNDS-2027-1"],
        f"{payment}/ReqdExctnDt/Dt": ["2027-03-02"],
        f"{payment}/Dbtr/Nm": ["Northlight House S.a r.l."],
        f"{payment}/Dbtr/PstlAdr/TwnNm": ["Luxembourg"],
        f"{payment}/Dbtr/PstlAdr/BldgNb": ["12"],
        f"{payment}/DbtrAcct/Id/IBAN": ["LU280019400644750000"],
        f"{payment}/ChrgBr": ["SLEV"],
        f"{payment}/PmtTpInf/SvcLvl/Cd": ["SEPA"],
        f"{one}/PmtId/EndToEndId": ["R-1", "R-2"],
        f"{one}/Amt/InstdAmt": ["1234.50", "0.07"],
        f"{one}/Cdtr/Nm": ["Okonjo + Daughters Holding", "Elena Ferrand"],
        f"{one}/Cdtr/PstlAdr/TwnNm": ["Utrecht", "Lyon"],
        f"{one}/Cdtr/PstlAdr/Ctry": ["NL", "FR"],
        f"{one}/Cdtr/PstlAdr/AdrLine": [],
        f"{one}/CdtrAcct/Id/IBAN": ["NL91ABNA0417164300", "FR1420041010050500013M02606"],
        f"{one}/CdtrAgt/FinInstnId/BICFI": ["ABNANL2A"],
        f"{one}/RmtInf/Ustrd": ["Refund of INV-2026-000001", "Paid twice - thank you"],
    }.items():
        assert said(BATCH, path) == expected, path


def test_another_currency_goes_with_a_bic_and_shared_charges():
    batch = replace(BATCH, currency="USD", payer=replace(HOUSE, bic="BEEXLULL"), refunds=(BATCH.refunds[0],))
    assert said(batch, "CstmrCdtTrfInitn/PmtInf/ChrgBr") == ["SHAR"]
    assert said(batch, "CstmrCdtTrfInitn/PmtInf/PmtTpInf") == []
    assert refused(replace(batch, payer=HOUSE)).sentence == "The payer: Payments in USD need a BIC."


@pytest.mark.parametrize(
    ("town", "country"), [("", "NL"), (" ", "NL"), ("Utrecht", ""), ("Utrecht", "nl"), ("Utrecht", "Netherlands")]
)
def test_without_town_and_country_nothing_is_paid(town, country):
    found = refused(with_payee(address=Address(town, country)))
    assert found.sentence == "Okonjo & Daughters Holding: The address needs a town and a country."
    assert refused(replace(BATCH, payer=replace(HOUSE, address=Address(town, country)))).where == "The payer"


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        (with_payee(iban="NL91ABNA0417164301"), "account"),
        (with_payee(iban=""), "account"),
        (with_payee(bic="ABNA"), "account"),
        (with_payee(name=""), "text"),
        (with_payee(name="x" * 71), "text"),
        (with_payee(address=Address("x" * 36, "NL")), "text"),
        (with_payee(address=Address("Utrecht", "ZZ")), None),  # a code that the schema takes; the bank knows countries
        (with_refund(amount=Decimal("0")), "amount"),
        (with_refund(amount=Decimal("-1.00")), "amount"),
        (with_refund(amount=Decimal("0.001")), "amount"),
        (with_refund(amount=Decimal("NaN")), "amount"),
        (with_refund(amount=Decimal("Infinity")), "amount"),
        (with_refund(amount=Decimal("1e15")), "amount"),
        (with_refund(amount=1.5), "amount"),
        (with_refund(text=" "), "text"),
        (with_refund(text="x" * 141), "text"),
        (with_refund(end_to_end_id=""), "identifier"),
        (with_refund(end_to_end_id="x" * 36), "identifier"),
        (with_refund(end_to_end_id="R//1"), "identifier"),
        (with_refund(end_to_end_id="/R"), "identifier"),
        (replace(BATCH, message_id="é"), "identifier"),
        (replace(BATCH, refunds=()), "count"),
        (replace(BATCH, refunds=(BATCH.refunds[0], BATCH.refunds[0])), "identifier"),
        (replace(BATCH, currency="XAU"), "currency"),
    ],
)
def test_what_is_refused(batch, code):
    if code is None:
        assert refund_file(batch)
    else:
        assert refused(batch).code == code


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2), min_size=1, max_size=20))
def test_the_sum_is_that_of_the_payments(amounts):
    refunds = tuple(Refund(OKONJO, amount, f"R-{number}", "Refund") for number, amount in enumerate(amounts))
    batch = replace(BATCH, refunds=refunds)
    assert [Decimal(one) for one in said(batch, "CstmrCdtTrfInitn/GrpHdr/CtrlSum")] == [sum(amounts)]
    assert [Decimal(one) for one in said(batch, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt")] == amounts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=100))
def test_any_name_gives_a_valid_file_or_a_sentence(name, text):
    batch = replace(BATCH, refunds=(Refund(replace(OKONJO, name=name), Decimal("1.00"), "R-1", text),))
    try:
        file = refund_file(batch)
    except StatementRefused as found:
        assert found.code == "text"
    else:
        assert etree.fromstring(file) is not None and file.isascii()
