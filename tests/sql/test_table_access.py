"""keep_columns: what a row was made as, it stays."""

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
