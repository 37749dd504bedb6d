"""Opening: what a list shows opens, for that person, for a quarter of an hour, as a file and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from audit.identity import acting_as_system
from audit.models import AuditEntry
from documents import links, services
from investors.models import Profile
from tests import factories
from tests.documents import files
from tests.inventory.test_pages_reserve import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(owner, cast, deal):
    """A paper of each path, stored, by its title."""
    factories.add_position(owner, cast.aldgate, deal.vehicle_id)
    paths = {
        "Memorandum": {"deal_id": deal.id},
        "Invoice": {"deal_id": deal.id, "owner_investor": cast.aldgate},
        "Letter": {"owner_user": cast.alice.id},
        "Accounts": {"vehicle_id": deal.vehicle_id},
        "Minutes": {},
    }
    with acting_as_system():
        sam = Profile.objects.get(pk=cast.sam.id)
    return {
        title: services.store_document(
            acting_user=sam, content=files.PDF, filename=f"{title} n° 1.pdf", title=title, type="Paper", **path
        )
        for title, path in paths.items()
    }


SEES = {
    "alice": {"Memorandum", "Invoice", "Letter", "Accounts"},
    "bob": {"Invoice", "Accounts"},
    "mallory": {"Memorandum"},
    "larry": {"Memorandum"},
    "ingrid": {"Memorandum"},
}


def taken(browser, address: str) -> bytes:
    """The file behind an address, by way of its link."""
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content)  # read to its end, which closes it


@pytest.mark.parametrize("name", SEES)
def test_what_a_list_shows_opens_and_nothing_else_does(papers, sign_in, cast, name):
    browser = sign_in(getattr(cast, name))
    page = browser.get("/documents/").content.decode()
    for title, paper in papers.items():
        address = f"/documents/{paper.pk}/"
        assert (f'href="{address}"' in page) == (title in SEES[name]), title
        if title in SEES[name]:
            assert taken(browser, address) == files.PDF
        else:
            assert browser.get(address).status_code == 404, title
        assert browser.get(f"/staff{address}").status_code == 404


def test_the_deal_room_links_to_its_papers(papers, alice_client, larry_client, deal):
    address = f"/documents/{papers['Memorandum'].pk}/"
    for browser in (alice_client, larry_client):
        page = browser.get(f"/deals/{deal.code}/").content.decode()
        assert f'href="{address}"' in page and str(papers["Invoice"].pk) not in page
        assert taken(browser, address) == files.PDF


@pytest.mark.parametrize("name", ["sam", "rita", "ada"])
def test_staff_open_every_paper_from_their_lists(papers, sign_in, cast, deal, name):
    browser = sign_in(getattr(cast, name))
    page = browser.get("/staff/documents/").content.decode()
    for paper in papers.values():
        address = f"/staff/documents/{paper.pk}/"
        assert f'href="{address}"' in page
        assert taken(browser, address) == files.PDF
    of_deal = browser.get(f"/staff/deals/{deal.code}/documents/").content.decode()
    assert f'href="/staff/documents/{papers["Memorandum"].pk}/"' in of_deal


def test_it_is_a_file_and_no_page(papers, alice_client):
    answer = alice_client.get(f"/documents/{papers['Letter'].pk}/", follow=True)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Letter%20n%C2%B0%201.pdf"
    assert answer["Content-Length"] == str(len(files.PDF))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == files.PDF


def test_a_link_is_nobody_elses(papers, alice_client, bob_client, sam_client, client):
    link = alice_client.get(f"/documents/{papers['Invoice'].pk}/")["Location"]
    for other in (bob_client, sam_client):
        assert other.get(link.replace("/documents", "/staff/documents")).status_code == 404
    assert bob_client.get(link).status_code == 404, "though it is a paper of his investor's too"
    assert "/accounts/login/" in client.get(link)["Location"]
    assert taken(alice_client, link) == files.PDF


def test_an_expired_link_says_so_and_leads_to_a_new_one(papers, alice_client, bob_client):
    paper = papers["Invoice"]
    link = alice_client.get(f"/documents/{paper.pk}/")["Location"]
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=50)):
        assert taken(alice_client, link) == files.PDF
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        late = alice_client.get(link)
        assert late.status_code == 410
        assert "This link has expired" in text_of(late) and "“Invoice”" in text_of(late)
        assert f'href="/documents/{paper.pk}/"' in late.content.decode()
        assert bob_client.get(link).status_code == 404


def test_a_right_that_is_gone_ends_the_link(owner, papers, alice_client, cast):
    pages = {title: f"/documents/{papers[title].pk}/" for title in ("Invoice", "Letter")}
    links_of = {title: alice_client.get(page)["Location"] for title, page in pages.items()}
    owner.execute("delete from investor_users where user_id = %s", [cast.alice.id])
    assert alice_client.get(links_of["Invoice"]).status_code == 404
    assert taken(alice_client, links_of["Letter"]) == files.PDF
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert alice_client.get(links_of["Invoice"]).status_code == 404


def test_each_opening_leaves_one_audit_row_and_no_refusal_does(papers, alice_client, mallory_client, cast, deal):
    mallory_client.get(f"/documents/{papers['Invoice'].pk}/")
    alice_client.get("/documents/")
    link = alice_client.get(f"/documents/{papers['Invoice'].pk}/")["Location"]
    mallory_client.get(link)
    assert openings() == []
    taken(alice_client, link)
    taken(alice_client, link)
    assert openings() == [(cast.alice.id, "documents", papers["Invoice"].pk, deal.id)] * 2


def openings() -> list[tuple]:
    with acting_as_system():
        rows = AuditEntry.objects.filter(action="documents.opened").order_by("id")
        return list(rows.values_list("actor_user_id", "entity", "entity_id", "deal_id"))


def test_a_paper_without_a_file_of_ours_is_shown_and_is_no_link(owner, alice_client, sam_client, cast):
    paper = factories.add_document(owner, "Old letter", owner_user_id=cast.alice.id)
    for browser, place in ((alice_client, "/documents/"), (sam_client, "/staff/documents/")):
        page = browser.get(place)
        assert "Old letter" in text_of(page) and str(paper) not in page.content.decode()
        assert browser.get(f"{place}{paper}/").status_code == 404
        link = links.make_link(paper, (cast.alice if place == "/documents/" else cast.sam).id, now=timezone.now())
        assert browser.get(f"{place}file/{link}/").status_code == 404


def test_a_file_that_is_lost_is_told_in_a_sentence(papers, alice_client):
    folder = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
    (folder / papers["Letter"].file_key).unlink()
    answer = alice_client.get(f"/documents/{papers['Letter'].pk}/", follow=True)
    assert answer.status_code == 422
    assert "The file of this document can’t be found." in text_of(answer)
