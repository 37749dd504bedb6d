"""Invite links: what staff make, what their holder meets, what a guess meets."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from audit.identity import acting_as
from deals import services
from deals.models import DealMembership, InviteLink
from deals.selectors.staff import invite_by_token
from deals.services.invites import hash_token
from deals.services.refusals import DealOver, DealRefused, WrongStatus
from lib.db import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
ACCEPT = "/invite/"


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


@pytest.fixture
def link(sam, deal):
    """Make a link into the sample deal; gives its address path and its row."""

    def make(role="investor", **more):
        row, token = services.create_invite(acting_user=sam, deal_id=deal.id, role=role, **more)
        return f"/invite/{token}/", row

    return make


def followed(client, path, **more):
    return client.get(path, follow=True, **more)


def members(sam, deal):
    with acting_as(sam.pk):
        return DealMembership.objects.filter(deal_id=deal.id, accepted_at__isnull=False).count()


# ---------- making one ----------


def test_only_the_hash_of_a_long_token_is_kept(sam, deal):
    row, token = services.create_invite(acting_user=sam, deal_id=deal.id, role="lawyer", email=" Nadia@Verso.example ")
    assert len(token) >= 43
    with acting_as(sam.pk):
        kept = InviteLink.objects.get(pk=row.pk)
        assert not hasattr(kept, "token_hash"), "it is written and never read"
        assert invite_by_token(hashlib.sha256(token.encode()).hexdigest()) is not None
        assert invite_by_token(token) is None
    assert (kept.email, kept.max_uses, kept.used_count, kept.created_by_id) == (
        "nadia@verso.example",
        1,
        0,
        sam.pk,
    )
    assert timedelta(days=6.9) < kept.expires_at - timezone.now() < timedelta(days=7.1)


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"role": "verso_staff"}, "role"),
        ({"role": "owner"}, "role"),
        ({"days": 0}, "days"),
        ({"days": 8}, "days"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": 101}, "max_uses"),
        ({"max_uses": 2, "email": "nadia@verso.example"}, "max_uses"),
        ({"email": "no address"}, "email"),
    ],
)
def test_links_that_make_no_sense(sam, deal, facts, field):
    with pytest.raises(DealRefused) as refusal:
        services.create_invite(acting_user=sam, deal_id=deal.id, **({"role": "viewer"} | facts))
    assert refusal.value.field == field
    with acting_as(sam.pk):
        assert not InviteLink.objects.exists()


def test_only_staff_make_and_revoke_links(cast, sam, deal, link):
    _path, row = link()
    with acting_as(cast.alice.id):
        alice = cast.alice.profile
    with pytest.raises(NotAllowed):
        services.create_invite(acting_user=alice, deal_id=deal.id, role="viewer")
    with pytest.raises(NotAllowed):
        services.revoke_invite(acting_user=alice, deal_id=deal.id, invite_id=row.pk)
    with pytest.raises(WrongStatus):
        services.revoke_invite(acting_user=sam, deal_id="00000000-0000-4000-8000-00000000dead", invite_id=row.pk)
    services.cancel_deal(acting_user=sam, deal_id=deal.id, reason="Off")
    with pytest.raises(DealOver):
        services.create_invite(acting_user=sam, deal_id=deal.id, role="viewer")


# ---------- using one ----------


def test_the_token_leaves_the_address_at_once(client, link):
    path, _row = link()
    answer = client.get(path)
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, ACCEPT, "no-referrer")
    token = path.split("/")[2]
    assert token not in str(dict(client.session.items()))


def test_a_stranger_reads_whom_to_ask_and_signs_in(client, link):
    path, _row = link()
    text = followed(client, path).content.decode()
    assert "Sam Sutter invites you to a deal." in text and "sam@verso.example" in text
    assert "Northlight" not in text
    assert f"{reverse('account_login')}?next={ACCEPT}" in text


def test_bob_accepts_for_his_one_investor(cast, sam, deal, link, bob_client):
    path, _row = link()
    page = followed(bob_client, path)
    assert page.status_code == 200
    text = page.content.decode()
    assert "You join on behalf of Aldgate Family Office." in text and "Sam Sutter invites you" in text
    before = members(sam, deal)
    answer = bob_client.post(ACCEPT)
    assert (answer.status_code, answer["Location"]) == (303, "/deals/northlight_2027/")
    assert members(sam, deal) == before + 1
    assert bob_client.get(answer["Location"]).status_code == 200
    # the back button, and the link again: nothing more happens, and the deal opens
    assert bob_client.post(ACCEPT).status_code == 404
    assert followed(bob_client, path).redirect_chain[-1][0] == "/deals/northlight_2027/"
    assert members(sam, deal) == before + 1


def test_bob_with_two_investors_picks_one(owner, cast, sam, deal, link, bob_client):
    second = factories.add_investor(owner, "Bob Aldgate", users=[cast.bob.id])
    path, _row = link()
    followed(bob_client, path)
    refused = bob_client.post(ACCEPT, {})
    assert refused.status_code == 422
    assert "Choose the investor you act for." in refused.content.decode()
    assert bob_client.post(ACCEPT, {"investor": cast.morland}).status_code == 422
    assert bob_client.post(ACCEPT, {"investor": second}).status_code == 303
    with acting_as(sam.pk):
        assert DealMembership.objects.get(user_id=cast.bob.id).investor_id == second


def test_who_acts_for_nobody_reads_what_to_do(owner, sam, deal, link, sign_in):
    nadia = factories.add_person(owner, "Nadia Novak")
    client = sign_in(nadia)
    path, _row = link()
    text = followed(client, path).content.decode()
    assert "you don’t represent one yet" in text and "Accept the invitation" not in text
    assert client.post(ACCEPT).status_code == 422
    outside, _row = link("lawyer")
    followed(client, outside)
    assert client.post(ACCEPT).status_code == 303


def test_a_link_for_another_address_names_no_deal(cast, sam, deal, link, bob_client):
    path, _row = link(email="nadia@verso.example")
    text = followed(bob_client, path).content.decode()
    assert "This invitation is for another e-mail address." in text and "Northlight" not in text
    before = members(sam, deal)
    bob_client.post(ACCEPT)
    assert members(sam, deal) == before


def test_members_and_staff_are_led_to_the_deal(link, alice_client, sam_client):
    path, _row = link()
    assert followed(alice_client, path).redirect_chain[-1][0] == "/deals/northlight_2027/"
    assert followed(sam_client, path).redirect_chain[-1][0] == "/staff/deals/northlight_2027/"


DEAD = {
    "used": {"used_count": 1},
    "expired": {"expires_at": factories.in_days(-0.001)},
    "revoked": {"revoked_at": factories.in_days(-0.001)},
    "guessed": {"token_hash": "another"},
}


def test_used_expired_revoked_and_guessed_read_alike(owner, sam, deal, bob_client):
    cache.clear()
    answers, before = set(), members(sam, deal)
    for token, change in DEAD.items():
        live = {"token_hash": hash_token(token), "expires_at": factories.in_days(1), "max_uses": 1}
        factories.insert(owner, "invite_links", deal_id=deal.id, role="viewer", **(live | change))
        answer = bob_client.get(f"/invite/{token}/")
        heading = re.search("<main.*</main>", answer.content.decode(), re.S).group()
        answers.add((answer.status_code, heading))
        assert bob_client.post(ACCEPT).status_code == 404
    assert len(answers) == 1 and answers.pop()[0] == 404
    assert members(sam, deal) == before


def test_a_link_that_ended_between_reading_and_accepting(sam, deal, link, bob_client):
    path, row = link()
    followed(bob_client, path)
    services.revoke_invite(acting_user=sam, deal_id=deal.id, invite_id=row.pk)
    services.revoke_invite(acting_user=sam, deal_id=deal.id, invite_id=row.pk)
    before = members(sam, deal)
    answer = bob_client.post(ACCEPT)
    assert answer.status_code == 404
    assert "This invitation is not valid" in answer.content.decode()
    assert members(sam, deal) == before


def test_ten_guesses_a_minute(client, link):
    cache.clear()
    path, _row = link()
    for guess in range(10):
        assert client.get(f"/invite/guess-{guess}/").status_code == 404
    answer = client.get("/invite/guess-11/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert client.get(path).status_code == 429
    assert client.get(path, REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.parametrize("path", [ACCEPT, "/invite/x/"])
def test_nothing_in_the_session_opens_nothing(client, path):
    cache.clear()
    assert client.get(path).status_code == 404
    assert client.post(ACCEPT).status_code == 404
