"""Product SQL with one clause changed, while a control runs: a race that cannot be lost proves nothing."""

from contextlib import contextmanager

from config.lib.sqlfile import read_sql


@contextmanager
def mutated(owner, name: str, clause: str, instead: str = ""):
    """Install version 1 of an object with ``clause`` replaced; afterwards the true one again."""
    true = read_sql(name, 1)
    assert clause in true, f"{name} has no clause {clause!r} any more"
    _install(owner, true.replace(clause, instead))
    try:
        yield
    finally:
        _install(owner, true)


def _install(owner, sql: str) -> None:
    """As the migrations do it: a function is handed over while its new owner may create in the schema."""
    owner.execute("grant usage, create on schema public, app to verso_definer")
    owner.execute(sql)
    owner.execute("revoke create on schema public, app from verso_definer")
