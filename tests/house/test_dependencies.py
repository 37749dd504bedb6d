"""What is declared is used, and the versions of Python that are accepted are said alike everywhere."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from launcher import prepare
from tests.house.code import ROOT, SOURCES

HERE = Path(__file__)
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Used, and imported nowhere.
NOT_IMPORTED = {
    "import-linter": "make lint",
    "pytest-django": "a plugin",
    "pytest-xdist": "a plugin",
    "ruff": "make lint",
    "tzdata": "time zones where the system has none",
}


def names(listed) -> set:
    return {re.match(r"[\w-]+", entry)[0] for entry in listed}


def test_every_declared_package_is_used():
    provided = {}
    for module, packages in packages_distributions().items():
        for package in packages:
            provided.setdefault(re.sub(r"[._]", "-", package.lower()), set()).add(module)
    text = "\n".join(path.read_text() for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")] if path != HERE)

    def is_named(module):
        return re.search(rf"""^ *(?:import|from) {module}\b|["']{module}["'.]""", text, re.M)

    declared = names(DECLARED["project"]["dependencies"] + DECLARED["dependency-groups"]["dev"])
    assert {name for name in declared if not any(map(is_named, provided[name]))} == set(NOT_IMPORTED)


def test_the_versions_of_python_are_said_alike():
    oldest, newest = prepare.VERSIONS[0], prepare.VERSIONS[-1]
    major, minor = newest.split(".")
    assert DECLARED["project"]["requires-python"] == f">={oldest},<{major}.{int(minor) + 1}"
    assert DECLARED["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    makefile = (ROOT / "Makefile").read_text()
    assert f"--universal --python-version {oldest} " in makefile
    assert "for n in " + " ".join(version.split(".")[1] for version in prepare.VERSIONS) + ";" in makefile
    assert f"Python {', '.join(prepare.VERSIONS[:-1])} or {newest}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("version", ["3.10", "3.15", "2.7"])
def test_another_version_is_refused_in_a_sentence_that_names_them(monkeypatch, version):
    monkeypatch.setattr(prepare, "VERSION", version)
    monkeypatch.setattr(prepare, "is_ready", None)
    with pytest.raises(prepare.CannotPrepare, match=r"^Python 3\.11, 3\.12, 3\.13 or 3\.14 is needed, and .* is \d"):
        prepare.prepare("runtime")


def test_an_older_python_can_read_as_far_as_the_refusal():
    ast.parse((ROOT / "launcher" / "prepare.py").read_text(), feature_version=(3, 7))
