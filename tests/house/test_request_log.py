"""The line that each request leaves in the log, and what it must not hold."""

import logging

import pytest

from config.middleware import loggable_path
from tests import factories

TOKEN = "kJ8_0aZ-" * 5 + "abc"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/deals/northlight_2027/", "/deals/northlight_2027/"),
        (
            "/staff/people/5f0c2a34-1111-4222-8333-123456789abc/",
            "/staff/people/5f0c2a34-1111-4222-8333-123456789abc/",
        ),
        (f"/invite/{TOKEN}/", "/invite/***/"),
        (f"/invite/{TOKEN}/accept/", "/invite/***/accept/"),
        ("/invite/short", "/invite/***"),
        (f"/accounts/set-password/{TOKEN}/", "/accounts/set-password/***/"),
        ("/accounts/set-password/", "/accounts/set-password/"),
        (f"/anything/else/{TOKEN}", "/anything/else/***"),
    ],
)
def test_a_path_is_logged_without_its_secrets(path, logged):
    assert loggable_path(path) == logged


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
def test_neither_password_nor_token_reaches_the_log(owner, cast, client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/accounts/login/", {"login": cast.alice.email, "password": "a-very-secret-password"})
    client.get(f"/accounts/set-password/{TOKEN}/")
    assert "a-very-secret-password" not in caplog.text
    assert TOKEN not in "".join(str(record.msg) for record in caplog.records if record.name.startswith("verso"))
    assert factories.PASSWORD not in caplog.text
