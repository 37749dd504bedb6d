"""How to write a test.

Every test runs as ``verso_app`` against a real PostgreSQL whose schema was migrated as ``verso_owner``.

*SQL, rules of the database*: take raw connections. They commit for real, and the database is cleaned after.

    def test_members_see_their_deal(owner, cast, deal, app_connection):
        alice = app_connection(cast.alice)                  # verso_app, acting as Alice
        assert alice.execute("select code from deals").fetchall() == [("northlight_2027",)]

*Services*: ask for ``db`` (or mark ``django_db``) and act as somebody. Rows made through ``owner`` are seen.

    @pytest.mark.django_db
    def test_cancel(cast, deal):
        with acting_as(cast.alice.id):
            ...

A row that the open ``db`` transaction has written (signing in writes one) is locked for ``owner`` until the end.
The ``db`` transaction is rolled back; with ``transaction=True`` the test commits for real and the tables are
emptied after it, so on_commit callbacks and the hot path behave as in production. Within ``db`` an identity
that was set outlives its request: name who acts before every look at the database.

*Pages*: ``sign_in(cast.alice)`` gives a signed-in client; so do ``alice_client``, ``sam_client`` and so on.

    def test_deal_room(alice_client, deal):
        assert alice_client.get(f"/deals/{deal.code}/").status_code == 200

*Races*: one ``app_connection(person)`` per thread, and a ``threading.Barrier``.

Fixtures: ``owner`` (verso_owner, autocommit) · ``superuser`` · ``app_connection(person_or_id=None)`` ·
``readonly_connection()`` · ``cast`` · ``deal`` (the sample deal, Alice, Mallory, Larry and Ingrid in it) ·
``sign_in`` and ``<name>_client`` for each of the cast. Rows around a test: ``tests/factories.py``.
Run: ``make test``, or ``VERSO_REUSE_DB=1 pytest tests/sql -n 2`` to keep the template database between runs.
"""

import gc
import os
import re
import uuid
from collections import Counter

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone, translation

from tests import factories
from tests.database import PRISTINE, Database
from tests.forms import Browser


@pytest.fixture(scope="session")
def house_database(request, django_db_blocker):
    """This worker's own database, made from the template and dropped at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    database = Database(worker, run)
    with django_db_blocker.unblock():
        database.create()
    request.config.stash[_DATABASE] = database
    _leave_flushing_to_us(database)
    yield database
    with django_db_blocker.unblock():
        database.drop()


_DATABASE = pytest.StashKey[Database]()


def _leave_flushing_to_us(database: Database) -> None:
    """verso_app may not TRUNCATE: a test that commits only leaves a mark, and the cleaner comes after it."""

    def mark(*args, **kwargs):
        database.dirty = True

    # On the class: beside a browser's event loop Django keeps another connection object for this thread.
    type(connections["default"].ops).execute_sql_flush = mark


@pytest.fixture(scope="session")
def django_db_setup(house_database):
    """In place of pytest-django's: no test database made by the application's role."""


@pytest.fixture(scope="session", autouse=True)
def _plain_settings(tmp_path_factory):
    """Pages are tested without a collectstatic before; nothing leaves the machine, nor a folder of this run's own."""
    private = {"location": str(tmp_path_factory.mktemp("media") / "documents")}
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "private": {"BACKEND": "documents.storage.PrivateStorage", "OPTIONS": private},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"  # that it is Argon2 has its own test
    with override_settings(
        STORAGES=storages,
        CELERY_BROKER_URL="memory://",
        PASSWORD_HASHERS=[quick, *settings.PASSWORD_HASHERS],
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Lay the rows that the next test begins with, once all fixtures of this one are gone: no transaction is open."""
    result = yield
    database = item.config.stash.get(_DATABASE, None)
    if database and nextitem:
        _lay(database, getattr(nextitem, "fixturenames", ()))
    return result


def _lay(database: Database, fixtures) -> None:
    """Most tests ask for the same people and their deal: those rows are made once and kept."""
    state = next((name for name in ("deal", "cast") if name in fixtures), PRISTINE)
    if not database.keeps(state):
        database.begin()
        with database.connect("owner") as owner:
            things = {"cast": factories.make_cast(owner)}
            if state == "deal":
                things["deal"] = _sample_deal(owner, things["cast"])
        database.keep(state, things)
    database.begin(state)


@pytest.fixture(autouse=True)
def _no_flush_signals(monkeypatch):
    """After a flush Django would make content types anew, as verso_app. They were never gone."""
    monkeypatch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *a, **k: None)


# --- raw connections


@pytest.fixture
def open_connection(house_database):
    """A factory of psycopg connections by role, each as good as new, given back after the test."""
    opened = []

    def connect(role, **options):
        house_database.dirty = True
        opened.append((house_database.lend(role, **options), role, options))
        return opened[-1][0]

    yield connect
    for connection, role, options in opened:
        house_database.take_back(connection, role, **options)


@pytest.fixture
def owner(house_database):
    """verso_owner, autocommit: sees and makes everything, as migrations do. Waits 10 s for a lock, no longer."""
    with house_database.as_owner() as connection:
        yield connection


@pytest.fixture
def superuser(open_connection):
    """The cluster's superuser in this database: for tampering, and for looking at catalogs."""
    return open_connection("admin")


@pytest.fixture
def app_connection(open_connection):
    """A factory of verso_app connections, acting as a person (or profile id, or nobody) from the start.

    The identity is set for the connection, for brevity; the product sets it for a transaction only.
    """

    def connect(who=None, **options):
        connection = open_connection("app", **options)
        return factories.act_as(connection, getattr(who, "id", who))

    return connect


@pytest.fixture
def readonly_connection(open_connection):
    """A factory of verso_readonly connections."""

    def connect(who=None):
        return factories.act_as(open_connection("readonly"), getattr(who, "id", who))

    return connect


# --- the cast and its deal


@pytest.fixture
def cast(owner, house_database):
    """Alice, Bob, Mallory, Larry, Ingrid, Sam, Rita, Ada, Abe; investors ``aldgate`` and ``morland``."""
    return house_database.thing("cast") or factories.make_cast(owner)


@pytest.fixture
def deal(owner, cast, house_database):
    """The sample deal, open, 10,000 units in lots A, B and C; Bob is not invited."""
    return house_database.thing("deal") or _sample_deal(owner, cast)


def _sample_deal(owner, cast):
    deal = factories.make_sample_deal(owner)
    factories.invite_cast(owner, deal, cast)
    return deal


# --- signed-in browsers


@pytest.fixture
def sign_in(db):
    """A factory: ``sign_in(cast.sam)`` is a client with Sam's session.

    The session row is written under Sam's own identity: in autocommit an identity is gone at once.
    """
    from audit.identity import acting_as

    def client_of(person, **options) -> Client:
        client = Browser(**options)
        with acting_as(person.id):
            client.force_login(person.profile, backend="investors.backends.ProfileBackend")
        return client

    return client_of


def _client_fixture(name):
    @pytest.fixture(name=f"{name}_client")
    def signed_in(cast, sign_in):
        return sign_in(getattr(cast, name))

    signed_in.__doc__ = f"{name.capitalize()}'s browser, signed in."
    return signed_in


alice_client = _client_fixture("alice")
bob_client = _client_fixture("bob")
mallory_client = _client_fixture("mallory")
larry_client = _client_fixture("larry")
ingrid_client = _client_fixture("ingrid")
sam_client = _client_fixture("sam")
rita_client = _client_fixture("rita")
ada_client = _client_fixture("ada")
abe_client = _client_fixture("abe")


# --- people in Chromium


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a worker: two of its clients do not run in one thread.

    The client runs an event loop in this thread; Django's warning about that does not apply to tests that wait
    for each answer.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser import chromium

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(autouse=True)
def _english():
    """A page read in another language leaves it on for the thread: each test begins in English."""
    with translation.override("en"), timezone.override(None):
        yield


# --- in which order a run goes, and what it says at its end

# The files that take longest come first: at the end one worker would go on alone. `--dist loadfile` keeps this order.
LONG = (
    "tests/browser/test_every_page.py",
    "tests/matrix/test_edges.py",
    "tests/house/test_embedded.py",
    "tests/matrix/test_urls.py",
    "tests/scenarios/test_empty_installation.py",
    "tests/browser/test_main_job.py",
    "tests/house/test_structure.py",
    "tests/house/test_bootstrap.py",
    "tests/scenarios/test_backup_restore.py",
    "tests/matrix/test_tables.py",
    "tests/house/test_app_account.py",
    "tests/house/test_bench.py",
    "tests/race/test_kill.py",
    "tests/inventory/test_pages_reserve.py",
)


# What differs from one process to the next: workers that collect in different words run nothing.
OF_ONE_PROCESS = re.compile(r"UUID\('|frozenset\(|\[{'[^:]*', |0x[0-9a-f]{6}")


def pytest_collection_modifyitems(items):
    changing = [item.nodeid for item in items if OF_ONE_PROCESS.search(item.nodeid)]
    if changing:
        raise pytest.UsageError(f"These tests are called otherwise in each process: {changing[:5]}")
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONG)))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What was loaded stays to the end: looking through it for garbage takes a fifth of the time of tests of pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_terminal_summary(terminalreporter):
    """The ten files that took longest, and what tests measured: where to look when the whole takes too long."""
    seconds, told = Counter(), {}
    for report in (each for kind in terminalreporter.stats.values() for each in kind if hasattr(each, "duration")):
        seconds[report.nodeid.partition("::")[0]] += report.duration
        told |= dict(report.user_properties)
    terminalreporter.section("slowest files")
    for file, taken in seconds.most_common(10):
        terminalreporter.line(f"{taken:7.1f} s  {file}")
    for what, measured in told.items():
        terminalreporter.line(f"{what}: {measured}")
