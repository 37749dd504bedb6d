"""No container engine runs in CI: what the container files name is held against what the program reads."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "mail", "beat")
READS = re.compile(r"""(?:env\.\w+|environ\.get|whole_number|yes_or_no)\(\s*"([A-Z][A-Z_]+)\"""")
# The tests' and the shell's own, which nobody sets to configure VERSO.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "XDG_CACHE_HOME", "UV_LINK_MODE"}


def names_read() -> set[str]:
    """Every name of the environment that settings, supervisor and web server read."""
    files = [ROOT / name for name in ("config/settings.py", "launcher/supervisor.py", "config/web.py")]
    return {name for file in files for name in READS.findall(file.read_text())} - NOT_OURS


def names_in_example() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def names_in_compose() -> set[str]:
    """What docker compose itself takes from .env."""
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_the_example_lists_what_is_read_and_nothing_else():
    assert names_in_example() == names_read() | names_in_compose()


def test_the_parser_of_names_sees_the_known_ones():
    assert {"DATABASE_URL", "SITE_URL", "PORT", "WEB_THREADS", "AUDIT_SIGNING_KEY"} <= names_read()


@pytest.mark.parametrize("service", OURS)
def test_services_get_only_names_that_are_read(service):
    assert set(COMPOSE["services"][service]["environment"]) - names_read() == set()


@pytest.mark.parametrize("service", ["web", "worker", "mail", "beat"])
def test_only_the_migration_may_change_the_schema(service):
    assert {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"}.isdisjoint(COMPOSE["services"][service]["environment"])


def test_the_addresses_name_the_roles():
    environment = COMPOSE["services"]["migrate"]["environment"]
    logins = {name: re.match(r"postgres://(\w+):", environment[name])[1] for name in environment if "DATABASE" in name}
    assert logins == {
        "DATABASE_URL": "verso_app",
        "DATABASE_OWNER_URL": "verso_owner",
        "DATABASE_READONLY_URL": "verso_readonly",
        "DATABASE_ADMIN_URL": "postgres",
    }


def test_every_service_that_stays_has_a_health_check():
    assert {name for name, service in COMPOSE["services"].items() if "healthcheck" not in service} == {"migrate"}


def test_pages_do_not_wait_for_the_job_queue():
    assert set(COMPOSE["services"]["web"]["depends_on"]) == {"postgres", "migrate"}


def test_the_image_runs_as_an_ordinary_user():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["verso"]
    assert lines.index("USER verso") < next(at for at, line in enumerate(lines) if line.startswith("CMD "))


def test_volumes_that_are_used_are_declared():
    used = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_locks_hold_hashes_and_no_addresses(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|file:", text)
    requirements = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [line.split()[0] for line in requirements if "--hash=sha256:" not in line] == []


def test_the_lists_agree():
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9.\-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))

    running, developing = versions("requirements.lock"), versions("requirements-dev.lock")
    assert running.items() <= developing.items()
