"""What the admin answers by address: the filters that a page declares, and nothing else."""

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.http import QueryDict
from django.urls import reverse

from ui.readonly_admin import HouseAdmin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_addresses_are_read():
    """They say what is not registered after all."""
    assert reverse("admin:index") == "/admin/"


def test_every_page_of_the_admin_stands_on_the_one_class_with_declared_filters():
    assert [m._meta.label for m, page in admin.site._registry.items() if not isinstance(page, HouseAdmin)] == []


def test_a_look_up_that_no_page_declares_is_refused(cast, deal, ada_client):
    """Every column, secret or not: what a page does not show must not be guessed letter by letter either."""
    taken = []
    for model, page in list(admin.site._registry.items()):
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        asked = ada_client.get(address).wsgi_request
        for name in {field.name for field in model._meta.concrete_fields} - set(page.list_filter):
            for look_up in ("", "__regex", "__startswith", "__gt", "__isnull"):
                asked.GET = QueryDict(f"{name}{look_up}=a")
                try:
                    page.get_changelist_instance(asked)
                except DisallowedModelAdminLookup:  # a 400, as the next test sees
                    continue
                taken.append((address, name, look_up))
    assert taken == []


@pytest.mark.parametrize("who", ["sam", "rita", "ada"])
@pytest.mark.parametrize(
    ("page", "look_up"),
    [
        ("investors/profile/", "password__regex"),
        ("investors/profile/", "password__startswith"),
        ("investors/profile/", "session_stamp__gt"),
        ("investors/profile/", "investor_links__investor__legal_name__regex"),
        ("investors/investor/", "rm__password__regex"),
        ("investors/investor/", "links__user__password__regex"),
        ("deals/invitelink/", "token_hash__regex"),
        ("deals/invitelink/", "created_by__password__regex"),
        ("approvals/slarule/", "hours__gt"),
    ],
)
def test_secrets_cannot_be_asked_for(cast, deal, sign_in, who, page, look_up):
    assert sign_in(getattr(cast, who)).get(f"/admin/{page}", {look_up: "^a"}).status_code in (400, 403)


def test_the_filters_a_page_shows_work(cast, deal, ada_client):
    for model in list(admin.site._registry):
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        listed = ada_client.get(address)
        for spec in listed.context["cl"].filter_specs:
            for choice in spec.choices(listed.context["cl"]):
                assert ada_client.get(address + choice["query_string"]).status_code == 200
    shown = ada_client.get("/admin/investors/profile/?role__exact=staff_rm").text
    assert "Rita Ramsay" in shown and "Alice Aldgate" not in shown
