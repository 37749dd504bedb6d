"""fn_export_refunds, fn_keep_refund_file: each refund is in one file, and a file is of one account."""

from decimal import Decimal as D
from uuid import uuid4

import pytest

from tests.factories import insert, value
from tests.sql.firm import end_account
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import ready
from tests.sql.refunds import approved, everything, export, overpaid, propose, status_of

EURO_PAYER = "FR1420041010050500013M02606"


@pytest.fixture
def accounts(app_connection, cast):
    return ready(app_connection, cast, "USD", "EUR")


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def abe(app_connection, cast):
    return app_connection(cast.abe)


@pytest.fixture
def refunds(owner, sam, abe, cast, accounts):
    wires = [overpaid(owner, sam, accounts["USD"], cast.aldgate, amount) for amount in ("30.00", "12.50")]
    return [
        approved(owner, sam, abe, cast.aldgate, wires[0], "30.00"),
        approved(owner, sam, abe, cast.aldgate, wires[1], "12.50"),
    ]


def test_a_file_of_two(owner, sam, accounts, refunds):
    key = uuid4()
    assert export(sam, *refunds, batch=key) == key
    row = (
        "select currency, receiving_account_id, refunds_count, total, payer ->> 'name', payer ->> 'iban',"
        " payer ->> 'town', payer ->> 'country', doc_id from refund_batches"
    )
    assert owner.execute(row).fetchone() == (
        "USD", accounts["USD"], 2, D("42.50"), "VERSO Example House S.A.", "LU280019400644750000", "Luxembourg", "LU",
        None,
    )  # fmt: skip
    message = value(owner, "select message_id from refund_batches")
    assert message.startswith("REFUNDS-2") and len(message) <= 35
    assert [status_of(owner, each) for each in refunds] == ["exported", "exported"]
    assert broken_rules(owner) == []


def test_the_same_request_again_gives_the_same_file(owner, sam, refunds):
    key = uuid4()
    export(sam, *refunds, batch=key)
    before = everything(owner)
    assert export(sam, *reversed(refunds), batch=key) == key
    assert refusal(export, sam, refunds[0], batch=key) == ("22023", "batch")
    assert refusal(export, sam, *refunds) == ("DL006", "gone")
    assert everything(owner) == before


def test_one_account_and_approved_ones_alone(owner, cast, sam, abe, accounts, refunds, app_connection):
    wire = overpaid(owner, sam, accounts["EUR"], cast.aldgate, "7.00", currency="EUR", counterparty_account=EURO_PAYER)
    euros = approved(owner, sam, abe, cast.aldgate, wire, "5.00", bic="")
    waits = propose(sam, cast.aldgate, wire, "2.00")
    before = everything(owner)
    assert refusal(export, sam, *refunds, euros) == ("22023", "refunds")
    assert refusal(export, sam) == ("22023", "refunds")
    assert refusal(export, sam, refunds[0], refunds[0]) == ("22023", "refunds")
    assert refusal(export, sam, refunds[0], uuid4()) == ("22023", "refunds")
    assert refusal(export, sam, euros, waits) == ("DL006", "gone")
    assert refusal(export, sam, *refunds, ahead=-1) == ("22023", "date")
    assert refusal(export, sam, *refunds, ahead=61) == ("22023", "date")
    for who in (cast.rita, cast.alice, cast.larry):
        assert refusal(export, app_connection(who), *refunds)[0] == "42501"
    assert everything(owner) == before
    export(sam, euros)
    assert broken_rules(owner) == []


def test_an_account_that_ended_pays_nothing(owner, cast, sam, accounts, refunds, app_connection):
    end_account(app_connection(cast.ada), accounts["USD"])
    before = everything(owner)
    assert refusal(export, sam, *refunds) == ("22023", "account")
    assert everything(owner) == before


def test_a_refund_stays_in_its_file(owner, sam, refunds):
    export(sam, refunds[0])
    other = export(sam, refunds[1])
    assert refusal(owner.execute, "update refunds set batch_id = %s where id = %s", [other, refunds[0]])[0] == "42501"
    assert refusal(owner.execute, "delete from refunds")[0] == "42501"
    assert refusal(owner.execute, "delete from refund_batches")[0] == "42501"


def test_the_document_is_noted_once(owner, cast, sam, refunds, app_connection):
    batch = export(sam, *refunds)
    first, second = (insert(owner, "documents", file_key=f"x/{n}", title="x", type="refund_file") for n in range(2))
    keep = "select public.fn_keep_refund_file(%s, %s)"
    assert refusal(app_connection(cast.rita).execute, keep, [batch, first])[0] == "42501"
    for document in (first, second):
        sam.execute(keep, [batch, document])
        assert value(owner, "select doc_id from refund_batches") == first
