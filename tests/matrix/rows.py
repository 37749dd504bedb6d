"""A plain row of any table, made of what the catalog says it needs: for tables on which nothing special depends."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

from psycopg import Connection, sql

from tests.factories import insert

_days = count()
# A value of each type, as far as our tables have it; each day once, since a table may have one row a day.
VALUES = {
    "uuid": uuid4,
    "bool": lambda: False,
    "date": lambda: date(2020, 1, 1) + timedelta(days=next(_days)),
    "timestamptz": lambda: datetime.now(UTC) + timedelta(days=3),
    "jsonb": lambda: "{}",
    "inet": lambda: "127.0.0.1",
    "_text": list,
}
# What a row brings because of a CHECK that no catalog explains.
AT_LUXEMBOURG = {"town": "Luxembourg", "country": "LU"}
BESIDES = {
    "bank_statements": {"is_whole": True},
    "house_identity": AT_LUXEMBOURG,
    "investor_billing": AT_LUXEMBOURG,
    "receiving_accounts": AT_LUXEMBOURG | {"iban": "LU280019400644750000"},
    "refunds": AT_LUXEMBOURG | {"iban": "LU280019400644750000", "currency": "EUR"},
}
WORDS, NUMBERS = ("text", "varchar", "bpchar"), ("int2", "int4", "int8", "numeric", "float8")


class Catalog:
    """The columns of each table: name, type, whether a row must bring them, key, referenced table, words allowed."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.columns: dict[str, list[tuple]] = {}
        for table, *column in connection.execute(COLUMNS):
            self.columns.setdefault(table, []).append(tuple(column))

    def row(self, table: str, known: dict, word: str = "NEW") -> dict:
        """A row of what is needed; a reference points to the id in ``known`` by its table, else to any row.

        Where there is none, that is made too. ``word`` stands wherever text is asked for; in capitals it would do
        for a currency as well.
        """
        columns = self.columns[table]
        needed = [column for column in columns if column[2] or column[4] in known] or columns[:1]
        row = {name: self.value(kind, target, allowed, known, word) for name, kind, _, _, target, allowed in needed}
        return row | BESIDES.get(table, {})

    def value(self, kind, target, allowed, known, word):
        if target:
            return known[target] if target in known else self.any_of(target)
        if allowed:
            return re.search(r"'([^']*)'", allowed)[1]
        if kind in WORDS:
            return word
        return 1 if kind in NUMBERS else VALUES[kind]()

    def any_of(self, table: str):
        """The key of a row of the table, which is made where there is none."""
        if self.is_empty(table):
            insert(self.connection, table, **self.row(table, {}))
        (key,) = [name for name, *_, is_key, _target, _allowed in self.columns[table] if is_key]
        found = sql.SQL("select {} from {} limit 1").format(sql.Identifier(key), sql.Identifier(table))
        first = self.connection.execute(found).fetchone()
        return first[0] if first else insert(self.connection, table, **self.row(table, {}))

    def is_empty(self, table: str) -> bool:
        found = sql.SQL("select not exists (select from {})").format(sql.Identifier(table))
        return self.connection.execute(found).fetchone()[0]

    def has_uuid(self, table: str) -> bool:
        return any(column[:2] == ("id", "uuid") for column in self.columns[table])

    def first_column(self, table: str) -> str:
        """The first column besides the key, to try an UPDATE with."""
        columns = self.columns[table]
        return next((name for name, *_, is_key, _target, _allowed in columns if not is_key), columns[-1][0])


COLUMNS = """
select c.relname::text, a.attname::text, t.typname::text,
       a.attnotnull and not a.atthasdef and a.attidentity = '',
       coalesce((select a.attnum = any (i.indkey) from pg_index i where i.indrelid = c.oid and i.indisprimary), false),
       (select k.confrelid::regclass::text from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum] limit 1),
       (select substring(pg_get_constraintdef(k.oid) from 'ARRAY\\[.*') from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
           and pg_get_constraintdef(k.oid) like '%= ANY (%ARRAY[%' limit 1)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and a.attgenerated = '' order by c.relname, a.attnum
"""
