"""A log of format 1 goes on in format 2, in the same lanes, and every row of both is proved."""

import pytest

import audit_verifier
from lib.sqlfile import read_sql
from tests.audit import tampering

UPGRADED = ("audit_log", "audit_hash", "audit_transaction", "audit_write", "audit_write_many", "audit_chain_row")
NEW_COLUMNS = (
    "alter table audit_log drop column format, drop column txid",
    "alter table audit_lanes drop column xid, drop column ts, drop column txid",
    "alter table audit_log alter column ts set default clock_timestamp()",
    "drop function app.audit_time(), app.audit_hash, app.audit_write",
)


@pytest.fixture
def old(owner):
    """A log as format 1 left it, with six rows on lane 7, put under today's functions; all rolled back."""
    with owner.transaction(force_rollback=True):
        for statement in NEW_COLUMNS:
            owner.execute(statement)
        owner.execute(tampering.FORMAT_1)
        tampering.write(owner, 7, 6)
        for name in UPGRADED:
            owner.execute(read_sql(f"audit/{name}", 1))
        yield owner


def verified(owner):
    return [(f.lane, f.seq, f.kind) for f in audit_verifier.verify(owner).findings if f.lane == 7]


def formats(owner) -> list[int]:
    rows = owner.execute("select format from audit_log where lane = 7 order by seq").fetchall()
    return [format_ for (format_,) in rows]


def test_rows_of_format_1_stay_and_verify(old):
    assert formats(old) == [1] * 6
    assert verified(old) == []


def test_the_same_lane_goes_on_in_format_2(old):
    tampering.write(old, 7, 2)
    old.execute("insert into audit_log (action, entity) values ('sample.made', 'sample')")
    assert formats(old) == [1] * 6 + [2] * 3
    assert verified(old) == []


def test_and_never_goes_back(old):
    """Format 1 written after format 2, by the very functions of before."""
    tampering.write(old, 7, 1)
    old.execute("drop function app.audit_hash, app.audit_write")
    old.execute("alter table audit_log alter column format set default 1")
    old.execute(tampering.FORMAT_1)
    tampering.write(old, 7, 2)
    assert formats(old) == [1] * 6 + [2] + [1] * 2
    assert verified(old) == [(7, 8, "downgraded"), (7, 9, "downgraded")]
