"""The admin of people and investors: one way in, and a window only."""

import pytest
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from investors.models import Investor, Profile

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_has_no_sign_in_of_its_own(client, alice_client, cast):
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=%2Fadmin%2F"
    assert client.get("/admin/password_change/").url == "/accounts/password/change/"
    assert alice_client.get("/admin/login/?next=/admin/").status_code == 403


def test_signing_out_of_it_is_recorded_like_any_other(cast, sam_client, audit_rows):
    assert sam_client.post("/admin/logout/").status_code == 302
    assert SESSION_KEY not in sam_client.session
    assert audit_rows("profile.") == [("profile.signed_out", cast.sam.id, cast.sam.id, None)]


@pytest.mark.parametrize("who", ["sam", "rita", "ada"])
def test_staff_look_at_people_and_investors_and_change_nothing(cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    for address, seen in (
        ("profile/", "Alice Aldgate"),
        (f"profile/{cast.alice.id}/change/", "alice@verso.example"),
        ("investor/", "Aldgate Family Office"),
        (f"investor/{cast.aldgate}/change/", "Alice Aldgate"),
    ):
        assert seen in client.get(f"/admin/investors/{address}").text
    assert client.get("/admin/investors/profile/add/").status_code == 403
    assert client.post(f"/admin/investors/profile/{cast.alice.id}/change/", {"role": "staff_admin"}).status_code == 403
    assert client.post(f"/admin/investors/investor/{cast.aldgate}/delete/", {"post": "yes"}).status_code == 403


def test_no_password_is_shown(cast, ada_client):
    assert "argon2" not in ada_client.get(f"/admin/investors/profile/{cast.alice.id}/change/").text


def test_what_is_not_used_or_cannot_be_edited_there_has_no_page():
    assert reverse("admin:index") == "/admin/"  # the addresses are read
    registered = {model._meta.label for model in admin.site._registry}
    assert {Profile._meta.label, Investor._meta.label} <= registered
    assert registered.isdisjoint({"auth.Group", "account.EmailAddress", "investors.InvestorUser"})
    assert not {label for label in registered if label.startswith("guardian.")}
