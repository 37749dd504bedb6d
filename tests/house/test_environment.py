"""A wrong environment value stops the start with one clear line and exit code 1."""

import os
import re
import subprocess
import sys

import pytest

from launcher.embedded.postgres import free_port
from lib import environment
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
        ("PORT", "65536"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("DB_POOL_MAX", "1.5"),
        ("DB_POOL_MAX", "0"),
        ("WEB_THREADS", "٤"),
        ("WEB_CONCURRENCY", "many"),
        ("SITE_URL", "verso.example"),
        ("SITE_URL", "https://verso.example/portal"),
        ("SITE_URL", "https://ops@verso.example"),
        ("SITE_URL", "https://verso.example?a=b"),
        ("SITE_URL", "https://verso.example:eighty"),
        ("SITE_URL", "ftp://verso.example"),
        ("ALLOWED_HOSTS", "https://verso.example"),
        ("ALLOWED_HOSTS", "verso.example,10.0.0.1:8000"),
        ("CSRF_TRUSTED_ORIGINS", "verso.example"),
        ("HSTS_PRELOAD", "true"),
        ("SECRET_KEY", "x"),
        ("SECRET_KEY", "ab" * 30),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("TIME_ZONE_DISPLAY", "Europe/Pariss"),
        ("TIME_ZONE_DISPLAY", "../etc/passwd"),
        ("MEDIA_ROOT", "/etc/passwd"),
        ("STATIC_ROOT", "/etc/passwd"),
        ("DATA_DIR", "/etc/passwd"),
        ("DEFAULT_FROM_EMAIL", "VERSO"),
        ("EMAIL_URL", "pigeon://loft"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example:many"),
        ("REDIS_URL", "http://x"),
        ("REDIS_URL", "redis://localhost:port/0"),
        ("REDIS_URL", "redis://localhost:6379/first"),
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "postgres://verso_app@localhost"),
        ("DATABASE_URL", "postgres://verso_app@localhost:many/verso"),
        ("DATABASE_OWNER_URL", "mysql://verso_owner@localhost/verso"),
        ("DATABASE_ADMIN_URL", "x"),
        ("DATABASE_READONLY_URL", "x"),
        ("AUDIT_SIGNING_KEY", "too short"),
    ],
)
def test_one_line_names_what_is_wrong(name, value):
    done = start(**{name: value})
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("VERSO cannot start") and name in lines[0]


@pytest.mark.parametrize(
    "name, value",
    [
        ("DATABASE_URL", "postgres://verso_app:tell-nobody#@localhost:1/verso"),
        ("REDIS_URL", "redis://:tell-nobody#@localhost/0"),
        ("EMAIL_URL", "smtp://me:tell-nobody#@mail.example:many"),
        ("SECRET_KEY", "tell-nobody"),
    ],
)
def test_the_line_does_not_repeat_a_secret(name, value):
    done = start(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr and "tell-nobody" not in done.stderr


def test_no_value_is_read_past_the_checks():
    """The settings read the environment through these functions alone."""
    text = (ROOT / "config" / "settings.py").read_text()
    assert re.findall(r"os\.environ[.\[(]\S*|getenv", text) == []


@pytest.mark.parametrize(
    "read, value",
    [
        (lambda: environment.site("X", ""), "https://verso.example/portal"),
        (lambda: environment.secret_key("X"), "abcdefghijklmnop"),
        (lambda: environment.secret_key("X"), "ab" * 30),
        (lambda: environment.broker("X", ""), "http://x"),
        (lambda: environment.time_zone("X", ""), "Europe/Pariss"),
        (lambda: environment.one_of("X", ("INFO",), ""), "LOUD"),
    ],
)
def test_a_value_that_is_wrong_is_refused(monkeypatch, read, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(ValueError, match="^X "):
        read()


@pytest.mark.parametrize(
    "given, read",
    [
        ("https://Verso.Example/", "https://verso.example"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_a_site_is_scheme_host_and_port(monkeypatch, given, read):
    monkeypatch.setenv("SITE_URL", given)
    assert environment.site("SITE_URL", "http://127.0.0.1:8000") == read


def test_a_switch_is_never_guessed(monkeypatch):
    words = {"true": True, "ON": True, "1": True, "no": False, "": False}
    for word, meaning in words.items():
        monkeypatch.setenv("X", word)
        assert environment.yes_or_no("X") is meaning
    monkeypatch.setenv("X", "perhaps")
    with pytest.raises(ValueError, match="X is 'perhaps'; say true or false"):
        environment.yes_or_no("X")


def test_make_run_stops_with_that_line_before_it_starts_anything(tmp_path):
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    done = subprocess.run(
        [sys.executable, "-m", "launcher.supervisor"],
        cwd=ROOT,
        env=mine | {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port()), "SITE_URL": "verso.example"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (1, 1, ""), done
    assert done.stderr.startswith("VERSO cannot start: SITE_URL is 'verso.example'; ")
    assert not (tmp_path / "data" / "servers.json").exists()
