"""The empty installation, and the command that makes its first administrator."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from tests import factories


@pytest.fixture
def createsuperuser(house_database):
    """A factory: runs the command as its own process, as verso_owner, without a terminal."""

    def run(email, password):
        house_database.dirty = True
        environment = os.environ | {
            "DATABASE_URL": _as_url(house_database.url("app")),
            "DATABASE_OWNER_URL": _as_url(house_database.url("owner")),
            "DJANGO_SUPERUSER_EMAIL": email,
            "DJANGO_SUPERUSER_PASSWORD": password,
        }
        command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--skip-checks"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def _as_url(conninfo):
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(conninfo)
    secret = f":{parts['password']}" if parts.get("password") else ""
    return f"postgres://{parts['user']}{secret}@{parts['host']}:{parts['port']}/{parts['dbname']}"


@pytest.mark.django_db(transaction=True)
def test_an_empty_installation_says_what_to_do_until_somebody_can_sign_in(owner):
    visitor = Client()
    told = re.search(r"<code>(\S+) manage\.py createsuperuser</code>", visitor.get("/").text)[1]
    assert (settings.BASE_DIR / told).samefile(sys.executable), "the Python that has what manage.py needs"
    assert visitor.get("/accounts/login/").url == "/"
    factories.add_profile(owner, "Ada Adler", role="staff_admin")
    assert visitor.get("/").url == "/accounts/login/"
    assert visitor.get("/accounts/login/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_first_administrator_is_made_without_a_terminal_and_signs_in(owner, createsuperuser, sign_in_by_form):
    done = createsuperuser("First@Verso.Example", factories.PASSWORD)
    assert done.returncode == 0, done.stderr
    row = owner.execute("select role, is_staff, is_active, email from profiles where email is not null").fetchall()
    assert row == [("staff_admin", True, True, "first@verso.example")]
    browser = Client()
    assert sign_in_by_form(browser, "first@verso.example").status_code == 302
    assert browser.get("/staff/people/new/").status_code == 200


def test_a_weak_password_makes_nobody(owner, createsuperuser):
    refused = createsuperuser("ada@verso.example", "short")
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: This password is too short.")
    assert owner.execute("select count(*) from profiles").fetchone() == (1,)


def test_an_e_mail_that_is_taken_is_refused_in_one_line(owner, createsuperuser):
    factories.add_profile(owner, "Ada Adler", role="investor")
    refused = createsuperuser("Ada@verso.example", factories.PASSWORD)
    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        "CommandError: Error: That e-mail is already taken.",
    )
    assert owner.execute("select role from profiles where email = 'ada@verso.example'").fetchone() == ("investor",)
