"""People in Chromium, at a real web process.

``site`` is the web server on this worker's database, with collected static files: what production runs. State is made
by factories or services beforehand and committed. ``visit(person, js=…, theme=…, width=…)`` gives a page that is
signed in.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

import sample_data
from tests import factories
from tests.browser import every_page
from tests.browser.web import serving, sign_in
from tests.factories import PASSWORD

WIDTHS = {"wide": 1440, "phone": 390}


@pytest.fixture(scope="session")
def site(house_database, tmp_path_factory):
    """The address of a web process on this worker's database."""
    folder = tmp_path_factory.mktemp("site")
    environment = os.environ | {
        "DATABASE_URL": house_database.url_of("app"),
        "DATABASE_OWNER_URL": house_database.url_of("owner"),
        "DATA_DIR": str(folder),
        # What the tests store and sign, it opens.
        "MEDIA_ROOT": str(Path(settings.STORAGES["private"]["OPTIONS"]["location"]).parent),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    with serving(environment, folder) as address:
        yield address


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
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}") if _is_fault(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        if person is not None:
            sign_in(page, person.email, PASSWORD)
        page.goto(to)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def sample_house(house_database, owner, django_db_blocker, settings):
    """The sample data, committed, with what it lacks of everything that has a page."""
    settings.DATABASE_OWNER_URL = house_database.url_of("owner")
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # the web process knows no quick one
    with django_db_blocker.unblock():
        assert sample_data.load()
        every_page.furnish(owner)


def _is_fault(message) -> bool:
    # A refused form answers 4xx on purpose, and Chromium reports that as an error of the page.
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture(autouse=True)
def _passwords_the_web_process_knows(monkeypatch):
    """Tests hash quickly; a web process of its own knows Argon2 only."""
    monkeypatch.setattr(factories, "HASHER", "argon2")


@pytest.fixture
def cast(cast, owner):
    """The cast, with passwords of that kind."""
    return factories.with_passwords_of_argon2(owner, cast)
