"""The month's end: each item follows what is so, leads to where it is put right, and the month closes after it."""

from datetime import date, timedelta

import pytest

from audit.identity import acting_as
from fees import selectors, services
from tests import factories
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.invoices import accrue, bill, ready

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [
    "accrued", "base", "invoiced", "runs", "drafts", "filed", "statements", "lines", "suspense", "balance",
    "invariants",
]  # fmt: skip


@pytest.fixture
def house(app_connection, cast):
    return ready(app_connection, cast, "USD")


def last_month(owner) -> tuple[date, date]:
    end = value(owner, "select app.house_today()").replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def state(cast, start, end) -> dict:
    with acting_as(cast.sam.id):
        return {check.key: check.ok for check in selectors.month_end(start, end).checks}


def statement_up_to(owner, account, day):
    factories.insert(
        owner, "bank_statements", receiving_account_id=account, format="csv", sha256="x", currency="USD", to_date=day,
        is_whole=True,
    )  # fmt: skip


def test_a_month_in_which_nothing_happened_lacks_its_bank_statement_alone(owner, cast, deal, house):
    start, end = last_month(owner)
    found = state(cast, start, end)
    assert list(found) == KEYS
    assert [key for key, ok in found.items() if not ok] == ["statements"]
    statement_up_to(owner, house["USD"], end - timedelta(days=1))
    assert not state(cast, start, end)["statements"]
    statement_up_to(owner, house["USD"], end)
    assert all(state(cast, start, end).values())


def test_what_accrued_is_invoiced_and_filed(owner, cast, deal, house, app_connection, sam_client):
    start, end = last_month(owner)
    accrue(owner, deal, cast.aldgate, "100.00", event_date=end)
    assert not state(cast, start, end)["invoiced"]
    with acting_as(cast.sam.id):
        (fix,) = [check.url for check in selectors.month_end(start, end).checks if check.key == "invoiced"]
    offered = sam_client.get(fix).text
    assert "100.00" in offered and f'value="{start}"' in offered and f'value="{end}"' in offered
    bill(app_connection(cast.sam), deal, cast.aldgate)
    assert state(cast, start, end)["invoiced"]
    this = (end + timedelta(days=1), end + timedelta(days=31))
    assert not state(cast, *this)["filed"]
    services.render_invoices()
    assert state(cast, *this)["filed"]


def test_a_run_left_open_and_a_draft_are_named(owner, cast, deal, house, sam_client):
    start, end = last_month(owner)
    run = factories.insert(owner, "invoice_runs", period_start=start, period_end=end)
    factories.insert(owner, "invoices", investor_id=cast.aldgate, deal_id=deal.id, created_at=start)
    found = state(cast, start, end)
    assert (found["runs"], found["drafts"]) == (False, False)
    page = sam_client.get("/staff/month-end/")
    assert f"/staff/invoices/runs/{run}/" in page.text and "/staff/invoices/?status=draft" in page.text
    owner.execute("update invoice_runs set status = 'closed', expected = 1")
    assert not state(cast, start, end)["runs"], "expected 1, and nothing came of it"
    owner.execute("update invoice_runs set skipped = 1")
    assert state(cast, start, end)["runs"]


def test_a_line_that_waits_keeps_the_month_open(owner, cast, house):
    start, end = last_month(owner)
    line = factories.insert(owner, "bank_transactions", amount=5, booking_date=end, currency="USD")
    assert not state(cast, start, end)["lines"]
    factories.insert(owner, "reconciliations", bank_transaction_id=line, matched_amount=5)
    assert state(cast, start, end)["lines"]


def test_money_in_suspense_and_broken_rules_are_told(owner, superuser, cast, deal, house, sam_client):
    start, end = last_month(owner)
    lines = '[{"account": "suspense", "amount": "-5.00"}, {"account": "rounding", "amount": "5.00"}]'
    owner.execute("select app.post_entry('opening', 'x', %s, 'USD', 'x', null, '', %s)", [end, lines])
    assert not state(cast, start, end)["suspense"] and state(cast, start, end)["balance"]
    assert state(cast, start - timedelta(days=40), start - timedelta(days=1))["suspense"]
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update share_lots set units_remaining = units_remaining - 1 where deal_id = %s", [deal.id])
    superuser.execute("set session_replication_role = default")
    assert not state(cast, start, end)["invariants"]
    assert 'id="breaks"' in sam_client.get("/staff/month-end/").text


def test_who_may_close_is_led_to_it_and_others_are_told(owner, cast, deal, house, ada_client, sam_client):
    start, end = last_month(owner)
    accrue(owner, deal, cast.aldgate, "100.00", event_date=end)
    assert "/staff/ledger/months/close/" in ada_client.get("/staff/month-end/").text
    assert "/staff/ledger/months/close/" not in sam_client.get("/staff/month-end/").text
    assert "Administrators close months." in text_of(sam_client.get("/staff/month-end/"))
    ada_client.post("/staff/ledger/months/close/", {"reason": "All in order"})
    assert "This month is closed." in text_of(ada_client.get(f"/staff/month-end/?month={start:%Y-%m}"))
    this = (end + timedelta(days=1)).strftime("%Y-%m")
    assert "A month can be closed once it is over." in text_of(ada_client.get(f"/staff/month-end/?month={this}"))
    assert ada_client.get("/staff/month-end/?month=1066-10").status_code == 422
