"""The line that each request leaves in the log, and what it must not hold."""

import logging

import pytest

from tests import factories


@pytest.fixture(autouse=True)
def _audible(caplog):
    """The logger as the product has it, whatever an earlier test of this process left of it."""
    logger = logging.getLogger("verso.request")
    logger.disabled = False
    logger.propagate, before = False, logger.propagate
    logger.addHandler(caplog.handler)
    yield
    logger.removeHandler(caplog.handler)
    logger.propagate = before


def lines(caplog):
    return [record.msg for record in caplog.records if record.name == "verso.request"]


@pytest.mark.django_db(transaction=True)
def test_one_line_says_who_asked_for_what_and_how_long_it_took(owner, cast, alice_client, caplog):
    caplog.set_level(logging.INFO)
    response = alice_client.get("/profile/?secret=in-the-query")
    (line,) = lines(caplog)
    assert {name: line[name] for name in ("method", "path", "status", "profile", "request_id")} == {
        "method": "GET", "path": "/profile/", "status": 200, "profile": str(cast.alice.id),
        "request_id": response["X-Request-ID"],
    }  # fmt: skip
    assert line["ms"] > 0
    assert "in-the-query" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_health_checks_and_static_files_leave_none_and_no_request_inherits_a_name(
    owner, cast, alice_client, client, caplog
):
    caplog.set_level(logging.INFO)
    alice_client.get("/profile/")
    client.get("/healthz")
    client.get("/static/verso.css").close()
    client.get("/accounts/login/")
    assert [(line["path"], "profile" in line) for line in lines(caplog)] == [
        ("/profile/", True),
        ("/accounts/login/", False),
    ]


@pytest.mark.django_db(transaction=True)
def test_no_password_reaches_the_log(owner, cast, client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/accounts/login/", {"login": cast.alice.email, "password": "a-very-secret-password"})
    assert "a-very-secret-password" not in caplog.text
    assert factories.PASSWORD not in caplog.text
