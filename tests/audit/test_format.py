"""docs/audit-format.md tells the truth, and the verifier reads texts as PostgreSQL writes them."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_verifier.rows import SELECT, Row
from tests.factories import value

PAGE = (Path(__file__).parents[2] / "docs" / "audit-format.md").read_text(encoding="utf-8")
SUBMODULES = sorted((Path(__file__).parents[2] / "audit_verifier").glob("*.py"))


def documented() -> tuple[str, str]:
    """The example's canonical text and its hash, as printed on the page."""
    return re.search(r'^ {4}(\["0{64}".+\])\n\n {4}([0-9a-f]{64})$', PAGE, re.MULTILINE).groups()


def test_the_example_on_the_page_is_right(owner):
    text, digest = documented()
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    computed = value(
        owner,
        "select app.audit_hash(repeat('0', 64), 7, 1, 42, '2026-01-01 00:00:00+00',"
        " '11111111-1111-4111-8111-111111111111', 'staff_ops', null, 'verso_app', 'reservations.cancelled',"
        " 'reservations', '22222222-2222-4222-8222-222222222222', null, '{\"status\": \"pending\"}',"
        " '{\"status\": \"cancelled\"}', '192.0.2.7', 'Sample \"1\" é', null)",
    )
    assert computed == digest


def test_the_verifier_writes_the_documented_text():
    text, digest = documented()
    row = Row(
        7, 1, 42, 1767225600000000, "0" * 64, digest, "11111111-1111-4111-8111-111111111111",
        "staff_ops", None,
        "verso_app", "reservations.cancelled", "reservations", "22222222-2222-4222-8222-222222222222", None,
        '{"status": "pending"}', '{"status": "cancelled"}', "192.0.2.7", 'Sample "1" é', None,
    )  # fmt: skip
    assert row.canonical == text
    assert row.is_whole


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
