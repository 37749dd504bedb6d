"""A wrong environment value stops the start with one clear line and exit code 1."""

import os
import subprocess
import sys

import pytest

from config.lib.environment import yes_or_no
from tests.installation import ROOT


def start(**wrong) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=ROOT,
        env=os.environ | wrong,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "name, value",
    [
        ("DEBUG", "perhaps"),
        ("PORT", "eighty"),
        ("TRUSTED_PROXIES", "one"),
        ("DB_POOL_MAX", "1.5"),
        ("DATABASE_URL", "not an address"),
        ("EMAIL_URL", "pigeon://loft"),
        ("AUDIT_SIGNING_KEY", "too short"),
    ],
)
def test_one_line_names_what_is_wrong(name, value):
    done = start(**{name: value})
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("VERSO cannot start")


def test_a_switch_is_never_guessed():
    assert [yes_or_no(word, name="X") for word in ("true", "ON", "1", "no", "")] == [True, True, True, False, False]
    with pytest.raises(ValueError, match="X is 'perhaps'; say true or false."):
        yes_or_no("perhaps", name="X")
