"""Scarce stock and many buyers: false refusals, deadlocks and broken rules, all of which must be none."""

import random
import threading
from collections import Counter
from uuid import UUID, uuid4

import psycopg

from tests import factories
from tests.bench.ground import Ground, add_deal
from tests.bench.row import Row
from tests.race.crowd import at_once, tally
from tests.sql.holds import broken_rules

DRAINS = ((8, 10_000, 300), (8, 10_000, 12_000), (64, 1_000, 2_500))  # lots, units each, largest request
DRAIN_CLIENTS, DRAIN_CALLS = 32, 40
CHURN_CLIENTS, CHURN_CALLS = 16, 60

LAPSE_SOME = """
update reservations set expires_at = now() - interval '1 s' where id in (
    select id from reservations where deal_id = %s and status = 'pending' order by created_at limit 20
       for no key update skip locked)
"""


def drain_and_churn(here: Ground, clients: int = DRAIN_CLIENTS) -> list[Row]:
    """Drain three deals with 32 clients, churn one with 16 while expiry runs; count what must not happen."""
    counted = Counter()
    with here.connect() as owner:
        for lots, units, largest in DRAINS:
            counted += _drain(here, owner, _scarce(owner, here, lots, units), largest, clients)
        counted += _churn(here, owner, _scarce(owner, here, 8, 500), min(clients, CHURN_CLIENTS))
        counted["broken rules"] += len(broken_rules(owner))
    known = {"served", "DL001", "DL002", "40P01", "false refusals", "broken rules"}
    counted["other errors"] = sum(count for name, count in counted.items() if name not in known)
    rows = [
        Row(f"drain and churn: {said}", counted[name], 0, 0, lower_is_better=True)
        for said, name in (
            ("false refusals", "false refusals"),
            ("deadlocks", "40P01"),
            ("broken rules of the books", "broken rules"),
            ("other errors", "other errors"),
        )
    ]
    others = (("served", "served"), ("refused, sold out", "DL001"), ("answered busy", "DL002"))
    return rows + [Row(f"drain and churn: {said}", counted[name]) for said, name in others]


def _scarce(owner, here: Ground, lots: int, units: int) -> UUID:
    alice = factories.Person(here.person, "", "", "investor", here.investor)
    return add_deal(owner, alice, f"scarce {uuid4().hex[:8]}", lots, units)


def _drain(here: Ground, owner, deal: UUID, largest: int, clients: int) -> Counter:
    """Stock only falls here: a refusal after which enough is still free was false."""
    false_refusals = Counter()

    def buy(connection, number):
        units = random.randint(1, largest)
        try:
            return _reserve(connection, here, deal, units)
        except psycopg.Error as error:
            if error.sqlstate == "DL001" and _free(owner_of[connection], deal) >= units:
                false_refusals["false refusals"] += 1
            raise

    crowd = _crowd(here, clients)
    owner_of = {connection: here.connect() for connection in crowd}
    try:
        return tally(at_once(crowd, buy, each=DRAIN_CALLS)) + false_refusals
    finally:
        _close([*crowd, *owner_of.values()])


def _churn(here: Ground, owner, deal: UUID, clients: int) -> Counter:
    """Buyers against an expiry job that never rests and against holds that lapse all the time."""
    stop, failures = threading.Event(), Counter()

    def expire():
        with here.connect() as runner:
            while not stop.is_set():
                try:
                    runner.execute(LAPSE_SOME, [deal])
                    runner.execute("select public.fn_expire_reservations(50)")
                except psycopg.Error as error:
                    failures[error.sqlstate] += 1

    runner = threading.Thread(target=expire)
    crowd = _crowd(here, clients)
    runner.start()
    try:
        return tally(at_once(crowd, lambda c, i: _reserve(c, here, deal, 30 + i % 90), each=CHURN_CALLS)) + failures
    finally:
        stop.set()
        runner.join()
        _close(crowd)


def _reserve(connection, here: Ground, deal: UUID, units: int) -> UUID:
    call = "select public.fn_reserve_inventory(%s, %s, %s, 28.50)"
    return factories.value(connection, call, deal, here.investor, units)


def _free(connection, deal: UUID):
    return factories.value(connection, "select sum(units_remaining) from share_lots where deal_id = %s", deal)


def _crowd(here: Ground, size: int) -> list[psycopg.Connection]:
    return [factories.act_as(here.connect("app"), here.person) for _ in range(size)]


def _close(connections) -> None:
    for connection in connections:
        connection.close()
