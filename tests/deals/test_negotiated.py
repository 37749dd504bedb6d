"""Negotiated fees and new versions of a plan through the pages: carried on, shown, and said where they end."""

import pytest

from audit.identity import acting_as
from deals import services
from tests.factories import insert, value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.exits import approval_about
from tests.sql.fees import BARE, YEARLY
from tests.sql.own import negotiate

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/staff/deals/northlight_2027/"


@pytest.fixture
def terms(owner, cast, deal):
    """Aldgate pays 1 % instead of 5 % once, and 1.5 % instead of 2 % a year."""
    year = insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, **(BARE | YEARLY))
    once = value(owner, "select id from fee_components where kind = 'subscription'")
    negotiate(owner, deal, cast.aldgate, **{str(once): {"rate_bps": 100}, str(year): {"rate_bps": 150}})
    return {"once": once, "year": year}


@pytest.fixture
def version(cast, deal, terms):
    """A new version that waits."""
    with acting_as(cast.sam.id):
        return services.new_plan_version(acting_user=cast.sam.profile, deal_id=deal.id, plan_id=deal.fee_plan_id)


def in_effect(owner, version):
    owner.execute("update fee_plans set is_default = false")
    owner.execute("update fee_plans set effective_from = now(), is_default = true where id = %s", [version.pk])


def test_a_new_version_keeps_them_and_the_form_shows_them(owner, cast, deal, version, sam_client, alice_client):
    assert "Ends a negotiated fee" not in text_of(sam_client.get(f"{HERE}fees/{version.pk}/propose/"))
    in_effect(owner, version)
    page = sam_client.get(f"{HERE}members/fees/{cast.aldgate}/")
    assert 'value="1"' in page.text and 'value="1.5"' in page.text
    assert "1 %" in text_of(alice_client.get("/deals/northlight_2027/"))


def test_what_is_proposed_next_takes_the_place_of_both(owner, cast, deal, version, terms):
    in_effect(owner, version)
    new = value(owner, "select id from fee_components where fee_plan_id = %s and kind = 'management'", version.pk)
    with acting_as(cast.sam.id):
        change = services.propose_overrides(
            acting_user=cast.sam.profile, deal_id=deal.id, investor_id=cast.aldgate, reason="Agreed",
            overrides={str(new): {"rate_bps": "125"}},
        )  # fmt: skip
    changes = value(owner, "select changes from deal_changes where id = %s", change)
    assert changes == {"overrides": {str(new): {"rate_bps": "125"}}}


def test_staff_read_whose_end_before_they_propose_and_before_they_approve(
    owner, cast, deal, version, sam_client, ada_client
):
    owner.execute("delete from fee_components where fee_plan_id = %s and kind = 'management'", [version.pk])
    line = "Ends a negotiated fee, Aldgate Family Office: Management fee: 1.5 %"
    assert line in text_of(sam_client.get(f"{HERE}fees/{version.pk}/propose/"))
    sam_client.post(f"{HERE}fees/{version.pk}/propose/", {"reason": "Simpler"})
    change = value(owner, "select id from deal_changes")
    assert line in text_of(ada_client.get(f"/staff/approvals/{approval_about(owner, change)}/"))
