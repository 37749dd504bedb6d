"""The line that each request leaves in the log, and what it must not hold."""

import contextlib
import logging

import pytest
import structlog
from celery import current_app
from celery.app.trace import trace_task
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Connection

from notifications import services
from tests import factories

REQUEST, JOB = "django_structlog.middlewares.request", "django_structlog.celery.receivers"
FAULT = "django.request"


@pytest.fixture(autouse=True)
def _audible(caplog):
    """The loggers write to this test alone."""
    with contextlib.ExitStack() as put_back:
        for logger in (logging.getLogger(name) for name in (REQUEST, JOB, FAULT)):
            put_back.callback(setattr, logger, "propagate", logger.propagate)
            put_back.callback(logger.removeHandler, caplog.handler)
            logger.propagate = False
            logger.addHandler(caplog.handler)
        yield


def lines(caplog, logger=REQUEST):
    return [record.msg for record in caplog.records if record.name == logger]


@pytest.mark.django_db(transaction=True)
def test_one_line_says_who_asked_for_what_and_how_long_it_took(owner, cast, alice_client, caplog):
    caplog.set_level(logging.INFO)
    response = alice_client.get("/profile/?secret=in-the-query")
    (line,) = lines(caplog)
    assert {name: line[name] for name in ("event", "request", "code", "profile", "request_id")} == {
        "event": "request_finished", "request": "GET /profile/", "code": 200, "profile": str(cast.alice.id),
        "request_id": response["X-Request-ID"],
    }  # fmt: skip
    assert line["ms"] > 0
    assert not {"ip", "user_id"} & set(line)
    assert "in-the-query" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_fault_leaves_one_line_and_one_traceback(owner, cast, alice_client, caplog, monkeypatch):
    monkeypatch.setattr("ui.middleware.zone_of", lambda person: 1 / 0)
    caplog.set_level(logging.INFO)
    alice_client.raise_request_exception = False
    response = alice_client.get("/profile/")
    ((code, request_id),) = [(line["code"], line["request_id"]) for line in lines(caplog)]
    assert (code, request_id) == (500, response["X-Request-ID"])
    assert [record.name for record in caplog.records if record.exc_info] == ["django.request"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_warns_once(owner, cast, alice_client, caplog):
    caplog.set_level(logging.INFO)
    alice_client.get("/no-such-page/")
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == ["django.request"]
    assert [line["code"] for line in lines(caplog)] == [404]


@pytest.mark.django_db(transaction=True)
def test_health_checks_and_static_files_leave_none_and_no_request_inherits_a_name(
    owner, cast, alice_client, client, caplog
):
    caplog.set_level(logging.INFO)
    alice_client.get("/profile/")
    client.get("/healthz")
    client.get("/static/verso.css").close()
    alice_client.get("/static/no-such.css")
    client.get("/accounts/login/")
    assert [(line["request"], "profile" in line) for line in lines(caplog)] == [
        ("GET /profile/", True),
        ("GET /accounts/login/", False),
    ]


@pytest.mark.django_db(transaction=True)
def test_no_password_reaches_the_log(owner, cast, client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/accounts/login/", {"login": cast.alice.email, "password": "a-very-secret-password"})
    assert "a-very-secret-password" not in caplog.text
    assert factories.PASSWORD not in caplog.text


@pytest.fixture
def _in_memory():
    was = current_app.conf.broker_url
    current_app.conf.broker_url = "memory://"
    yield
    current_app.conf.broker_url = was


@pytest.mark.django_db(transaction=True)
def test_a_job_says_in_one_line_which_request_asked_for_it(owner, _in_memory, caplog):
    caplog.set_level(logging.INFO)
    assert DjangoStructLogInitStep in current_app.steps["worker"]
    worker = DjangoStructLogInitStep(None)
    with Connection("memory://") as broker:
        broker.SimpleQueue("mail").clear()  # what an earlier test of this process asked for
    with structlog.contextvars.bound_contextvars(request_id="r-1", profile="p-1"):
        services.ask_to_send()
    with Connection("memory://") as broker:
        message = broker.SimpleQueue("mail").get(timeout=3)
    current_app.loader.import_default_modules()
    task = current_app.tasks[message.headers["task"]]
    trace_task(task, message.headers["id"], (), {}, {**message.headers, "is_eager": True}, app=current_app)
    structlog.contextvars.clear_contextvars()
    (line,) = lines(caplog, JOB)
    assert (line["event"], line["request_id"], line["profile"]) == ("task_succeeded", "r-1", "p-1")
    assert line["duration_ms"] >= 0 and line["task_id"]
    del worker
