"""Papers: who reads the name of which."""

import pytest

from tests import factories
from tests.inventory.test_pages_reserve import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(owner, deal, cast):
    factories.add_document(owner, "Memorandum of the deal", deal_id=deal.id, type="PDF")
    factories.add_document(owner, "Agreement of Aldgate", deal_id=deal.id, owner_investor_id=cast.aldgate)
    factories.add_document(owner, "Letter to Alice", owner_user_id=cast.alice.id)
    factories.add_document(owner, "Accounts of the vehicle", vehicle_id=deal.vehicle_id)
    factories.add_position(owner, cast.aldgate, deal.vehicle_id)


ALL = {"Memorandum of the deal", "Agreement of Aldgate", "Letter to Alice", "Accounts of the vehicle"}


@pytest.mark.parametrize(
    "name, seen",
    [
        ("alice", ALL),
        ("bob", {"Agreement of Aldgate", "Accounts of the vehicle"}),
        ("mallory", {"Memorandum of the deal"}),
        ("larry", {"Memorandum of the deal"}),
        ("ingrid", {"Memorandum of the deal"}),
    ],
)
def test_each_reads_their_own_and_what_is_common(papers, sign_in, cast, name, seen):
    words = text_of(sign_in(getattr(cast, name)).get("/documents/"))
    assert {title for title in ALL if title in words} == seen


def test_nothing_that_would_be_refused_is_a_link(alice_client, papers):
    page = alice_client.get("/documents/").content.decode()
    assert "/documents/1" not in page and 'href="/documents/' not in page.replace('href="/documents/"', "")


def test_staff_read_all_and_search(sam_client, papers):
    words = text_of(sam_client.get("/staff/documents/"))
    assert {title for title in ALL if title in words} == ALL
    found = text_of(sam_client.get("/staff/documents/?q=agreement"))
    assert "Agreement of Aldgate" in found and "Letter to Alice" not in found
    assert "No documents match" in text_of(sam_client.get("/staff/documents/?q=nowhere"))


def test_the_staff_list_does_not_exist_for_others(alice_client, papers):
    assert alice_client.get("/staff/documents/").status_code == 404
