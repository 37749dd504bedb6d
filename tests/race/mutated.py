"""Product SQL with one clause changed, while a control runs: a race that cannot be lost proves nothing."""

from contextlib import contextmanager

from tests.mutants.mutation import install, newest


@contextmanager
def mutated(owner, name: str, clause: str, instead: str = ""):
    """Install the present version of an object with ``clause`` replaced; afterwards the true one again."""
    true = newest(name).read_text(encoding="utf-8")
    assert clause in true, f"{name} has no clause {clause!r} any more"
    install(owner, true.replace(clause, instead))
    try:
        yield
    finally:
        install(owner, true)
