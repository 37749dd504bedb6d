"""The pages of the firm's details and settings: administrators change them with a reason, others read."""

from decimal import Decimal as D

import pytest

from audit.identity import acting_as
from house import services
from lib.db import BadValue, NotAllowed
from lib.versions import ChangedMeanwhile
from tests.factories import value
from tests.sql.firm import change_settings, everything, record_identity

pytestmark = pytest.mark.django_db(transaction=True)

DETAILS = {
    "legal_name": "VERSO Example House S.A.", "street": "1, rue de l’Exemple", "postcode": "L-0001",
    "town": "Luxembourg", "country": "LU", "vat_id": "LU 123 456 13", "register_number": "B 1",
    "email": "Invoices@VERSO.example",
    "phone": "+352 1", "effective_from": "2026-01-01", "reason": "The first",
}  # fmt: skip
NEW, FIRM, SETTINGS = "/staff/house/details/new/", "/staff/house/", "/staff/settings/"


def profile_of(person):
    with acting_as(person.id):
        return person.profile


def form_of(client, address) -> dict:
    """What the page's form would send as it stands."""
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def test_an_administrator_records_who_the_firm_is(owner, cast, ada_client):
    assert "No details are in effect." in ada_client.get(FIRM).text
    response = ada_client.post(NEW, form_of(ada_client, NEW) | DETAILS)
    assert (response.status_code, response.url) == (303, FIRM)
    kept = owner.execute(
        "select legal_name, vat_id, email, country, reason, recorded_by from house_identity"
    ).fetchall()
    assert kept == [
        ("VERSO Example House S.A.", "LU12345613", "invoices@verso.example", "LU", "The first", cast.ada.id)
    ]
    page = ada_client.get(FIRM).text
    assert "LU12345613" in page and "Luxembourg" in page and "The first" in page


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("vat_id", "LU12345614"), ("country", "XX"), ("town", " "), ("legal_name", ""), ("email", "nobody"),
     ("reason", ""),
     ("effective_from", "2026-02-30"), ("effective_from", "")],
)  # fmt: skip
def test_a_wrong_value_is_named(owner, ada_client, field, wrong):
    response = ada_client.post(NEW, form_of(ada_client, NEW) | DETAILS | {field: wrong})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert value(owner, "select count(*) from house_identity") == 0


def test_a_country_whose_numbers_are_not_known_is_taken_as_typed(owner, ada_client):
    ada_client.post(NEW, form_of(ada_client, NEW) | DETAILS | {"country": "US", "vat_id": "12-3456789"})
    assert value(owner, "select vat_id from house_identity") == "12-3456789"


def test_two_at_once(owner, cast, ada_client, app_connection):
    form = form_of(ada_client, NEW)
    record_identity(app_connection(cast.abe))
    response = ada_client.post(NEW, form | DETAILS)
    assert response.status_code == 409
    assert "Someone changed this since you opened it." in response.text
    assert value(owner, "select count(*) from house_identity") == 1


def test_others_read_and_do_not_change(owner, cast, sam_client, alice_client):
    before = everything(owner)[:-1]  # refusals are audited
    assert sam_client.get(FIRM).status_code == sam_client.get(SETTINGS).status_code == 200
    assert "Change the details" not in sam_client.get(FIRM).text
    assert "Save the settings" not in sam_client.get(SETTINGS).text
    for address in (NEW, SETTINGS):
        assert sam_client.post(address, DETAILS).status_code == 404
    for address in (FIRM, NEW, SETTINGS):
        assert alice_client.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        services.record_identity(acting_user=profile_of(cast.sam), **DETAILS | {"vat_id": ""})
    assert everything(owner)[:-1] == before


def test_settings_are_changed_with_a_reason(owner, cast, ada_client):
    form = form_of(ada_client, SETTINGS)
    changed = {
        "invoice_due_days": "14",
        "reminder_days": "5 10",
        "bank_fee_tolerance": "5.00\nJPY 700",
        "reason": "Agreed",
    }
    assert ada_client.post(SETTINGS, form | changed | {"reason": "Agreed"}).status_code == 303
    kept = dict(owner.execute("select key, value from house_settings where changed_by = %s", [cast.ada.id]).fetchall())
    assert kept == {"invoice_due_days": "14", "reminder_days": "5,10", "bank_fee_tolerance:JPY": "700"}
    page = ada_client.get(SETTINGS)
    assert "3 settings are changed." in page.text and "Bank fee tolerance, JPY" in page.text
    form = form_of(ada_client, SETTINGS) | {"bank_fee_tolerance": "6", "auto_apply_matches": "on", "reason": "Again"}
    assert ada_client.post(SETTINGS, form).status_code == 303
    asked = ("bank_fee_tolerance", "bank_fee_tolerance:JPY", "auto_apply_matches")
    keep = "select value from house_settings where key = %s"
    assert [value(owner, keep, key) for key in asked] == ["6", None, "true"]


def test_what_is_saved_as_it_was_changes_nothing(owner, ada_client):
    before = everything(owner)
    ada_client.post(SETTINGS, form_of(ada_client, SETTINGS) | {"bank_fee_tolerance": "5", "reason": "No reason"})
    assert "Nothing was changed: the settings are as you entered them." in ada_client.get(SETTINGS).text
    assert everything(owner) == before


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("invoice_due_days", "-1"), ("invoice_due_days", "NaN"), ("invoice_due_days", ""), ("reminder_days", "7, 7"),
     ("reminder_days", "x"), ("reminder_days", "1 2 3 4 5 6"), ("bank_fee_tolerance", ""),
     ("bank_fee_tolerance", "JPY 1"),
     ("bank_fee_tolerance", "5\nJPY 1.5"), ("bank_fee_tolerance", "5\nKWD 1"),
     ("bank_fee_tolerance", "5\nJPY 1\njpy 2"),
     ("write_off_limit", "1000000000"), ("write_off_limit", "1 2 3"), ("write_off_limit", "-1"),
     ("valuation_stale_days", "3651"), ("reason", " ")],
)  # fmt: skip
def test_a_setting_that_does_not_fit_is_named(owner, ada_client, field, wrong):
    before = everything(owner)
    response = ada_client.post(SETTINGS, form_of(ada_client, SETTINGS) | {"reason": "Agreed"} | {field: wrong})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert everything(owner) == before


def test_settings_changed_meanwhile_stand_beside_what_was_typed(owner, cast, ada_client, app_connection):
    form = form_of(ada_client, SETTINGS)
    kept = dict(owner.execute("select key, value from house_settings").fetchall())
    change_settings(app_connection(cast.abe), {"invoice_due_days": "20"}, kept)
    response = ada_client.post(SETTINGS, form | {"invoice_due_days": "14", "reason": "Agreed"})
    assert response.status_code == 409
    assert response.context["form"].conflicts == [("Days to pay an invoice", "20", "14")]
    assert value(owner, "select value from house_settings where key = 'invoice_due_days'") == "20"


def test_the_service_says_what_is_missing(cast):
    ada, facts = profile_of(cast.ada), services.kept_of_settings(
        {"time_zone": "UTC", "invoice_runs": "off", "invoice_run_day": "3",
         "invoice_due_days": "30", "reminder_days": "7,21,45", "bank_fee_tolerance": "5.00",
         "write_off_limit": "100.00", "auto_apply_matches": "false", "valuation_stale_days": "180"}
    )  # fmt: skip
    assert facts["bank_fee_tolerance"] == {"*": D("5.00")}
    with pytest.raises(services.ReasonMissing):
        services.change_settings(acting_user=ada, reason=" ", **facts)
    with pytest.raises(ChangedMeanwhile):
        services.change_settings(acting_user=ada, reason="Why", shown={}, **facts)
    with pytest.raises(BadValue):
        services.change_settings(acting_user=ada, reason="Why", **facts | {"reminder_days": [9, 3]})
    with pytest.raises(NotAllowed):
        services.change_settings(acting_user=profile_of(cast.sam), reason="Why", **facts)
