"""The house to look around in: what of each kind it shows, that it adds up, and that it is added once."""

import pytest
from django.contrib.auth.hashers import check_password

import sample_data
from audit import services as audit
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


def test_the_deals_and_their_lots(house):
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


def test_something_of_every_kind(house):
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
        ("subscription", "2", "253500.00"),
        ("spread_markup", "2", "253500.00"),
    }
    assert ask(house, "select type from investors") == {("individual",), ("entity",)}
    assert ask(house, "select role from deal_memberships where investor_id is null") >= {("introducer",), ("lawyer",)}


def test_it_adds_up_and_its_trail_is_whole(house, django_db_blocker):
    assert broken_rules(house) == []
    with django_db_blocker.unblock():
        report = audit.verify_chain()
    assert report.intact and report.rows > 100


def test_each_of_the_cast_can_sign_in(house):
    kept = dict(house.execute("select email, password from profiles where email is not null").fetchall())
    accounts = sample_data.demo_accounts()
    assert {account.email for account in accounts} == set(kept)
    assert check_password(accounts[0].password, kept[accounts[0].email])
    assert ask(house, "select role from profiles where email is not null") == {
        ("staff_admin",), ("staff_ops",), ("staff_rm",), ("investor",),
    }  # fmt: skip


def test_it_is_added_once(house, django_db_blocker):
    count = "select (select count(*) from audit_log), (select count(*) from profiles), (select count(*) from deals)"
    before = ask(house, count)
    with django_db_blocker.unblock():
        assert not sample_data.load()
    assert ask(house, count) == before


def test_its_mails_count_as_sent(house):
    assert ask(house, "select count(*) > 0, count(*) filter (where mailed_at is null) from notices") == {("True", "0")}
