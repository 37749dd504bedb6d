"""The web process refuses to serve as a login that row level security does not hold."""

import os
import subprocess
import sys

import pytest

from lib.login import wrong_with_login
from tests.installation import ROOT


def serve_as(url: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import config.wsgi"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
    )


def test_the_application_s_login_serves(house_database):
    done = serve_as(house_database.url_of("app"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "role, what", [("owner", "a member of another role, the owner of tables"), ("admin", "a superuser")]
)
def test_owner_and_superuser_do_not(house_database, role, what):
    done = serve_as(house_database.url_of(role))
    assert done.returncode == 1
    assert what in done.stderr
    assert done.stderr.strip().endswith("give DATABASE_URL the login verso_app.")


@pytest.mark.django_db
def test_readiness_says_so(client):
    assert wrong_with_login() == []
    assert client.get("/readyz").json()["login"] == "ok"
