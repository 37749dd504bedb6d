"""PostgreSQL is killed while eight clients reserve: what was acknowledged is there, and nothing is there twice.

A cluster of its own, durable as in production. Clients repeat a call that got no answer with its request key, as
a browser's retry would. ``VERSO_FAULT_ROUNDS=20`` is the long form (make faults).
"""

import os
import signal
import threading
import time
import uuid
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from launcher import embedded
from tests import factories
from tests.installation import installed
from tests.sql.holds import broken_rules, reserve

ROUNDS = int(os.environ.get("VERSO_FAULT_ROUNDS", "3"))
CLIENTS = 8


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """An installation made by ``bootstrap``, with the sample deal and plenty of stock."""
    data_dir = tmp_path_factory.mktemp("killed")
    with installed(data_dir) as urls:
        with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            cast = factories.make_cast(owner)
            deal = factories.make_sample_deal(owner)
            factories.invite_cast(owner, deal, cast)
            owner.execute("update share_lots set units_total = 1e9, units_remaining = 1e9")
        yield SimpleNamespace(data_dir=data_dir, urls=urls, cast=cast, deal=deal)


class Client(threading.Thread):
    """Reserves one unit after another; keeps the key of a call until it has its answer."""

    def __init__(self, place, stop):
        super().__init__(daemon=True)
        self.place, self.stop = place, stop
        self.acknowledged: dict[uuid.UUID, uuid.UUID] = {}
        self.interrupted = 0
        self.key = uuid.uuid4()

    def run(self):
        while not self.stop.is_set():
            try:
                with psycopg.connect(self.place.urls["DATABASE_URL"], autocommit=True, connect_timeout=5) as connection:
                    self._reserve_until_broken(factories.act_as(connection, self.place.cast.alice.id))
            except psycopg.OperationalError:
                self.interrupted += 1
                time.sleep(0.1)

    def _reserve_until_broken(self, connection):
        while not self.stop.is_set():
            hold = reserve(connection, self.place.deal, self.place.cast.aldgate, 1, key=self.key)
            self.acknowledged[self.key] = hold
            self.key = uuid.uuid4()


def kill_and_restart(data_dir, urls) -> None:
    """SIGKILL the postmaster, then bring it back as the launcher does."""
    with psycopg.connect(urls["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        folder = admin.execute("show data_directory").fetchone()[0]
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
    embedded.start_postgres(data_dir)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(installation, number):
    stop = threading.Event()
    clients = [Client(installation, stop) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    deadline = time.monotonic() + 20
    while sum(len(c.acknowledged) for c in clients) < 40 and time.monotonic() < deadline:
        time.sleep(0.01)
    kill_and_restart(installation.data_dir, installation.urls)
    after = sum(len(c.acknowledged) for c in clients)
    deadline = time.monotonic() + 30
    while sum(len(c.acknowledged) for c in clients) < after + 40 and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for client in clients:
        client.join(timeout=30)
    _check_books(installation, clients)


def _check_books(installation, clients):
    acknowledged = {key: hold for client in clients for key, hold in client.acknowledged.items()}
    assert sum(client.interrupted for client in clients) >= 1, "no call was in flight when the server died"
    assert len(acknowledged) >= 80
    with psycopg.connect(installation.urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
        stored = dict(owner.execute("select request_key, id from reservations").fetchall())
        missing = {key for key, hold in acknowledged.items() if stored.get(key) != hold}
        assert missing == set()
        assert factories.value(owner, "select count(*) - count(distinct request_key) from reservations") == 0
        audited = factories.value(owner, "select count(*) from audit_log where action = 'hold.placed'")
        assert audited == len(stored)
        taken = factories.value(owner, "select sum(units_total - units_remaining) from share_lots")
        assert taken == Decimal(len(stored))
        assert broken_rules(owner) == []
