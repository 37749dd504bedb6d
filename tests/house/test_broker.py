"""Whoever asks for a job asks our broker, and nobody waits for one that does not answer."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import current_app
from django.conf import settings as django_settings

from notifications import services


def test_every_thread_knows_the_application():
    with ThreadPoolExecutor(1) as other:
        assert [current_app.main, other.submit(lambda: current_app.main).result()] == ["verso", "verso"]


@pytest.fixture
def silent_broker():
    """The address of a broker that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_silent_broker_holds_no_page_up(silent_broker):
    was = current_app.conf.broker_url
    current_app.conf.broker_url = silent_broker
    begun = time.monotonic()
    try:
        services.ask_to_send()
    finally:
        current_app.conf.broker_url = was
    assert time.monotonic() - begun < 10


@pytest.mark.django_db
def test_readiness_says_degraded_of_a_silent_broker(client, settings, silent_broker):
    settings.CELERY_BROKER_URL = silent_broker
    begun = time.monotonic()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "unreachable")
    assert time.monotonic() - begun < 6


def test_what_nobody_did_in_time_is_not_done_twice_over_later():
    for name, entry in django_settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"] == {"expires": entry["schedule"]}, name
