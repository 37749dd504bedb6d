"""Refused attempts are on record although everything else of the attempt was rolled back."""

import pytest
from django.db import transaction

from audit import services
from audit.identity import acting_as
from audit.services import keeping_refusals, record_refusal
from tests.factories import value

REFUSALS = (
    "select actor_user_id, actor_role, action, entity, entity_id, deal_id, after from audit_log"
    " where action ~ 'refused$' order by id"
)


def refusals(owner):
    return owner.execute(REFUSALS).fetchall()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_outlives_the_rollback(owner, cast, deal):
    with keeping_refusals(), pytest.raises(ZeroDivisionError), acting_as(cast.mallory.id):
        services.record("sample.made", "sample")
        record_refusal("deals.refused", "deals", deal.id, "not a member", deal_id=deal.id)
        assert refusals(owner) == []
        raise ZeroDivisionError
    assert refusals(owner) == [
        (cast.mallory.id, "investor", "deals.refused", "deals", deal.id, deal.id, {"refused": "not a member"})
    ]
    assert value(owner, "select count(*) from audit_log where action = 'sample.made'") == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_is_written_at_once(owner, cast):
    record_refusal("deals.refused", "deals", None, "sold out", actor=cast.alice.id)
    assert [row[0] for row in refusals(owner)] == [cast.alice.id]


@pytest.mark.django_db(transaction=True)
def test_with_nobody_to_keep_it_it_shares_the_fate_of_its_transaction(owner, cast):
    """Control: what the keeper around a request is for."""
    with transaction.atomic():
        record_refusal("deals.refused", "deals", None, "no", actor=cast.alice.id)
        transaction.set_rollback(True)
    assert refusals(owner) == []


@pytest.mark.django_db(transaction=True)
def test_a_refusal_that_cannot_be_written_is_not_swallowed(superuser, cast):
    superuser.execute("begin")
    superuser.execute("select pg_advisory_xact_lock(4157, lane) from audit_lanes")
    with pytest.raises(Exception, match="Busy"), keeping_refusals(), acting_as(cast.alice.id):
        record_refusal("deals.refused", "deals", None, "no")
    superuser.execute("rollback")


@pytest.mark.django_db(transaction=True)
def test_a_post_to_what_is_not_yours_is_on_record(owner, cast, sign_in):
    client = sign_in(cast.alice)
    answer = client.post("/staff/audit/verify/", HTTP_USER_AGENT="Sample", REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 404
    assert [(row[0], row[1], row[6]) for row in refusals(owner)] == [
        (cast.alice.id, "investor", {"refused": "audit_staff:verify: 404"})
    ]
    origin = owner.execute("select ip, user_agent, request_id from audit_log where action ~ 'refused$'").fetchone()
    assert origin == ("192.0.2.9", "Sample", answer["X-Request-ID"])


@pytest.mark.django_db(transaction=True)
def test_looking_at_what_is_not_there_is_no_attempt(owner, cast, sign_in):
    client = sign_in(cast.alice)
    assert client.get("/staff/audit/").status_code == 404
    assert client.post("/no-such-page/").status_code == 404
    assert refusals(owner) == []
