"""What the verifier reports: a bad row by its place, and in which way it is bad."""

from dataclasses import dataclass

EDITED, MISSING, INSERTED, REORDERED, DOWNGRADED, CUT, ANCHOR = (
    "edited", "missing", "inserted", "reordered", "downgraded", "cut tail", "bad anchor",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Finding:
    """One fault. ``lane`` and ``seq`` name the place, ``id`` the row where there is one."""

    lane: int | None
    seq: int | None
    kind: str
    detail: str
    id: int | None = None

    @property
    def place(self) -> tuple:
        """One fault may show itself twice, at the row and at the head: told once."""
        return self.lane, self.seq, self.id, self.kind, self.detail if self.lane is None else ""

    def __str__(self) -> str:
        place = [f"{name} {value}" for name, value in
                 (("lane", self.lane), ("seq", self.seq), ("id", self.id)) if value is not None]  # fmt: skip
        return f"{' '.join(place)}: {self.kind}: {self.detail}".removeprefix(": ")
