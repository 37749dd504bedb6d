"""What PDFs need of the system: found, else installed as root, else named in one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import prepare
from tests.house.code import ROOT

GONE = {"nowhere-9.0": "libnowhere-9.0.so.0"}


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that lacks a library, with a package manager and a sudo that write down what they are told."""
    tools, said = tmp_path / "bin", tmp_path / "said"
    tools.mkdir()

    def tool(name: str, answer: int) -> None:
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {said}\nexit {answer}\n')
        (tools / name).chmod(0o755)

    monkeypatch.setattr(prepare, "LIBRARIES", GONE)
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    tool("sudo", 1)
    return tool, lambda: said.read_text().splitlines() if said.exists() else []


def managed(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("sudo")]


def test_this_machine_has_them():
    assert prepare.missing_libraries() == []


def test_what_is_missing_is_named():
    code = (
        "from launcher import prepare\n"
        "prepare.LIBRARIES['nowhere-9.0'] = 'libnowhere-9.0.so.0'\n"
        "print(prepare.missing_libraries())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "['nowhere-9.0']\n"


def test_running_goes_on_without_them_and_tries_once(machine, capsys):
    tool, said = machine
    tool("apt-get", 1)
    prepare.install_libraries("runtime")
    first = said()
    prepare.install_libraries("runtime")
    assert said() == first != []
    line = (
        "verso: PDFs need nowhere-9.0: install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
        " Everything else works."
    )
    assert capsys.readouterr().out.splitlines() == ["verso: installing the libraries that PDFs need", line, line]


def test_tests_do_not_go_on_without_them_and_try_each_time(machine):
    tool, said = machine
    tool("apt-get", 1)
    counts = []
    for _ in range(2):
        with pytest.raises(prepare.CannotPrepare, match=r"^PDFs need nowhere-9\.0: install libpango-1\.0-0 .*\.$"):
            prepare.install_libraries("dev")
        counts.append(len(said()))
    assert counts[1] == 2 * counts[0] > 0


def test_root_has_them_installed(machine, monkeypatch, capsys):
    tool, said = machine
    tool("apt-get", 0)
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 0)
    # It is there once the package manager was asked.
    asked = iter([["nowhere-9.0"], []])
    monkeypatch.setattr(prepare, "missing_libraries", lambda: next(asked))
    prepare.install_libraries("dev")
    assert managed(said()) == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    ]


def test_the_image_installs_the_same():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"--no-install-recommends (.+) \\", dockerfile)[1].split() == list(prepare.PACKAGES["apt-get"])
    readme = Path(ROOT / "README.md").read_text()
    assert f"`{' '.join(prepare.PACKAGES['apt-get'])}`" in readme
