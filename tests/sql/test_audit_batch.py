"""audit_batch: a statement's rows are told together, up to 200 to an entry, each with all that changed."""

import pytest

from tests.factories import value
from tests.sql.holds import refusal

TOLD = "select action, entity_id, deal_id, before, after from audit_log where entity = 'batched' order by id"
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def batched(owner):
    """A table of its own that tells its rows in batches, by what they belong to."""
    owner.execute("create table public.batched (id int primary key, parent uuid, deal_id uuid, said text)")
    owner.execute(
        "select app.table_class('public.batched', p_whose => 'staff', p_writes => 'functions', p_audit => 'batches',"
        " p_entity => 'parent')"
    )
    yield
    owner.execute("delete from app.table_classes where name = 'batched'")
    owner.execute("drop table public.batched")


def test_rows_of_a_statement_are_one_entry(owner, batched):
    owner.execute("insert into batched values (1, %s, null, 'one'), (2, %s, null, null)", [FIRST, FIRST])
    assert [(row[0], str(row[1]), *row[2:]) for row in owner.execute(TOLD)] == [
        (
            "batched.insert", FIRST, None, None,
            {"rows": [{"id": 1, "parent": FIRST, "deal_id": None, "said": "one"},
                      {"id": 2, "parent": FIRST, "deal_id": None, "said": None}]},
        )
    ]  # fmt: skip


def test_what_changed_is_told_with_its_key_and_nothing_else(owner, batched):
    owner.execute("insert into batched values (1, %s, null, 'one'), (2, %s, %s, 'two')", [FIRST, SECOND, SECOND])
    owner.execute("update batched set said = 'three' where id = 2")
    owner.execute("update batched set said = said")
    owner.execute("update batched set said = upper(said) || id, deal_id = %s", [SECOND])
    _insert, second, both = owner.execute(TOLD).fetchall()
    assert (str(second[1]), str(second[2])) == (SECOND, SECOND)
    assert second[3:] == ({"rows": [{"id": 2, "said": "two"}]}, {"rows": [{"id": 2, "said": "three"}]})
    assert both[1] is None and str(both[2]) == SECOND
    pairs = sorted(zip(both[3]["rows"], both[4]["rows"], strict=True), key=lambda pair: pair[0]["id"])
    assert pairs == [
        ({"id": 1, "said": "one", "deal_id": None}, {"id": 1, "said": "ONE1", "deal_id": SECOND}),
        ({"id": 2, "said": "three"}, {"id": 2, "said": "THREE2"}),
    ]


def test_an_entry_lists_two_hundred_rows_at_most(owner, batched):
    owner.execute("insert into batched select n, %s, null, 'x' from generate_series(1, 401) n", [FIRST])
    owner.execute("update batched set said = 'y'")
    listed = [len(after["rows"]) for *_, after in owner.execute(TOLD)]
    assert listed == [200, 200, 1] * 2
    assert value(owner, "select count(*) from audit_log where entity = 'batched' and entity_id = %s", FIRST) == 6


def test_what_is_deleted_is_told_row_by_row(owner, batched):
    owner.execute("insert into batched values (1, %s, null, 'one'), (2, %s, null, 'two')", [FIRST, SECOND])
    owner.execute("delete from batched")
    assert [row[0] for row in owner.execute(TOLD)] == ["batched.insert", "batched.delete", "batched.delete"]


@pytest.mark.parametrize("columns", ["id int primary key, token text", "id int, n int, primary key (id, n)", "id int"])
def test_a_table_that_cannot_be_told_so_is_refused(owner, columns):
    owner.execute(f"create table public.batched ({columns})")
    try:
        assert refusal(owner.execute, "select app.audit_in_batches('public.batched', 'id', '')")[0] == "22023"
    finally:
        owner.execute("drop table public.batched")


def test_a_class_of_rows_again_tells_them_one_by_one(owner, batched):
    owner.execute(
        "select app.table_class('public.batched', p_whose => 'staff', p_writes => 'nobody', p_audit => 'rows')"
    )
    owner.execute("insert into batched values (1, null, null, 'one'), (2, null, null, 'two')")
    assert [row[0] for row in owner.execute(TOLD)] == ["batched.insert"] * 2
    owner.execute(
        "select app.table_class('public.batched', p_whose => 'staff', p_writes => 'nobody', p_audit => 'none')"
    )
    assert value(owner, "select count(*) from pg_trigger where tgrelid = 'batched'::regclass") == 0
