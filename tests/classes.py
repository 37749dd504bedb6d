"""The class that each table states (app.table_classes), and what has to follow from it, said once more by hand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TableClass:
    """Whose rows a table holds, who writes them, how they are audited, and what definer functions may do."""

    name: str
    whose: str
    writes: str
    audit: str
    functions: str | None

    @property
    def written_in_place(self) -> bool:
        """Whether the application adds rows and changes every column but the key."""
        return self.writes in ("staff", "administrators")

    @property
    def grants(self) -> set[str]:
        """What the application may do with the table as a whole."""
        reading = set() if self.whose == "nobody" else {"SELECT"}
        return reading | ({"INSERT"} if self.written_in_place else set())


def classes_of(connection) -> dict[str, TableClass]:
    rows = connection.execute("select name, whose, writes, audit, functions from app.table_classes").fetchall()
    return {row[0]: TableClass(*row) for row in rows}
