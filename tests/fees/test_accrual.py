"""Accruing fees from the shell and by the clock, and working them out anew."""

import json
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.identity import acting_as
from fees import tasks
from fees.services import accrual
from lib.db import NotAllowed
from tests.factories import value
from tests.sql.fees import YEARLY, add_valuation, amounts, bought, charge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quarters(owner, cast, deal):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    owner.execute("delete from share_lots where id not in (select lot_id from allocation_lot_items)")


def run(command, **options) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_dry_run_says_what_would_accrue_and_changes_nothing(owner, deal, quarters):
    said = run("accrue_fees", deal=deal.code, as_of=date(2025, 12, 31), dry_run=True)
    assert "northlight_2027: 4 events would accrue, 10000.00 USD" in said
    assert "4 events would accrue; nothing was changed, up to 2025-12-31." in said
    assert amounts(owner) == []


def test_what_is_no_date_is_refused_in_one_line(db):
    with pytest.raises(CommandError, match="31.12.2025 is not a date: write it as 2026-09-30"):
        call_command("accrue_fees", "--as-of", "31.12.2025")


def test_days_to_come_are_forecast_and_not_accrued(owner, deal, quarters, ada_client):
    coming = date.today() + timedelta(days=400)
    assert "northlight_2027" in run("accrue_fees", as_of=coming, dry_run=True)
    with pytest.raises(CommandError, match="Fees accrue up to today"):
        run("accrue_fees", as_of=coming)
    page, asked = "/staff/fees/accrue/", {"deal": deal.code, "as_of": coming.isoformat()}
    shown = ada_client.get(page, asked).text
    assert "A forecast" in shown and "Accrue these fees" not in shown
    assert "Fees accrue up to today" in ada_client.post(page, asked, follow=True).text
    assert amounts(owner) == []


def test_it_accrues_once(owner, deal, quarters):
    assert "4 events accrued, up to 2025-12-31." in run("accrue_fees", as_of=date(2025, 12, 31))
    found = json.loads(run("accrue_fees", as_of=date(2025, 12, 31), json=True))
    assert found == {
        "as_of": "2025-12-31", "dry_run": False, "events": 0, "deals": [{"deal": "northlight_2027", "events": 0}],
    }  # fmt: skip
    assert amounts(owner) == [D("2465.75"), D("2493.15"), D("2520.55"), D("2520.55")]


def test_what_is_not_known_is_said(owner, deal, quarters):
    owner.execute("update fee_components set base = 'nav'")
    add_valuation(owner, deal, "2025-04-01", "100")
    found = json.loads(run("accrue_fees", as_of=date(2025, 6, 30), json=True, dry_run=True))
    assert found["deals"] == [
        {"deal": "northlight_2027", "events": 1, "amounts": {"USD": "2493.15"}, "not_accrued": {"no_valuation": 1}}
    ]


def test_an_unknown_deal_is_an_error(db):
    with pytest.raises(CommandError, match="no deal with the code nowhere"):
        run("accrue_fees", deal="nowhere")


def test_stored_inputs_give_the_same_cent_or_are_named(owner, superuser, deal, quarters):
    run("accrue_fees", as_of=date(2025, 12, 31))
    count = value(owner, "select count(*) from fee_events")
    assert f"{count} events, each the same to the cent." in run("recompute_fees")
    superuser.execute("alter table fee_events disable trigger keep_fee_event")
    try:
        wrong = value(
            owner, "update fee_events set computed_amount = 2493.16 where computed_amount = 2493.15 returning id"
        )
    finally:
        superuser.execute("alter table fee_events enable always trigger keep_fee_event")
    out = StringIO()
    with pytest.raises(CommandError, match=f"1 of {count} events differ"):
        call_command("recompute_fees", stdout=out)
    assert f"{wrong}: accrued 2493.16, recomputed 2493.15" in out.getvalue()
    with pytest.raises(CommandError, match="1 of 1 events differ"):
        run("recompute_fees", event=wrong)
    with pytest.raises(CommandError, match="no fee event"):
        run("recompute_fees", event=deal.id)


def test_the_job_accrues_up_to_yesterday(owner, deal, quarters):
    days = (accrual.yesterday() - date(2025, 1, 1)).days
    assert int(tasks.accrue_fees().split()[0]) >= days // 92 - 1 > 0
    assert tasks.accrue_fees() == "0 fee events"


def test_services_refuse_with_a_sentence(owner, cast, deal, quarters):
    with acting_as(cast.alice.id), pytest.raises(NotAllowed):
        accrual.accrue(acting_user=cast.alice.profile, deal_id=deal.id, as_of=date(2025, 12, 31))
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    assert accrual.accrue(acting_user=sam, deal_id=deal.id, as_of=date(2025, 3, 31)) == 1
    with pytest.raises(accrual.BadDay):
        accrual.accrue(acting_user=sam, deal_id=deal.id, as_of=date(1899, 3, 31))
    event = value(owner, "select id from fee_events where kind = 'management'")
    with pytest.raises(accrual.ReasonMissing):
        accrual.void_event(acting_user=sam, event_id=event, reason=" ")
    with pytest.raises(accrual.BadAmount):
        accrual.adjust_event(acting_user=sam, event_id=event, right=D("2465.75"), reason="Why")
    accrual.void_event(acting_user=sam, event_id=event, reason="Entered twice")
    with pytest.raises(accrual.NotAccrued):
        accrual.void_event(acting_user=sam, event_id=event, reason="Entered twice")
    with pytest.raises(accrual.NotAdjustable):
        accrual.adjust_event(acting_user=sam, event_id=event, right=D("5"), reason="Why")
