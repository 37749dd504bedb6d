"""The house to look around in: what of each kind it shows, that it adds up, and that it is added once."""

from datetime import timedelta
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone

import sample_data
from audit import services as audit
from tests.factories import act_as, value
from tests.sql.holds import broken_rules


@pytest.fixture
def house(house_database, django_db_blocker, settings, owner):
    settings.DATABASE_OWNER_URL = house_database.url_of("owner")
    with django_db_blocker.unblock():
        house_database.dirty = True
        assert sample_data.load()
    return owner


def ask(house, statement) -> set[tuple]:
    return {tuple(str(value) for value in row) for row in house.execute(statement).fetchall()}


def quarterly_fee() -> D:
    """1 % a year of 225,000.00 over the quarter before this one."""
    today = timezone.now().date()
    this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    days = (this - last.replace(month=last.month - 2)).days
    return (D("2250") * days / 365).quantize(D("0.01"), ROUND_HALF_UP)


def the_deals_and_their_lots(house):
    assert ask(house, "select code, deal_type, currency, offer_unit_price::float, status from deals") == {
        ("northlight_2027", "equity_secondary", "USD", "28.5", "open"),
        ("closdulac_2027", "other", "EUR", "125.0", "open"),
        ("harbour_credit", "credit_trade_finance", "USD", "50.0", "allocation_pending"),
    }
    lots = (
        "select d.code, l.units_total::int, l.unit_cost::float, current_date - l.acquired_at::date, l.status"
        " from share_lots l join deals d on d.id = l.deal_id"
    )
    assert ask(house, lots) >= {
        ("northlight_2027", "5000", "25.0", "200", "available"),
        ("northlight_2027", "3000", "22.5", "174", "available"),
        ("northlight_2027", "2000", "26.0", "172", "available"),
    }
    assert ask(house, "select units_total::int, unit_cost::float from share_lots where status = 'exhausted'") >= {
        ("8000", "48.0")
    }
    costs = "select units_total::int, unit_cost::float from share_lots where currency = 'EUR'"
    assert ask(house, costs) == {("3000", "120.0"), ("2000", "122.5")}
    assert ask(house, "select count(*) from vehicles") == {("3",)}


def something_of_every_kind(house):
    holds = (
        "select case when commitment_id is not null and status = 'pending' then 'pinned' else status end"
        " from reservations where status <> 'pending' or expires_at > now()"
    )
    assert ask(house, holds) >= {("pending",), ("pinned",), ("expired",), ("approved",)}
    assert ask(house, "select priority from approvals where status = 'pending'") == {
        ("critical",), ("high",), ("normal",), ("low",),
    }  # fmt: skip
    assert ask(house, "select status, count(*) from valuations group by 1") == {("approved", "6"), ("proposed", "1")}
    sold = "select units::int, cost, proceeds from deal_exit_items"
    assert ask(house, sold) == {("900", "45000.00", "46350.00")}
    fees = "select kind, count(*), sum(base_amount) from fee_events group by 1"
    assert ask(house, fees) == {
        ("management", "2", "450000.00"),
        ("performance", "1", "1350.00"),
        ("subscription", "6", "298450.00"),
        ("spread_markup", "5", "298450.00"),
    }
    assert ask(house, "select type from investors") == {("individual",), ("entity",)}
    assert ask(house, "select role from deal_memberships where investor_id is null") >= {("introducer",), ("lawyer",)}


def what_was_billed_and_paid(house):
    """Every status an invoice has, and some past due."""
    invoices = "select kind, currency, status, total, due_date < current_date from invoices"
    assert ask(house, invoices) == {
        ("invoice", "EUR", "draft", "25000.00", "None"),
        ("invoice", "USD", "sent", "17955.00", "False"),
        ("invoice", "USD", "sent", "295.89", "True"),
        ("invoice", "USD", "sent", str(quarterly_fee()), "False"),
        ("invoice", "USD", "partial", "227250.00", "True"),
        ("invoice", "USD", "paid", "30167.25", "True"),
        ("invoice", "USD", "cancelled", "3016.73", "False"),
        ("credit_note", "USD", "paid", "-3016.73", "False"),
        ("self_billing", "USD", "sent", "285.00", "False"),
    }


def what_was_given_up_and_what_goes_back(house):
    assert ask(house, "select kind, amount, status from write_offs") == {("write_off", "17.25", "approved")}
    assert ask(house, "select amount, status from refunds") == {("1000.00", "approved"), ("250.00", "proposed")}
    credit = "select -balance from ledger_accounts where kind = 'credit' and balance < 0"
    assert ask(house, credit) >= {("500.00",)}


def what_waits_at_the_bank(house):
    """One to accept at once, two invoices in one wire, one short of its charges, unknown ones, one returned, a fee."""
    later = quarterly_fee() - D("4.50")
    matched = "select sum(r.matched_amount) from reconciliations r where r.bank_transaction_id = t.id"
    left = f"select t.counterparty, t.amount from bank_transactions t where t.amount <> coalesce(({matched}), 0)"
    assert ask(house, left) == {
        ("Morland Partners", "27545.89"),
        ("Harrow Pension Scheme", "17955.00"),
        ("Quill and Sons", "1250.00"),
        ("Morland Treasury Services", "4100.00"),
        ("Morland Treasury Services", "-4100.00"),
        ("Morland Partners", str(later)),
        ("Banque de l’Exemple", "-18.50"),
    }
    act_as(house, value(house, "select id from profiles where email = 'ada@verso.example'"))
    best = (
        "select t.amount, max(s.score) from app.suggest_matches() s"
        " join bank_transactions t on t.id = s.bank_transaction_id group by 1"
    )
    assert ask(house, best) == {("17955.00", "100"), ("27545.89", "100"), (str(later), "100"), ("4100.00", "30")}
    balances = "select kind, balance from ledger_accounts where kind in ('bank', 'suspense') and currency = 'USD'"
    assert ask(house, balances) == {
        ("suspense", str(-D("46732.39") - later)),
        ("bank", str(D("278382.39") + later)),
    }


def whom_an_introducer_brought(house):
    """1 % of the 28,500.00 that one of the two funded, billed; the other has paid nothing yet."""
    assert ask(house, "select status, count(*) from introductions group by 1") == {("allocated", "2")}
    commissions = "select status, base_amount, accrual_amount from introducer_commissions"
    assert ask(house, commissions) == {("invoiced", "28500.00", "285.00")}


def it_adds_up_and_its_trail_is_whole(house, django_db_blocker):
    assert broken_rules(house) == []
    with django_db_blocker.unblock():
        report = audit.verify_chain()
    assert report.intact and report.rows > 100


def each_of_the_cast_can_sign_in(house):
    kept = dict(house.execute("select email, password from profiles where email is not null").fetchall())
    accounts = sample_data.demo_accounts()
    assert {account.email for account in accounts} == set(kept)
    assert check_password(accounts[0].password, kept[accounts[0].email])
    assert ask(house, "select role from profiles where email is not null") == {
        ("staff_admin",), ("staff_ops",), ("staff_rm",), ("investor",),
    }  # fmt: skip


def it_is_added_once(house, django_db_blocker):
    count = "select (select count(*) from audit_log), (select count(*) from profiles), (select count(*) from deals)"
    before = ask(house, count)
    with django_db_blocker.unblock():
        assert not sample_data.load()
    assert ask(house, count) == before


def its_mails_count_as_sent(house):
    assert ask(house, "select count(*) > 0, count(*) filter (where mailed_at is null) from notices") == {("True", "0")}


TOLD = (
    the_deals_and_their_lots,
    something_of_every_kind,
    what_was_billed_and_paid,
    what_was_given_up_and_what_goes_back,
    what_waits_at_the_bank,
    whom_an_introducer_brought,
    each_of_the_cast_can_sign_in,
    its_mails_count_as_sent,
)


def test_the_house_to_look_around_in(house, django_db_blocker):
    """All of it after one load, which takes as long as everything else here."""
    for told in TOLD:
        told(house)
    it_adds_up_and_its_trail_is_whole(house, django_db_blocker)
    it_is_added_once(house, django_db_blocker)
