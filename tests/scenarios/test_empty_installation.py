"""An empty installation, and its first two days: everything is made in the browser by those who would make it.

Ada (staff_admin) and Sam (staff_ops) set up people and a deal on a Monday; Alice is invited, reserves, commits.
The house is restarted, its database killed without a word. A day and an hour later, Abe approves,
who prepared nothing of it.
"""

import os
import signal
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from launcher import embedded
from tests.browser.web import serving
from tests.installation import environment_of, installed, manage
from tests.scenarios import clock, steps

ADA, ABE, SAM, RITA, ALICE = (f"{name}@verso.example" for name in ("ada", "abe", "sam", "rita", "alice"))


@pytest.fixture
def house(tmp_path_factory):
    """An empty installation: its folder, and the addresses of its database."""
    data_dir = tmp_path_factory.mktemp("empty")
    with installed(data_dir) as urls:
        yield data_dir, urls


def test_from_nothing_to_a_position_in_two_days(house, browser, monkeypatch):
    data_dir, urls = house
    with serving(environment_of(data_dir), data_dir) as address:
        make_the_first_administrator(data_dir, browser, address, monkeypatch)
        invite = set_up(browser, address)
        alice_commits(browser, address, invite)
    kill_and_restart_database(data_dir, urls)
    urls = embedded.urls(data_dir)
    clock.let_hours_pass(urls, 25)
    clock.run_jobs(data_dir)
    after_the_first_run = clock.all_rows(urls)
    clock.run_jobs(data_dir)
    assert clock.all_rows(urls) == after_the_first_run
    with serving(environment_of(data_dir), data_dir) as address:
        abe_approves(browser, address)
        alice_owns_what_she_committed_to(browser, address)
        ada_checks_the_log(browser, address)
    assert rows(urls, "select units, cost_basis from positions") == [(Decimal(500), Decimal("14250.00"))]
    assert manage(data_dir, "check_invariants").stdout == "All invariants hold.\n"
    assert manage(data_dir, "verify_audit_chain", check=False).returncode == 0


# --- Monday


def make_the_first_administrator(data_dir: Path, browser: Browser, address: str, monkeypatch) -> None:
    """The first page says what to do; after that somebody can sign in."""
    visitor = steps.arrive(browser, address)
    steps.see(visitor, "No one can sign in yet", "python manage.py createsuperuser")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", ADA)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", steps.PASSWORD)
    manage(data_dir, "createsuperuser", "--noinput")
    steps.follow(visitor, "Continue to sign-in")
    expect(visitor.locator("input[name=password]")).to_be_visible()
    visitor.context.close()


def set_up(browser: Browser, address: str) -> str:
    """People and the investor by Ada, its KYC by Rita, the deal by Sam; the link that invites Alice."""
    ada = steps.enter(browser, address, ADA)
    for name, email, role in (
        ("Sam Sutter", SAM, "Staff, operations"),
        ("Rita Ramsay", RITA, "Staff, relationship manager"),
        ("Abe Arnold", ABE, "Staff, administration"),
        ("Alice Aldgate", ALICE, "Investor"),
    ):
        steps.choose_password(browser, address, steps.add_person(ada, name, email, role))
    steps.add_investor(ada, "Aldgate Family Office", ALICE, "Rita Ramsay")
    steps.approve_kyc(steps.enter(browser, address, RITA), "Aldgate Family Office")
    sam = steps.enter(browser, address, SAM)
    steps.set_up_deal(sam)
    steps.open_deal(sam)
    return steps.make_invite_link(sam, ALICE)


def alice_commits(browser: Browser, address: str, invite: str) -> None:
    """Alice commits to 500 units; then she reserves 200 more and forgets them."""
    alice = steps.accept_invite(browser, address, invite, ALICE)
    steps.see_free(alice, "8,000")
    steps.reserve(alice, "500")
    steps.see(alice, "14,962.50")
    steps.commit(alice, "500")
    alice.goto("/deals/northlight_2027/")
    steps.reserve(alice, "200")
    steps.see_free(alice, "7,300")


# --- the night


def kill_and_restart_database(data_dir: Path, urls: dict[str, str]) -> None:
    """The machine takes PostgreSQL away without asking; the launcher brings it back."""
    with psycopg.connect(urls["DATABASE_ADMIN_URL"]) as connection:
        folder = connection.execute("show data_directory").fetchone()[0]
    os.kill(int(Path(folder, "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
    embedded.start_postgres(data_dir)


# --- Tuesday, an hour later in the day


def abe_approves(browser: Browser, address: str) -> None:
    """Ada made the investor, Rita decided its KYC, Sam set the price: Abe is the one who prepared nothing."""
    abe = steps.enter(browser, address, ABE)
    steps.approve_first(abe)
    abe.goto("/staff/deals/northlight_2027/allocations/")
    steps.see(abe, "Aldgate Family Office", "500")


def alice_owns_what_she_committed_to(browser: Browser, address: str) -> None:
    alice = steps.enter(browser, address, ALICE)
    alice.goto("/deals/northlight_2027/")
    steps.see_free(alice, "7,500")
    alice.goto("/reservations/")
    steps.see(alice, "200", "Lapsed")
    alice.goto("/portfolio/")
    steps.see(alice, "Northlight SPV I", "500", "14,250.00")
    alice.goto("/notices/")
    steps.see(alice, "Your hold on 200 units of Northlight Secondary ended", "is approved")


def ada_checks_the_log(browser: Browser, address: str) -> None:
    ada = steps.enter(browser, address, ADA)
    steps.follow(ada, "Audit")
    steps.press(ada, "Verify now")
    steps.see(ada, "intact")


def rows(urls: dict[str, str], question: str) -> list[tuple]:
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
        return owner.execute(question).fetchall()
