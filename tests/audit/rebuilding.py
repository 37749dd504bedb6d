"""Every audited table from the audit log alone, by docs/audit-format.md, with nothing of the product."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import repeat

# What the log leaves out on purpose, and why.
NOT_TOLD = {
    "last_login": "when somebody signed in is an entry of its own",
    "updated_at": "says when a row was last saved, which the time of its last entry says as well",
}
SECRET = re.compile("password|secret|token|session_stamp")  # told as changed, never with its value
BY_FUNCTIONS = {"reservations": "hold.", "share_lots": "lot."}  # told by the functions that alone write them
ENTRIES = """
select a.entity, a.action, a.entity_id::text,
       array(select array[key, value::text] from jsonb_each(a.before)),
       array(select array[key, value::text] from jsonb_each(a.after)), a.before is null, a.after is null
  from audit_log a where a.ts <= %s and a.entity is not null order by a.id
"""


class Rebuilt:
    """The tables as the log tells them up to a moment: ``tables[name][key]`` is a row, each value as JSON text."""

    def __init__(self, connection, until="infinity"):
        self.connection = connection
        self.entities = entity_columns(connection)
        self.keys = key_columns(connection)
        self.columns = columns(connection)
        self.tables = defaultdict(dict)
        for table, action, entity_id, before, after, *nothing in connection.execute(ENTRIES, [until]).fetchall():
            self.tell(table, action, entity_id, dict(before), dict(after), *nothing)
        self.what_lots_have_left()

    def tell(self, table, action, entity_id, before, after, no_before, no_after) -> None:
        if "rows" in after:
            for was, row in zip(self.listed(before), self.listed(after), strict=not no_before):
                self.tell(table, action, None, was, row, no_before, no_after)
            return
        if action in (f"{table}.insert", f"{table}.update", f"{table}.delete", f"{table}.there"):
            entity = {self.entities[table]: f'"{entity_id}"'} if entity_id else {}
        elif table in BY_FUNCTIONS and action.startswith(BY_FUNCTIONS[table]):
            entity = {"id": f'"{entity_id}"'}
            self.lots_of(entity_id, after.pop("lots", None))
            after = {name: text for name, text in after.items() if name in self.columns[table]}
        else:
            return
        key = tuple((entity | before | after)[name] for name in self.keys[table])
        if no_after:
            del self.tables[table][key]
        elif no_before:
            assert key not in self.tables[table], (table, action, key)
            self.tables[table][key] = entity | after
        else:
            self.tables[table][key] |= after

    def listed(self, body) -> Iterator[dict]:
        """The rows that one entry lists; nothing for ever where it lists none."""
        asked = "select array(select array[key, value::text] from jsonb_each(r)) from jsonb_array_elements(%s) r"
        found = self.connection.execute(asked, [body["rows"]]).fetchall() if body else repeat(([],))
        return (dict(pairs) for (pairs,) in found)

    def lots_of(self, hold, lots: str | None) -> None:
        """The items of a hold are told whole, as {lot: units}."""
        if lots is None:
            return
        items = self.tables["reservation_lot_items"]
        for key in [key for key in items if key[0] == f'"{hold}"']:
            del items[key]
        told = self.connection.execute("select key, value::text from jsonb_each(%s)", [lots]).fetchall()
        for lot, units in told:
            key = (f'"{hold}"', f'"{lot}"')
            items[key] = {"reservation_id": key[0], "lot_id": key[1], "units": units}

    def what_lots_have_left(self) -> None:
        """What a lot has left follows from the holds that live or were allocated, and its status from that."""
        alive = {key[0] for key, row in self.tables["reservations"].items()
                 if row["status"] in ('"pending"', '"approved"')}  # fmt: skip
        for (lot,), row in self.tables["share_lots"].items():
            taken = [item["units"] for (hold, of), item in self.tables["reservation_lot_items"].items()
                     if of == lot and hold in alive]  # fmt: skip
            row["units_remaining"] = self.connection.execute(
                "select (%s::numeric - coalesce(sum(n), 0))::text from unnest(%s::numeric[]) n",
                [row["units_total"], taken],
            ).fetchone()[0]
            if row["status"] != '"held"':
                row["status"] = '"available"' if float(row["units_remaining"]) else '"exhausted"'

    def rows(self, table: str) -> list[str]:
        """The rows of one table as the database prints them, without what is not told."""
        told = [{name: text for name, text in row.items() if not _hidden(name)} for row in self.tables[table].values()]
        texts = [",".join(f'"{name}": {text}' for name, text in row.items()) for row in told]
        record = f"jsonb_populate_record(null::{table}, ('{{' || t || '}}')::jsonb)"
        return _printed(self.connection, f"select to_jsonb({record}) from unnest(%s::text[]) t", [texts])


def rows(connection, table: str) -> list[str]:
    """The rows of one table as they are, without what is not told."""
    return _printed(connection, f"select to_jsonb(t) from {table} t", [])


def _printed(connection, statement: str, params: list) -> list[str]:
    hidden = [name for table in columns(connection).values() for name in table if _hidden(name)]
    found = connection.execute(f"select (j - %s::text[])::text from ({statement}) t(j) order by 1", [hidden, *params])
    return [text for (text,) in found]


def _hidden(name: str) -> bool:
    return name in NOT_TOLD or bool(SECRET.search(name))


def audited(connection) -> list[str]:
    """The tables whose every change the log tells, whether a trigger or functions write it."""
    found = connection.execute("select name from app.table_classes where audit <> 'none' order by name")
    return [name for (name,) in found]


def entity_columns(connection) -> dict[str, str]:
    """The tables under the trigger, with the column whose value is an entry's ``entity_id``."""
    found = connection.execute(
        "select tgrelid::regclass::text, tgargs from pg_trigger where tgfoid = 'app.audit_row'::regproc"
        " and tgname = 'audit_delete'"
    )
    return {table: bytes(arguments).split(b"\0")[0].decode() for table, arguments in found}


def key_columns(connection) -> dict[str, list[str]]:
    return dict(
        connection.execute(
            "select i.indrelid::regclass::text, array_agg(a.attname::text order by array_position(i.indkey, a.attnum))"
            " from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)"
            " where i.indisprimary group by i.indrelid"
        ).fetchall()
    )


def columns(connection) -> dict[str, list[str]]:
    return dict(
        connection.execute(
            "select table_name::text, array_agg(column_name::text) from information_schema.columns"
            " where table_schema = 'public' group by 1"
        ).fetchall()
    )
