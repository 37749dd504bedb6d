"""Whoever asks for a job asks our broker."""

from concurrent.futures import ThreadPoolExecutor

from celery import current_app


def test_every_thread_knows_the_application():
    with ThreadPoolExecutor(1) as other:
        assert [current_app.main, other.submit(lambda: current_app.main).result()] == ["verso", "verso"]
