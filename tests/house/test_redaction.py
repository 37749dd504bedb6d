"""One-time links stand in no line of the log, whichever logger wrote it."""

import io
import logging
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
import structlog
from django.test import Client
from django.urls import get_resolver

from lib.redaction import redacted
from tests.installation import ROOT

TOKEN = "kJ8_0aZ-" * 5 + "abc"
SIGNED = f"{'IjE5' * 12}:1xXUWI:{TOKEN}"
INVITE, PASSWORD_LINK = f"/invite/{TOKEN}/", f"/accounts/set-password/{TOKEN}/"


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        ("/deals/northlight_2027/", "/deals/northlight_2027/"),
        ("/staff/people/5f0c2a34-1111-4222-8333-123456789abc/", "/staff/people/5f0c2a34-1111-4222-8333-123456789abc/"),
        (INVITE, "/invite/***/"),
        (f"/invite/{TOKEN}/accept/", "/invite/***/accept/"),
        ("/invite/short", "/invite/***"),
        ("/invite/", "/invite/"),
        (PASSWORD_LINK, "/accounts/set-password/***/"),
        ("/accounts/set-password/", "/accounts/set-password/"),
        (f"/anything/else/{TOKEN}", "/anything/else/***"),
        (f"next=%2Finvite%2F{TOKEN}%2F", "next=%2Finvite%2F***%2F"),
        (f'"GET {INVITE} HTTP/1.1" 405', '"GET /invite/***/ HTTP/1.1" 405'),
        (f"https://verso.example{PASSWORD_LINK}?a=b", "https://verso.example/accounts/set-password/***/?a=b"),
        (f"?token={TOKEN}&a=b", "?token=***&a=b"),
        # As links are mistyped: a space, a sign or a slash before the token. It still works once they are gone.
        (f"/invite/ {TOKEN}/", "/invite/***/"),
        ("/invite/ short/", "/invite/***/"),
        (f"/invite/\\n {TOKEN}/", "/invite/***/"),
        (f"/invite/\\u0000{TOKEN}/", "/invite/***/"),
        (f"/accounts/set-password/%FF{TOKEN}/", "/accounts/set-password/***/"),
        # So does one with a sign from the mail around it.
        (f'/invite/"{TOKEN}/', "/invite/***/"),
        (f"/accounts/set-password/<{TOKEN}>/", "/accounts/set-password/***>/"),
        (f"/accounts/set-password/\\\\&{TOKEN}/", "/accounts/set-password/***/"),
        ('"GET /invite/", "request_id": "5f0c"', '"GET /invite/", "request_id": "5f0c"'),
        # One that a mail broke in two works once it is whole again.
        (f"/invite/{TOKEN[:5]} {TOKEN[5:]}/", "/invite/***/"),
        (f"/invite/{TOKEN[:20]}\\\\r\\\\n{TOKEN[20:]}/", "/invite/***/"),
        ("/invite/short and a few words", "/invite/*** and a few words"),
        (f"next=%2Finvite%2F%20{TOKEN}%2F", "next=%2Finvite%2F***%2F"),
        (f"/accounts/known-browser//{SIGNED}/", "/accounts/known-browser//***/"),
        (f"/accounts/known-browser/{SIGNED.replace(':', '%3A')}/", "/accounts/known-browser/***/"),
        (f"in /{'long_' * 10}name.py, line 3", f"in /{'long_' * 10}name.py, line 3"),
    ],
)
def test_a_text_is_logged_without_its_secrets(text, logged):
    assert redacted(text) == logged


def test_every_address_with_a_token_is_known():
    """A new kind of link is one more address here, and is redacted however short its token is."""

    def routes(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            yield from routes(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]

    found = {
        route for route in routes(get_resolver().url_patterns) if re.search(r"<[^>]*(token|key|secret)\w*>", route)
    }
    assert found == {
        "invite/<str:token>/", "accounts/set-password/<str:token>/", "accounts/known-browser/<str:token>/"
    }  # fmt: skip
    for route in found:
        assert redacted("/" + re.sub("<[^>]*>", "abc", route)) == "/" + re.sub("<[^>]*>", "***", route)


@pytest.fixture
def written():
    """What the product's own formatter writes, of every logger that reaches the root."""
    (formatter,) = {
        handler.formatter for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler
    }
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: handler.stream.getvalue()
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [INVITE, PASSWORD_LINK])
def test_no_line_of_a_refused_request_holds_a_link(cast, written, path):
    client = Client()
    assert client.put(path).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path, {"a": "b"}).status_code == 403
    assert client.get(path + "more").status_code == 404
    assert client.get(path, HTTP_HOST="elsewhere.example").status_code == 400
    for name in ("Method Not Allowed", "Forbidden (CSRF cookie not set.)", "Not Found", "Invalid HTTP_HOST header"):
        assert name in written()
    assert TOKEN not in written()
    assert written().count("***") >= 4


@pytest.mark.django_db
@pytest.mark.parametrize("sign", [*"\n\t\x0b\x7f\xa0\u200b\ufeff\\\"'<&", "\r\n"])
def test_no_sign_before_a_token_lets_it_into_the_log(cast, written, client, sign):
    """Django writes an address with its signs escaped, and JSON escapes that once more."""
    client.get(f"/accounts/set-password/{quote(sign)}{TOKEN}/")
    assert TOKEN not in written() and "/accounts/set-password/***" in written()


@pytest.mark.django_db
def test_too_many_tries_leave_no_link_either(cast, written, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "reset_password_from_key": "1/m/ip"}
    assert [client.get(PASSWORD_LINK).status_code for _ in range(2)] == [410, 429]
    assert "Too Many Requests: /accounts/set-password/***/" in written()
    assert TOKEN not in written()


def test_fields_objects_and_tracebacks_are_redacted_too(written):
    log = structlog.get_logger("verso.anything")
    try:
        raise RuntimeError(f"at {INVITE}")
    except RuntimeError:
        log.exception("failed", where=PASSWORD_LINK, deep={"list": [INVITE]})
        logging.getLogger("third.party").exception("at %s", PASSWORD_LINK)
    assert "RuntimeError: at /invite/***/" in written()
    assert TOKEN not in written()


def test_django_s_loggers_have_no_handlers_of_their_own():
    assert [logging.getLogger(name).handlers for name in ("django", "django.server", "django.request")] == [[], [], []]
    assert logging.getLogger("django.server").propagate


def test_no_other_logger_has_one_either():
    """Not Django's, not Celery's, not the web server's: all that is written passes the one formatter."""
    program = f"""
import logging, logging.config
from config.celery import app
import django; django.setup()
app.log.setup(loglevel="INFO")
from config import settings, web
server = web.server("127.0.0.1")
from granian.log import configure_logging
configure_logging(server.log_level, server.log_config, True)
for name in ("django.server", "django.request", "django.security.csrf", "celery.app.trace", "celery.worker", "_granian",
             "granian.access", "axes", "anything"):
    logging.getLogger(name).error("%s at {INVITE}", name)
own = [name for name in logging.root.manager.loggerDict if logging.getLogger(name).handlers]
print([name for name in own if not all(isinstance(h, logging.NullHandler) for h in logging.getLogger(name).handlers)])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert done.stderr.count("/invite/***/") == 9, done.stderr
    assert TOKEN not in done.stderr
