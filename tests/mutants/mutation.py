"""What a mutant is, and how its text comes about."""

import re
from dataclasses import dataclass
from pathlib import Path

from lib.sqlfile import ROOT as SQL_ROOT

ROOT = SQL_ROOT.parent


# A line that ends with such a mark in a comment, "-- [1]" or "# [1]", and what of it a mutant changes.
MARKED = re.compile(r"(\[[1-9]\d*\])(?: (.+))?")


class Stale(Exception):
    """The text a mutant changes is no longer there, or no longer there once."""


@dataclass(frozen=True)
class Mutant:
    """One protection taken away.

    ``of`` is an SQL object ("inventory/take_lots", its newest version) or a module ("audit/middleware.py"). ``text``
    stands in its file once; "[1] SKIP LOCKED" is said of the line marked so, and "[1]" is all of that line.
    ``killers`` are the tests that must notice, as pytest names them, narrowest first.
    """

    name: str
    of: str
    text: str
    instead: str
    killers: tuple[str, ...]

    @property
    def is_python(self) -> bool:
        return self.of.endswith(".py")

    @property
    def path(self) -> Path:
        return ROOT / self.of if self.is_python else newest(self.of)

    def source(self) -> str:
        """The whole changed file. Raises Stale unless the text stands in it exactly once."""
        true = self.path.read_text(encoding="utf-8")
        place, text = self._place(true)
        if (found := place.count(text)) != 1:
            raise Stale(f"{self.name}: found {found} times in {self.path.relative_to(ROOT)}: {self.text!r}")
        return true.replace(place, place.replace(text, self.instead))

    def _place(self, true: str) -> tuple[str, str]:
        """The part of the file that the mutant is about, and what of it is changed."""
        if not (marked := MARKED.fullmatch(self.text)):
            return true, self.text
        lines = [line for line in true.splitlines() if re.search(rf"(?:--|#) {re.escape(marked[1])}$", line)]
        if len(lines) != 1:
            raise Stale(f"{self.name}: {len(lines)} lines of {self.path.relative_to(ROOT)} are marked {marked[1]}")
        return lines[0], marked[2] or lines[0]


def newest(name: str) -> Path:
    """The file of an SQL object's present version."""
    versions = (SQL_ROOT / name).parent.glob(f"{Path(name).name}.v*.sql")
    return max(versions, key=lambda path: int(path.suffixes[-2][2:]))


def install(owner, sql: str) -> None:
    """As the migrations do it: a function is handed over while its new owner may create in the schema."""
    owner.execute("grant usage, create on schema public, app to verso_definer")
    owner.execute(sql)
    owner.execute("revoke create on schema public, app from verso_definer")


def mutants(of: str, tests: str, *rows: tuple[str, ...]) -> list[Mutant]:
    """Mutants of one file: (name, text, instead, killer…); a killer without a path stands in ``tests``."""
    return [
        Mutant(name, of, text, instead, tuple(k if "/" in k else f"{tests}::{k}" for k in killers))
        for name, text, instead, *killers in rows
    ]
