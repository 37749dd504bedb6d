"""People in Chromium, at a real web process.

``site`` is gunicorn on this worker's database, with collected static files: what production runs. State is made by
factories or services beforehand and committed. ``visit(person, js=…, theme=…, width=…)`` gives a page that is signed in.

Chromium's client runs an event loop in this thread; Django's warning about that does not apply to tests that
wait for each answer.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.factories import PASSWORD
from tests.installation import ROOT

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
WIDTHS = {"wide": 1440, "phone": 390}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site(house_database, tmp_path_factory):
    """The address of a web process on this worker's database."""
    folder = tmp_path_factory.mktemp("site")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": house_database.url_of("app"),
        "DATABASE_OWNER_URL": house_database.url_of("owner"),
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "DB_POOL_MAX": "8",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    with (folder / "web.log").open("w") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "8"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", folder / "web.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        web.terminate()
        web.wait(timeout=20)


def _wait_for(address: str, log) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the web process did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def visit(browser: Browser, site: str):
    """A factory of signed-in pages; ``visit(None)`` is a stranger's. Console errors fail the test."""
    contexts, said = [], []

    def open_page(person=None, *, js: bool = True, theme: str = "light", width: str = "wide", to: str = "/") -> Page:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=js,
            color_scheme=theme,
            viewport={"width": WIDTHS[width], "height": 900},
            locale="en-GB",
            timezone_id="Europe/Paris",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        if person is not None:
            sign_in(page, person.email)
        page.goto(to)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def _is_fault(message) -> bool:
    # A refused form answers 4xx on purpose, and Chromium reports that as an error of the page.
    return message.type == "error" and "the server responded with a status of 4" not in message.text


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)
