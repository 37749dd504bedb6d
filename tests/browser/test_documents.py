"""Opening a document in a real browser, with and without scripts: a file arrives, and no page of ours shows it."""

import pytest

from audit.identity import acting_as_system
from documents import services
from investors.models import Profile
from tests.documents import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def memorandum(cast, deal):
    with acting_as_system():
        sam = Profile.objects.get(pk=cast.sam.id)
    # Longer than what a server sends at once.
    content = files.PDF.replace(b"<< >>", b"<< /A (" + b"x" * 3_000_000 + b") >>", 1)
    services.store_document(
        acting_user=sam, content=content, filename="memo.pdf", title="Memorandum", type="Report", deal_id=deal.id
    )
    return content


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("person, place", [("alice", "/documents/"), ("sam", "/staff/documents/")])
def test_a_click_brings_the_file(visit, cast, memorandum, js, person, place):
    page = visit(getattr(cast, person), js=js)
    page.goto(place)
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Memorandum").click()
    assert arriving.value.suggested_filename == "memo.pdf"
    with open(arriving.value.path(), "rb") as file:
        assert file.read() == memorandum
    answer = page.request.get(arriving.value.url)
    assert (answer.status, answer.body()) == (200, memorandum)
    assert page.url.endswith(place)
