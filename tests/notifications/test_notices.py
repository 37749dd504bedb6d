"""What investors are told: the row is the outbox, the mail is in the reader's zone, nothing is lost."""

from decimal import Decimal as D

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from approvals import services as approvals
from audit.identity import acting_as
from inventory import services as inventory
from notifications import selectors
from notifications.services import send_notices
from tests import factories
from tests.sql.commitments import open_approval

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(cast):
    def profile(person):
        with acting_as(person.id):
            return person.profile

    return type("People", (), {name: profile(getattr(cast, name)) for name in ("alice", "bob", "ada", "mallory")})


@pytest.fixture
def asked(owner, cast, deal, people):
    """Alice's commitment for 500 units and its approval."""
    commitment = inventory.commit_units(
        shown_hash=None, acting_user=people.alice, deal_id=deal.id, investor_id=cast.aldgate, units=D(500)
    )
    return commitment, open_approval(owner, commitment)


def decide(people, asked, action, reason=""):
    approvals.decide(acting_user=people.ada, approval_id=asked[1], action=action, reason=reason)


def mails() -> dict[str, tuple[str, str]]:
    """What was sent, by address: subject and text."""
    return {message.to[0]: (message.subject, message.body) for message in mail.outbox}


def test_an_approval_is_mailed_to_everyone_who_acts_for_the_investor(owner, cast, asked, people):
    decide(people, asked, "approve")
    assert send_notices() == (2, 0)
    sent = mails()
    assert set(sent) == {cast.alice.email, cast.bob.email}
    subject, text = sent[cast.alice.email]
    assert subject == "Your commitment to Northlight Secondary is approved"
    assert text.startswith(
        "Dear Alice Aldgate,\n\nYou have been allocated 500 units at 28.50\xa0USD, 14,250.00\xa0USD. They are now in"
    )
    assert "\n\nInvestor: Aldgate Family Office\n\n" in text
    assert f"/commitments/{asked[0]}/" in text
    assert factories.value(owner, "select count(*) from notices where mailed_at is null") == 0
    assert send_notices() == (0, 0)


def test_adding_and_reducing_are_mailed_with_the_sum(owner, cast, deal, asked, people):
    more = inventory.commit_units(
        shown_hash=None, acting_user=people.alice, deal_id=deal.id, investor_id=cast.aldgate, units=D(250)
    )
    assert send_notices() == (3, 0)
    subject, text = mails()[cast.bob.email]
    assert subject == "Your commitment to Northlight Secondary is now for 750 units"
    assert "Your commitment was increased from 500 to 750 units at 28.50" in text
    assert "\n\nInvestor: Aldgate Family Office\n\n" in text
    assert "21,375.00\xa0USD in all." in text and f"/commitments/{more}/" in text
    subject, text = mails()[cast.rita.email]
    assert subject == "Aldgate Family Office changed a commitment to Northlight Secondary"
    assert f"/staff/approvals/{open_approval(owner, more)}/" in text
    mail.outbox.clear()
    less = inventory.reduce_commitment(acting_user=people.alice, commitment_id=more, units=D(600), shown_hash=None)
    assert send_notices() == (3, 0)
    text = mails()[cast.alice.email][1]
    assert "was reduced from 750 to 600 units at 28.50\xa0USD, 17,100.00\xa0USD in all. This released 150 units" in text
    assert f"/commitments/{less}/" in text
    assert (
        "Aldgate Family Office reduced the commitment awaiting approval from 750 to 600 units"
        in mails()[cast.rita.email][1]
    )


@pytest.mark.parametrize(
    "action, subject, words",
    [
        (
            "reject",
            "Your commitment to Northlight Secondary was rejected",
            "Ada Adler writes: Not <enough> units",
        ),
        (
            "revise",
            "A question about your commitment to Northlight Secondary",
            "Ada Adler writes: Not <enough> units",
        ),
    ],
)
def test_reasons_go_out_as_they_were_written(cast, asked, people, action, subject, words):
    decide(people, asked, action, "Not <enough> units")
    send_notices()
    message = next(m for m in mail.outbox if m.to == [cast.alice.email])
    assert message.subject == subject
    assert words in message.body
    html = message.alternatives[0][0]
    assert "Not &lt;enough&gt; units" in html and "<enough>" not in html


def test_the_mail_speaks_the_readers_language_and_zone(owner, cast, deal, people):
    owner.execute("update profiles set time_zone = 'Asia/Tokyo' where id = %s", [cast.alice.id])
    inventory.reserve_units(
        acting_user=people.alice,
        deal_id=deal.id,
        investor_id=cast.aldgate,
        units=D(500),
        unit_price=D("28.50"),
    )
    owner.execute("update reservations set expires_at = now() - interval '1 hour'")
    inventory.expire_all()
    inventory.tell_lapsed_holds()
    send_notices()
    subject, text = mails()[cast.alice.email]
    assert subject == "Your hold on Northlight Secondary has ended"
    assert "JST" in text and "500 units" in text
    assert "CE" in mails()[cast.bob.email][1]


def test_a_mail_server_that_is_away_loses_nothing(owner, asked, people, settings):
    decide(people, asked, "approve")
    settings.EMAIL_BACKEND = "lib.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert send_notices() == (0, 1)
    assert factories.value(owner, "select count(*) from notices where mailed_at is null") == 2
    with pytest.raises(CommandError, match="1 notices could not be mailed"):
        call_command("send_notices")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_notices() == (0, 0)  # each waits for its pause
    owner.execute("update notices set mail_due_at = clock_timestamp()")
    assert send_notices() == (2, 0)


def test_a_broker_that_is_away_stops_no_decision(owner, asked, people, settings):
    from celery import current_app

    was = current_app.conf.broker_url
    current_app.conf.broker_url = "redis://127.0.0.1:9/0"
    try:
        decide(people, asked, "approve")
    finally:
        current_app.conf.broker_url = was
    assert factories.value(owner, "select status from approvals") == "approved"
    assert factories.value(owner, "select count(*) from notices where mailed_at is null") == 2


def test_dry_runs_change_nothing(owner, asked, people, capsys):
    decide(people, asked, "approve")
    before = owner.execute("select * from notices order by id").fetchall()
    call_command("send_notices", "--dry-run")
    call_command("warn_sla", "--dry-run")
    call_command("lapse_commitments", "--dry-run")
    said = capsys.readouterr().out
    assert "2 notices wait" in said and "0 decisions are past" in said and "0 commitments are past" in said
    assert owner.execute("select * from notices order by id").fetchall() == before
    assert mail.outbox == []


def test_people_read_their_own(cast, asked, people):
    decide(people, asked, "approve")
    with acting_as(cast.alice.id):
        mine = list(selectors.notices_of(people.alice))
        assert [(notice.kind, notice.read_at) for notice in mine] == [("commitment.approved", None)]
        assert mine[0].get_absolute_url() == f"/commitments/{asked[0]}/"
    with acting_as(cast.mallory.id):
        assert list(selectors.notices_of(people.mallory)) == []
