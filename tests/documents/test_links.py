"""Links: a quarter of an hour, one person, one document, unforgeable."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing

from documents import links

NOW = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
PAPER, ALICE, BOB = uuid4(), uuid4(), uuid4()


def test_it_lives_for_a_quarter_of_an_hour():
    link = links.make_link(PAPER, ALICE, now=NOW)
    assert links.read_link(link, ALICE, now=NOW) == PAPER
    assert links.read_link(link, ALICE, now=NOW + timedelta(minutes=15, seconds=-1)) == PAPER
    with pytest.raises(links.LinkExpired) as expired:
        links.read_link(link, ALICE, now=NOW + timedelta(minutes=15))
    assert expired.value.document_id == PAPER


def test_it_is_one_persons_even_once_expired():
    link = links.make_link(PAPER, ALICE, now=NOW)
    assert links.read_link(link, BOB, now=NOW) is None
    assert links.read_link(link, BOB, now=NOW + timedelta(hours=1)) is None


def test_it_cannot_be_forged():
    link = links.make_link(PAPER, ALICE, now=NOW)
    body, _, signature = link.rpartition(":")
    other = links.make_link(uuid4(), ALICE, now=NOW).rpartition(":")[0]
    for forged in ("", ":", "x", body, f"{other}:{signature}", link[:-1], f"{link}x", link.upper()):
        assert links.read_link(forged, ALICE, now=NOW) is None
    of_another_purpose = signing.Signer(salt="sessions").sign_object([str(PAPER), str(ALICE), 2**40])
    assert links.read_link(of_another_purpose, ALICE, now=NOW) is None
