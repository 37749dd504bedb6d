"""The mutants still fit the product. That a test notices each is ``make mutants``."""

import ast
import re
from collections import Counter

from tests.house.code import OURS
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutation import MARKED, ROOT, Stale, newest


def test_the_text_of_each_stands_in_its_file_once():
    stale = []
    for mutant in MUTANTS:
        try:
            source = mutant.source()
            if mutant.is_python:
                ast.parse(source)
        except Stale as reason:
            stale.append(str(reason))
    assert stale == []


def test_each_mark_has_its_mutant():
    named = {(mutant.path, mark[1]) for mutant in MUTANTS if (mark := MARKED.fullmatch(mutant.text))}
    objects = {path.name.split(".")[0]: path.parent for path in (ROOT / "migrations_sql").rglob("*.v1.sql")}
    files = [*OURS, *(newest(f"{folder.name}/{name}") for name, folder in objects.items())]
    marks = {(path, mark) for path in files for mark in re.findall(r"(?m)(?:--|#) (\[\d+\])$", path.read_text())}
    assert marks == named


def test_each_changes_something_under_a_name_of_its_own():
    assert [mutant.name for mutant in MUTANTS if mutant.text == mutant.instead] == []
    assert [name for name, count in Counter(mutant.name for mutant in MUTANTS).items() if count > 1] == []


def test_the_tests_that_should_notice_are_there():
    missing = []
    for killer in sorted({killer for mutant in MUTANTS for killer in mutant.killers}):
        path, name = re.fullmatch(r"(tests/\S+\.py)::(\w+)(?:\[.+\])?", killer).groups()
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(killer)
    assert missing == []
