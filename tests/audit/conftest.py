"""What the audit tests share: a chain with known rows, and the verifier as an outsider runs it."""

import json
from types import SimpleNamespace

import pytest

from audit_verifier.__main__ import main
from tests.audit import tampering


@pytest.fixture
def chain(owner):
    """Lane 7 with six rows and lane 9 with three; ``ids[lane][seq - 1]`` is a row's id."""
    return SimpleNamespace(ids={7: tampering.write(owner, 7, 6), 9: tampering.write(owner, 9, 3)})


@pytest.fixture
def tamper(superuser):
    """Run one statement as superuser with all triggers off."""

    def run(statement, *params):
        with tampering.triggers_off(superuser):
            return superuser.execute(statement, params).rowcount

    return run


@pytest.fixture
def verify(house_database, capsys):
    """Run ``python -m audit_verifier``: its exit code, findings as (lane, seq, id, kind), and words."""

    def run(*arguments, role="owner"):
        capsys.readouterr()
        code = main(["--dsn", house_database.url(role), "--json", *map(str, arguments)])
        printed = capsys.readouterr()
        if code == 2:
            return SimpleNamespace(code=code, said=printed.err)
        report = json.loads(printed.out)
        found = [(f["lane"], f["seq"], f["id"], f["kind"]) for f in report["findings"]]
        words = [f["detail"] for f in report["findings"]] + report["notes"]
        assert report["intact"] is (code == 0) is (found == [])
        return SimpleNamespace(code=code, found=found, said="\n".join(words), report=report)

    return run
