"""fn_record_billing and app.billing_of: how invoices name and tax an investor; nobody else's is read."""

import uuid

import psycopg
import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.sql.firm import BILLING, everything, record_billing
from tests.sql.holds import refusal

OF = "select app.billing_of(%s, %s)"


@pytest.fixture
def sam(cast, app_connection):
    return app_connection(cast.sam)


def test_the_newest_in_effect_counts(owner, cast, sam):
    assert value(sam, OF, cast.aldgate, "2026-06-01") is None
    first = record_billing(sam, cast.aldgate)
    second = record_billing(
        sam,
        cast.aldgate,
        first,
        **{"from": "2026-07-01", "treatment": "reverse_charge", "rate": 0, "vat_id": "FR40303265045"},
    )
    asked = {day: value(sam, OF, cast.aldgate, day) for day in ("2025-12-31", "2026-06-30", "2026-07-01")}
    assert {day: found and found["id"] for day, found in asked.items()} == {
        "2025-12-31": None, "2026-06-30": str(first), "2026-07-01": str(second),
    }  # fmt: skip
    assert asked["2026-06-30"] == {
        "id": str(first), "investor_id": str(cast.aldgate), "effective_from": "2026-01-01",
        "legal_name": "Aldgate Family Office", "street": "3, rue de l'Exemple", "postcode": "L-0003",
        "town": "Luxembourg", "country": "LU", "vat_id": "LU12345613", "vat_treatment": "domestic",
        "vat_rate_bps": 1700,
        "email": "invoices@aldgate.example", "language": "en",
    }  # fmt: skip
    log = "select action, actor_user_id, entity_id from audit_log where entity = 'investor_billing' order by id"
    assert owner.execute(log).fetchall() == [("investor_billing.insert", cast.sam.id, key) for key in (first, second)]


def test_investors_read_their_own_and_never_anothers(cast, sam, app_connection):
    aldgate, morland = record_billing(sam, cast.aldgate), record_billing(sam, cast.morland)
    sees = {"alice": [aldgate], "bob": [aldgate], "mallory": [morland], "larry": [], "ingrid": []}
    for name, rows in sees.items():
        connection = app_connection(getattr(cast, name))
        assert connection.execute("select id from investor_billing").fetchall() == [(row,) for row in rows], name
        for investor, row in ((cast.aldgate, aldgate), (cast.morland, morland)):
            found = value(connection, OF, investor, "2026-06-01")
            assert (found and found["id"]) == (str(row) if row in rows else None), name
    assert app_connection().execute("select id from investor_billing").fetchall() == []


def test_only_staff_of_an_investor_that_is_there_and_with_a_reason(owner, cast, sam, app_connection):
    first = record_billing(sam, cast.aldgate)
    before = everything(owner)
    for who in (cast.alice, cast.mallory, cast.larry, None):
        assert refusal(record_billing, app_connection(who), cast.aldgate, first) == ("42501", "")
    assert refusal(record_billing, sam, uuid.uuid4()) == ("42501", "")
    assert refusal(record_billing, sam, None) == ("42501", "")
    for reason in (None, "", " "):
        assert refusal(record_billing, sam, cast.aldgate, first, reason=reason) == ("22023", "reason")
    assert everything(owner) == before


def test_only_what_was_recorded_last_is_replaced(owner, cast, sam):
    first, other = record_billing(sam, cast.aldgate), record_billing(sam, cast.morland)
    record_billing(sam, cast.aldgate, first)
    before = everything(owner)
    for stale in (first, None, other):
        assert refusal(record_billing, sam, cast.aldgate, stale)[0] == "DL007"
    assert everything(owner) == before


@pytest.mark.parametrize("known", [True, False], ids=["a version", "the first"])
def test_of_two_at_once_one_is_told(owner, superuser, cast, sam, app_connection, known):
    first = record_billing(sam, cast.aldgate) if known else None
    told = in_between(
        superuser,
        sam,
        lambda c: record_billing(c, cast.aldgate, first),
        app_connection(cast.rita),
        lambda c: refusal(record_billing, c, cast.aldgate, first),
    )
    assert told == ("DL007", "")
    assert value(owner, "select count(*) from investor_billing") == int(known) + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": -1}, {"rate": 10_001}, {"treatment": "exempt"}, {"treatment": "none", "rate": 0}, {"rate": None},
        {"treatment": "reverse_charge", "rate": 0, "vat_id": ""}, {"treatment": "reverse_charge"}, {"language": "it"},
        {"legal_name": ""}, {"town": ""}, {"country": "L"}, {"email": "A@b.example"}, {"from": "infinity"},
    ],
)  # fmt: skip
def test_values_that_cannot_be_kept(owner, cast, sam, wrong):
    before = everything(owner)
    assert refusal(record_billing, sam, cast.aldgate, **wrong)[0] in ("23514", "23502")
    assert everything(owner) == before


@pytest.mark.parametrize("rate", [0, 1, 10_000])
def test_rates_that_can_be(cast, sam, rate):
    record_billing(sam, cast.aldgate, rate=rate)
    assert value(sam, OF, cast.aldgate, "2026-06-01")["vat_rate_bps"] == rate


@pytest.mark.parametrize(
    "statement", ["update investor_billing set town = 'X'", "delete from investor_billing", "truncate investor_billing"]
)
def test_a_version_never_changes(owner, cast, sam, statement):
    record_billing(sam, cast.aldgate)
    before = everything(owner)
    for connection in (owner, sam):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert everything(owner) == before
    assert BILLING["town"] == value(owner, "select town from investor_billing")
