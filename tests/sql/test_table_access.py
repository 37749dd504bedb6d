"""keep_columns: what a row was made as, it stays; reset_table: what a table's file gave, its drop file takes."""

import psycopg
import pytest

from tests.factories import value


@pytest.fixture
def sample(owner):
    """A table of its own, with one column that never changes."""
    owner.execute("create table public.sample (id int primary key, kept jsonb, free text)")
    owner.execute(
        "create trigger keep_columns before update on public.sample"
        " for each row execute function app.keep_columns('id', 'kept')"
    )
    owner.execute("insert into sample values (1, null, 'a')")
    yield
    owner.execute("drop table public.sample")


@pytest.mark.parametrize("change", ["id = 2", "kept = '{}'", "id = 2, free = 'b'"])
def test_kept_columns_are_kept(owner, sample, change):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="of sample never changes"):
        owner.execute(f"update sample set {change}")
    assert value(owner, "select row(s.*)::text from sample s") == "(1,,a)"


def test_the_others_change(owner, sample):
    assert owner.execute("update sample set id = id, kept = kept, free = 'b'").rowcount == 1
    assert value(owner, "select free from sample") == "b"


def test_reset_table_leaves_nothing_behind(owner, sample):
    owner.execute("alter table sample enable row level security")
    owner.execute("grant select, insert (free) on sample to verso_app, verso_definer")
    owner.execute('create policy "Everybody reads" on sample to verso_app using (true)')
    owner.execute("select app.audit_table('public.sample')")
    owner.execute("select app.reset_table('public.sample')")
    assert owner.execute(
        "select c.relrowsecurity, (select count(*) from pg_policy where polrelid = c.oid),"
        " array(select tgname::text from pg_trigger where tgrelid = c.oid),"
        " (select count(*) from pg_attribute where attrelid = c.oid and attacl is not null),"
        " has_any_column_privilege('verso_app', c.oid, 'select, insert')"
        " from pg_class c where c.oid = 'sample'::regclass"
    ).fetchone() == (False, 0, ["keep_columns"], 0, False)
