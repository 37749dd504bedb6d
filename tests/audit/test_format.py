"""docs/audit-format.md tells the truth, and the verifier reads texts as PostgreSQL writes them."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_verifier.rows import SELECT, Row, chained
from tests.factories import value

PAGE = (Path(__file__).parents[2] / "docs" / "audit-format.md").read_text(encoding="utf-8")
SUBMODULES = sorted((Path(__file__).parents[2] / "audit_verifier").glob("*.py"))


def documented(start: str) -> tuple[str, ...]:
    """An example's body, by how it begins, and the hashes printed below it."""
    found = re.search(rf"^ {{4}}(\[{start}.+\])\n\n((?: {{4}}[0-9a-f]{{64}}\n)+)", PAGE, re.MULTILINE)
    return found[1], *found[2].split()


def test_the_example_on_the_page_is_right(owner):
    body, of_body, digest = documented("2, 7, ")
    assert hashlib.sha256(body.encode()).hexdigest() == of_body
    assert hashlib.sha256(bytes(32) + bytes.fromhex(of_body)).hexdigest() == digest
    computed = value(
        owner,
        "select app.audit_hash(repeat('0', 64), 7, 1, 42, '2026-01-01 00:00:00+00', 42,"
        " '11111111-1111-4111-8111-111111111111', 'staff_ops', null, 'verso_app', 'reservations.cancelled',"
        " 'reservations', '22222222-2222-4222-8222-222222222222', null, '{\"status\": \"pending\"}',"
        " '{\"status\": \"cancelled\"}', '192.0.2.7', 'Sample \"1\" é', null)",
    )
    assert computed == digest


@pytest.mark.parametrize(("format_", "txid", "start"), [(1, None, '"0{64}"'), (2, 42, "2, 7, ")])
def test_the_verifier_writes_the_documented_text(format_, txid, start):
    body, *_, digest = documented(start)
    row = Row(
        format_, 7, 1, 42, 1767225600000000, txid, "0" * 64, digest, "11111111-1111-4111-8111-111111111111",
        "staff_ops", None,
        "verso_app", "reservations.cancelled", "reservations", "22222222-2222-4222-8222-222222222222", None,
        '{"status": "pending"}', '{"status": "cancelled"}', "192.0.2.7", 'Sample "1" é', None,
    )  # fmt: skip
    assert row.body == body
    assert row.is_whole
    assert not row._replace(format=3 - format_).is_whole
    assert not row._replace(format=3 - format_, txid=None if txid else 42).is_whole
    assert not row._replace(format=3).is_whole
    assert not row._replace(prev_hash="0" * 62).is_whole


def test_a_row_of_format_1_cannot_be_given_a_transaction():
    """What the hash does not cover must not be there."""
    body, digest = documented('"0{64}"')
    fields = json.loads(body)
    texts = [text if text is None or isinstance(text, str) else json.dumps(text) for text in fields[5:]]
    row = Row(1, *fields[1:5], None, fields[0], digest, *texts)
    assert row.is_whole
    assert not row._replace(txid=42).is_whole


def test_one_row_is_proved_against_an_anchor_without_the_others(owner, chain):
    """Shown are the row itself, the hash before it, and of the rows after it nothing but a digest each."""
    rows = [Row._make(row) for row in owner.execute(f"{SELECT} where a.lane = 7 order by a.seq").fetchall()]
    shown, others = rows[2], [hashlib.sha256(row.body.encode()).digest() for row in rows[3:]]
    anchored = value(owner, "select hash from audit_lanes where lane = 7")

    def proved(row):
        head = chained(row.prev_hash, hashlib.sha256(row.body.encode()).digest())
        for digest in others:
            head = chained(head, digest)
        return head == anchored

    assert len(others) == 3
    assert proved(shown)
    assert not proved(shown._replace(action="sample.other"))


@pytest.fixture(scope="module")
def scratch(house_database):
    """A connection whose rows are all rolled back."""
    with house_database.connect("owner") as connection, connection.transaction(force_rollback=True):
        yield connection


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@settings(max_examples=150, deadline=None, database=None)
@given(texts=st.lists(st.none() | TEXT, min_size=7, max_size=7), number=st.integers(-(10**20), 10**20))
def test_any_text_hashes_alike_on_both_sides(scratch, texts, number):
    row_id = value(
        scratch,
        "insert into audit_log (action, entity, actor_role, ip, user_agent, request_id, after)"
        " values (%s, %s, %s, %s, %s, %s, jsonb_build_object('text', %s::text, 'number',"
        " %s::numeric)) returning id",
        *texts,
        number,
    )
    row = Row._make(scratch.execute(f"{SELECT} where a.id = %s", [row_id]).fetchone())
    assert row.hash == row.true_hash


def test_the_verifier_imports_nothing_of_ours():
    allowed = {
        "argparse", "base64", "collections.abc", "cryptography.exceptions", "dataclasses",
        "hashlib", "itertools",
        "json", "json.encoder", "pathlib", "psycopg", "sys", "typing",
        "cryptography.hazmat.primitives.asymmetric.ed25519",
    }  # fmt: skip
    imported = set()
    for path in SUBMODULES:
        imported |= set(re.findall(r"^(?:from|import) ([a-z_0-9.]+)", path.read_text(), re.MULTILINE))
    assert {name for name in imported if not name.startswith(".")} == allowed
