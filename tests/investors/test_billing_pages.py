"""Billing details: staff record versions, the investor's people read their own."""

import pytest

from audit.identity import acting_as
from investors import services
from investors.models import Investor
from lib.db import NotAllowed
from tests.factories import value
from tests.sql.firm import everything, record_billing

pytestmark = pytest.mark.django_db(transaction=True)

DETAILS = {
    "legal_name": "Aldgate Family Office", "street": "3, rue de l’Exemple", "postcode": "L-0003", "town": "Luxembourg",
    "country": "LU", "vat_id": "12345613", "vat_treatment": "domestic", "vat_rate_bps": "17", "language": "fr",
    "email": "Invoices@aldgate.example", "effective_from": "2026-01-01", "reason": "As they asked",
}  # fmt: skip


def profile_of(person):
    with acting_as(person.id):
        return person.profile


def _aldgate(cast):
    with acting_as(cast.alice.id):
        return Investor.objects.get(pk=cast.aldgate)


@pytest.fixture
def address(cast):
    return f"/staff/investors/{cast.aldgate}/billing/"


def sent(client, address, **changed):
    form = client.get(f"{address}new/").context["form"]
    return client.post(f"{address}new/", {"version": form["version"].value()} | DETAILS | changed)


def test_staff_record_them_and_the_investor_reads_them(owner, cast, sam_client, alice_client, mallory_client, address):
    assert "No billing details yet" in sam_client.get(f"/staff/investors/{cast.aldgate}/").text
    response = sent(sam_client, address)
    assert (response.status_code, response.url) == (303, address)
    kept = owner.execute("select vat_id, vat_rate_bps, email, language, recorded_by from investor_billing").fetchone()
    assert kept == ("LU12345613", 1700, "invoices@aldgate.example", "fr", cast.sam.id)
    for page in (
        sam_client.get(address),
        sam_client.get(f"/staff/investors/{cast.aldgate}/"),
        alice_client.get("/profile/"),
    ):
        assert "LU12345613" in page.text and "Charged at 17" in page.text
    assert "LU12345613" not in mallory_client.get("/profile/").text
    assert alice_client.get(address).status_code == alice_client.post(f"{address}new/", DETAILS).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"vat_id": "LU12345614"}, "vat_id"), ({"vat_treatment": "reverse_charge", "vat_id": ""}, "vat_id"),
     ({"vat_rate_bps": ""}, "vat_rate_bps"), ({"vat_rate_bps": "101"}, "vat_rate_bps"),
     ({"vat_rate_bps": "-1"}, "vat_rate_bps"),
     ({"vat_treatment": "none"}, "vat_treatment"), ({"country": ""}, "country"), ({"town": ""}, "town"),
     ({"language": "it"}, "language"), ({"email": "x"}, "email"), ({"reason": ""}, "reason"),
     ({"effective_from": "31.12."}, "effective_from")],
)  # fmt: skip
def test_a_wrong_value_is_named(owner, sam_client, address, changed, field):
    response = sent(sam_client, address, **changed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert value(owner, "select count(*) from investor_billing") == 0


def test_where_none_is_charged_there_is_no_rate(owner, sam_client, address):
    assert sent(sam_client, address, vat_treatment="reverse_charge").status_code == 303
    assert value(owner, "select vat_rate_bps from investor_billing") == 0


def test_two_at_once(owner, cast, sam_client, app_connection, address):
    form = sam_client.get(f"{address}new/").context["form"]
    record_billing(app_connection(cast.rita), cast.aldgate, town="Esch")
    response = sam_client.post(f"{address}new/", {"version": form["version"].value()} | DETAILS)
    assert response.status_code == 409
    assert value(owner, "select count(*) from investor_billing") == 1


def test_only_staff_record_them(owner, cast):
    before = everything(owner)
    facts = DETAILS | {"vat_rate_bps": 1700, "investor": _aldgate(cast)}
    with pytest.raises(NotAllowed):
        services.record_billing(acting_user=profile_of(cast.alice), **facts)
    assert everything(owner) == before
