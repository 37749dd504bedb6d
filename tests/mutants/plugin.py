"""The pytest plugin that runs tests on mutants: ``pytest -p tests.mutants.plugin``, VERSO_MUTANTS="name name …".

SQL is changed in the run's own database, one object at a time, and put right again: one process hunts them all.
Python is changed while it is imported (tests.mutants.imports), so such a mutant has a process to itself.
"""

import psycopg
import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.imports import CHOSEN, PYTHON
from tests.mutants.mutation import Mutant, Stale, install

LONGEST = "30s"  # for one statement: what a mutant makes wait for ever is an error then


class Hunt:
    """The tests of this run, and the database they run in."""

    def __init__(self):
        self.database = None
        self.items = []

    def failed(self, killers) -> str:
        """The first test among these that fails, with its parameters, or ''."""
        named = (item for item in self.items if item.nodeid in killers or item.nodeid.split("[")[0] in killers)
        return next((item.nodeid for item in named if fails(item)), "")

    def changed(self, mutant: Mutant) -> str:
        """Whether a test noticed the changed object: the line to tell."""
        try:
            with self.database.connect("owner") as owner, owner.transaction():
                install(owner, mutant.source())
        except (Stale, psycopg.Error) as error:
            return f"ALIVE  {mutant.name:52} cannot be installed: {error}".replace("\n", " ")
        try:
            return told(mutant, self.failed(mutant.killers))
        finally:
            with self.database.connect("owner") as owner:
                install(owner, mutant.path.read_text(encoding="utf-8"))


def fails(item) -> bool:
    """Run one test. What belongs to the session, the database above all, stays for the next."""
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=item.session))


def told(mutant: Mutant, test: str) -> str:
    return f"killed {mutant.name:52} {test}" if test else f"ALIVE  {mutant.name:52} no test noticed"


HUNT = Hunt()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    found = yield
    if fixturedef.argname == "house_database":
        HUNT.database = found
        with found.connect("admin") as admin:
            admin.execute(f"alter database \"{found.name}\" set statement_timeout = '{LONGEST}'")
    return found


def pytest_runtestloop(session):
    """In place of pytest's: first every test on the true product, then on each mutant."""
    HUNT.items = list(session.items)
    write = session.config.get_terminal_writer().line
    if PYTHON:
        write(told(PYTHON, HUNT.failed(PYTHON.killers)))
        return True
    for item in session.items:
        if fails(item):
            write(f"ALIVE  {'(the true product)':52} fails {item.nodeid}: that test proves nothing")
            HUNT.items.remove(item)
    for mutant in CHOSEN:
        write(HUNT.changed(mutant))
        session.config.get_terminal_writer().flush()
    return True
