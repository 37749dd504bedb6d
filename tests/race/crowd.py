"""A crowd of real connections that start at the same moment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests import factories


def at_once(connections, call, *, each: int = 1) -> list:
    """Run ``call(connection, i)`` ``each`` times on every connection, all begun together.

    Gives, per call, what it returned, or the SQLSTATE it was refused with.
    """
    barrier = threading.Barrier(len(connections))

    def one(connection):
        barrier.wait(timeout=30)
        return [_answer(call, connection, i) for i in range(each)]

    with ThreadPoolExecutor(len(connections)) as pool:
        return [answer for answers in pool.map(one, connections) for answer in answers]


def _answer(call, connection, i):
    try:
        return call(connection, i)
    except psycopg.Error as error:
        return error.sqlstate


def tally(answers) -> Counter:
    """How many were served, and how many were refused with which SQLSTATE."""
    return Counter(a if isinstance(a, str) else "served" for a in answers)


def waiting(owner) -> int:
    """How many sessions of the application, or of the owner, wait for a lock in this database."""
    return factories.value(
        owner,
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and usename in ('verso_app', 'verso_owner') and wait_event_type = 'Lock'",
    )


def in_between(superuser, first, act, second, then):
    """What ``then`` answers on the second while ``act`` is done and not yet committed on the first."""
    with ThreadPoolExecutor(1) as pool:
        first.execute("begin")
        act(first)
        begun = threading.Event()
        future = pool.submit(_begin, begun, then, second)
        begun.wait(10)
        for _ in range(100):  # until it waits for the first, or is done without
            if future.done() or waiting(superuser):
                break
            threading.Event().wait(0.02)
        first.execute("commit")
        return future.result(timeout=30)


def _begin(begun, call, connection):
    begun.set()
    return _answer(lambda c, _i: call(c), connection, 0)
