"""What a mutant is, and how its text comes about."""

from dataclasses import dataclass
from pathlib import Path

from lib.sqlfile import ROOT as SQL_ROOT

ROOT = SQL_ROOT.parent


class Stale(Exception):
    """The text a mutant changes is no longer there, or no longer there once."""


@dataclass(frozen=True)
class Mutant:
    """One protection taken away.

    ``of`` is an SQL object ("inventory/take_lots", its newest version) or a module ("audit/middleware.py");
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
        if (found := true.count(self.text)) != 1:
            raise Stale(f"{self.name}: found {found} times in {self.path.relative_to(ROOT)}: {self.text!r}")
        return true.replace(self.text, self.instead)


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
