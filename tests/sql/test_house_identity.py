"""fn_record_house_identity and app.house_identity_on: who the firm is, in versions, by administrators."""

from datetime import date

import psycopg
import pytest

from audit.identity import acting_as
from house.db import house_identity_on
from tests.factories import value
from tests.race.crowd import in_between
from tests.sql.firm import IDENTITY, everything, record_identity
from tests.sql.holds import refusal

ON = "select app.house_identity_on(%s)"


@pytest.fixture
def ada(cast, app_connection):
    return app_connection(cast.ada)


def test_the_newest_in_effect_counts(owner, cast, ada):
    assert value(ada, ON, "2026-06-01") is None
    first = record_identity(ada)
    moved = record_identity(ada, first, **{"from": "2026-07-01", "town": "Esch"})
    mended = record_identity(ada, moved, **{"from": "2026-01-01", "phone": ""})
    asked = {day: value(ada, ON, day) for day in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")}
    assert {day: found and found["id"] for day, found in asked.items()} == {
        "2025-12-31": None, "2026-01-01": str(mended), "2026-06-30": str(mended), "2026-07-01": str(moved),
    }  # fmt: skip
    assert asked["2026-07-01"] == {
        "id": str(moved), "effective_from": "2026-07-01", "legal_name": "VERSO Example House S.A.",
        "street": "1, rue de l'Exemple", "postcode": "L-0001", "town": "Esch", "country": "LU", "vat_id": "LU12345613",
        "register_number": "B 000001", "email": "invoices@verso.example", "phone": "+352 000 000",
    }  # fmt: skip
    log = "select action, actor_user_id from audit_log where entity = 'house_identity'"
    assert owner.execute(log).fetchall() == [("house_identity.insert", cast.ada.id)] * 3


def test_only_administrators_and_with_a_reason(owner, cast, ada, app_connection):
    first = record_identity(ada)
    before = everything(owner)
    for who in (cast.sam, cast.rita, cast.alice, value(owner, "select app.system_profile()"), None):
        assert refusal(record_identity, app_connection(who), first) == ("42501", "")
    for reason in (None, "", " \n"):
        assert refusal(record_identity, ada, first, reason=reason) == ("22023", "reason")
    assert everything(owner) == before


def test_only_what_was_recorded_last_is_replaced(owner, cast, ada, app_connection):
    first = record_identity(ada)
    record_identity(ada, first)
    before = everything(owner)
    for stale in (first, None):
        assert refusal(record_identity, app_connection(cast.abe), stale)[0] == "DL007"
    assert everything(owner) == before


@pytest.mark.parametrize("known", [True, False], ids=["a version", "the first"])
def test_of_two_at_once_one_is_told(owner, superuser, cast, ada, app_connection, known):
    """The second looks before the first is there, waits for its key and is refused."""
    first, abe = record_identity(ada) if known else None, app_connection(cast.abe)
    told = in_between(
        superuser, ada, lambda c: record_identity(c, first), abe, lambda c: refusal(record_identity, c, first)
    )
    assert told == ("DL007", "")
    assert value(owner, "select count(*) from house_identity") == int(known) + 1


def test_a_version_is_replaced_once_whoever_writes(owner, ada):
    first = record_identity(ada)
    record_identity(ada, first)
    twice = (
        "insert into house_identity (effective_from, legal_name, town, country, replaces_id)"
        " values ('2026-01-01', 'X', 'Y', 'LU', %s)"
    )
    for replaced in (first, None):
        assert refusal(owner.execute, twice, [replaced])[0] == "23505"


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "infinity"}, {"from": "1899-12-31"}, {"from": None}, {"legal_name": ""}, {"legal_name": "A\nB"},
        {"town": ""},
        {"country": "lu"}, {"country": ""}, {"country": "L1"}, {"email": "Invoices@verso.example"}, {"email": "nobody"},
        {"vat_id": "1" * 41}, {"phone": "\u200b"}, {"street": " x"},
    ],
)  # fmt: skip
def test_values_that_cannot_be_kept(owner, ada, wrong):
    before = everything(owner)
    assert refusal(record_identity, ada, **wrong)[0] in ("23514", "23502")
    assert everything(owner) == before


@pytest.mark.parametrize(
    "statement",
    ["update house_identity set town = 'Elsewhere'", "delete from house_identity", "truncate house_identity cascade"],
)
def test_a_version_never_changes(owner, ada, statement):
    record_identity(ada)
    before = everything(owner)
    for connection in (owner, ada):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert everything(owner) == before


def test_others_read_nothing(cast, ada, app_connection):
    record_identity(ada)
    assert value(app_connection(cast.sam), ON, "2026-06-01")["town"] == "Luxembourg"
    for who in (cast.alice, None):
        assert value(app_connection(who), ON, "2026-06-01") is None


@pytest.mark.django_db
def test_python_reads_who_the_firm_is(app_connection, cast):
    record_identity(app_connection(cast.ada))
    with acting_as(cast.ada.id):
        assert house_identity_on(date(2026, 6, 30))["legal_name"] == IDENTITY["legal_name"]
        assert house_identity_on(date(2025, 12, 31)) is None
