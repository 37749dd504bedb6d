"""A crowd of real connections that start at the same moment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg


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
