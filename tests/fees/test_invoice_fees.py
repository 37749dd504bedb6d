"""manage.py invoice_fees and its job: a period billed once, whatever stops it, and what failed named."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.identity import acting_as
from fees import services, tasks
from fees.services.runs import BATCH
from lib.jobs import NotAllDone
from tests import factories
from tests.factories import value
from tests.house.code import ROOT
from tests.sql.invoices import accrue, ready

pytestmark = pytest.mark.django_db(transaction=True)
PERIOD = ("--from", "2026-01-01", "--to", "2026-03-31")
RUN = "select status, expected, issued, skipped, failed from invoice_runs"


@pytest.fixture
def house(app_connection, cast):
    ready(app_connection, cast, "USD")


def called(*args) -> str:
    out = io.StringIO()
    call_command("invoice_fees", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_a_period_is_invoiced_once(owner, cast, deal, house):
    accrue(owner, deal, cast.aldgate, "100.00")
    accrue(owner, deal, cast.morland, "50.00")
    accrue(owner, deal, cast.aldgate, "7.00", event_date=date(2026, 4, 1))
    assert "2 invoices would be issued" in called(*PERIOD, "--dry-run")
    assert value(owner, "select count(*) from invoices") == 0
    assert "2 invoices issued, 0 with nothing to invoice, 2026-01-01 to 2026-03-31; the run is closed." in called(
        *PERIOD
    )
    assert owner.execute(RUN).fetchall() == [("closed", 2, 2, 0, 0)]
    assert "0 invoices issued" in called("--period", "2026-Q1")
    assert value(owner, "select count(*) from invoices") == 2


def test_what_fails_is_named_and_tried_again(owner, cast, deal, app_connection):
    accrue(owner, deal, cast.aldgate, "100.00")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 failed. Put right what is named, then run it again."):
        call_command("invoice_fees", *PERIOD, stdout=out, stderr=out)
    assert "Aldgate Family Office, northlight_2027: The firm’s legal details are missing" in out.getvalue()
    assert owner.execute("select status from invoice_runs").fetchall() == [("open",)]
    ready(app_connection, cast, "USD")
    called(*PERIOD)
    assert owner.execute(RUN).fetchall() == [("closed", 1, 1, 0, 0)]


def test_one_deal_leaves_the_run_open_for_the_others(owner, cast, deal, house):
    other = factories.Deal(factories.add_deal(owner, "Other", code="other_2027"), "other_2027", deal.vehicle_id, D(1))
    accrue(owner, deal, cast.aldgate, "100.00")
    accrue(owner, other, cast.aldgate, "50.00")
    assert "1 invoice issued" in called(*PERIOD, "--deal", "other_2027")
    assert value(owner, "select sum(total) from invoices") == D("50.00")
    assert owner.execute("select status, expected from invoice_runs").fetchall() == [("open", 2)]
    assert json.loads(called(*PERIOD, "--json"))["issued"] == 1
    assert owner.execute(RUN).fetchall() == [("closed", 2, 2, 0, 0)]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--period", "2026-13"], "is no period"), (["--period", "2026-Q5"], "is no period"),
        (["--from", "2026-01-01"], "Give either"), (["--period", "2026-Q1", "--to", "2026-03-31"], "Give either"),
        (["--from", "2026-03-31", "--to", "2026-01-01"], "A period ends on or after"),
        (["--deal", "nobody_2027"], "There is no deal"),
    ],
)  # fmt: skip
def test_half_a_period_is_refused(owner, args, said):
    with pytest.raises(CommandError, match=said):
        called(*args)
    assert value(owner, "select count(*) from invoice_runs") == 0


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [("2026-Q1", "2026-01-01", "2026-03-31"), ("2026-Q4", "2026-10-01", "2026-12-31"),
     ("2028-02", "2028-02-01", "2028-02-29"), ("2026-12", "2026-12-01", "2026-12-31")],
)  # fmt: skip
def test_a_period_has_its_days(owner, period, first, last):
    called("--period", period)
    assert owner.execute("select period_start::text, period_end::text from invoice_runs").fetchall() == [(first, last)]


@pytest.mark.parametrize(
    ("every", "day", "today", "period"),
    [
        ("off", "3", date(2026, 11, 30), None),
        ("monthly", "3", date(2026, 11, 2), None),
        ("monthly", "3", date(2026, 11, 3), (date(2026, 10, 1), date(2026, 10, 31))),
        ("monthly", "1", date(2027, 1, 31), (date(2026, 12, 1), date(2026, 12, 31))),
        ("quarterly", "28", date(2026, 10, 27), None),
        ("quarterly", "28", date(2026, 10, 28), (date(2026, 7, 1), date(2026, 9, 30))),
        ("quarterly", "1", date(2027, 3, 31), (date(2026, 10, 1), date(2026, 12, 31))),
    ],
)
def test_the_settings_say_when_the_job_invoices_what(owner, cast, every, day, today, period):
    for key, kept in (("invoice_runs", every), ("invoice_run_day", day)):
        owner.execute("update house_settings set value = %s where key = %s", [kept, key])
    with acting_as(cast.sam.id):
        assert services.due_period(today) == period


def test_the_job_waits_for_its_setting_and_says_what_failed(owner, cast, deal, monkeypatch):
    accrue(owner, deal, cast.aldgate, "100.00")
    assert tasks.invoice_fees() == "nothing to invoice today"
    owner.execute("update house_settings set value = 'monthly' where key = 'invoice_runs'")
    monkeypatch.setattr(tasks, "today", lambda: date(2026, 11, 30))
    with pytest.raises(NotAllDone, match="0 invoices issued for 2026-10-01 to 2026-10-31, 1 failed"):
        tasks.invoice_fees()


def test_killed_in_the_middle_the_next_run_bills_what_is_left(owner, superuser, cast, deal, house):
    """kill -9 while invoices are issued: nothing is billed twice, no number is missing, nobody is left out."""
    many = 4 * BATCH + 1
    for n in range(many):
        accrue(owner, deal, factories.add_investor(owner, f"Investor {n:03}"), "10.00")
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "invoice_fees", *PERIOD]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 60
    while value(owner, "select count(*) from invoices") < 1 and time.monotonic() < ends:
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    before = value(owner, "select count(*) from invoices")
    assert before in (BATCH, 2 * BATCH, 3 * BATCH), "it was killed in the middle"
    assert owner.execute("select status from invoice_runs").fetchall() == [("open",)]
    called(*PERIOD)
    assert owner.execute(RUN).fetchall() == [("closed", many, many, 0, 0)]
    number = f"INV-{value(owner, 'select app.house_today()').year}-{many:06}"
    assert owner.execute(
        "select count(*), count(distinct investor_id), sum(total), count(distinct number), max(number) from invoices"
    ).fetchone() == (many, many, D(10 * many), many, number)
