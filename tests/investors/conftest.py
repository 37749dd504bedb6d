"""What the tests of signing in share."""

import re
import time

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD


@pytest.fixture
def browser(db):
    """A browser that is signed in nowhere."""
    return Client()


@pytest.fixture
def sign_in_by_form():
    """A factory: types e-mail and password into the sign-in page and gives the answer."""

    def typed(client, email, password=PASSWORD, **extra):
        return client.post("/accounts/login/", {"login": email, "password": password}, **extra)

    return typed


def lock_out(email):
    """What strangers do from many addresses: wrong passwords until the site refuses to look at more."""
    tries = int(re.search(r"(\d+)/h/key", settings.ACCOUNT_RATE_LIMITS["login_failed"])[1])
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post("/accounts/login/", {"login": email, "password": "wrong"})
        for n in range(tries + 1)
    ]
    assert [answer.status_code for answer in answers] == [422] * (tries + 1)
    assert "Too many attempts" in answers[-1].text and "Too many attempts" not in answers[-2].text


@pytest.fixture
def sent_mail():
    """A factory: waits for so many mails, which leave in a thread beside the request, and gives them."""

    def wait(count=1):
        for _ in range(100):
            if len(mail.outbox) >= count:
                break
            time.sleep(0.02)
        assert len(mail.outbox) == count
        return mail.outbox

    return wait


@pytest.fixture
def audit_rows(owner):
    """A factory: (action, actor, entity_id, after) of the rows whose action begins so, oldest first."""

    def rows(beginning):
        found = owner.execute(
            "select action, actor_user_id, entity_id, after from audit_log where starts_with(action, %s) order by id",
            [beginning],
        )
        return found.fetchall()

    return rows
