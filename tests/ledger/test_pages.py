"""The pages of the ledger: what they show to the cent, who closes a month, and what is refused."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from audit.identity import acting_as
from ledger import selectors, services
from lib.db import NotAllowed
from tests.factories import insert, value
from tests.forms import filled
from tests.sql.ledger import bill, line, post

pytestmark = pytest.mark.django_db
CLOSE = "/staff/ledger/months/close/"


@pytest.fixture
def books(owner, cast):
    """100.00 billed in January and 60.00 of it paid in February; 9 yen billed to another."""
    bill(owner, "bill", cast.aldgate, on=date(2026, 1, 10), memo="INV-2026-000001")
    paid = [line("receivable", -60, investor=cast.aldgate), line("bank", 60, holder=uuid4())]
    post(owner, "paid", *paid, kind="payment_received", on=date(2026, 2, 5), memo="Wire of 5 February")
    bill(owner, "yen", cast.morland, "9", on=date(2026, 2, 10), currency="JPY")


def account(owner, kind, currency="USD"):
    return value(owner, "select id from ledger_accounts where kind = %s and currency = %s", kind, currency)


def test_trial_balance_by_currency_and_day(sam_client, books):
    page = sam_client.get("/staff/ledger/").text
    assert [page.count(figure) for figure in ("100.00", "60.00", "40.00")] == [3, 1, 1]
    assert "Debits equal" not in page and page.count("<tfoot>") == 2
    january = sam_client.get("/staff/ledger/?on=2026-01-31").text
    assert "At the end of 31 Jan 2026" in january and january.count("<tfoot>") == 1 and "60.00" not in january
    assert "Nothing posted yet" in sam_client.get("/staff/ledger/?on=2025-12-31").text
    assert sam_client.get("/staff/ledger/?on=30-02").status_code == 422


def test_accounts_are_found_by_type_currency_and_investor(owner, sam_client, books):
    page = sam_client.get("/staff/ledger/accounts/?kind=receivable&currency=USD").text
    assert "Aldgate" in page and "40.00" in page and "Morland" not in page
    assert "Morland" in sam_client.get("/staff/ledger/accounts/?q=morland").text
    assert "-100.00" in sam_client.get("/staff/ledger/accounts/?kind=fee_income_flat").text.replace("−", "-")


def test_an_account_shows_its_postings_and_gives_them_as_a_file(owner, sam_client, books):
    address = f"/staff/ledger/accounts/{account(owner, 'receivable')}/"
    page = sam_client.get(address).text
    assert "INV-2026-000001" in page and "Wire of 5 February" in page and page.count("40.00") == 2
    rows = sam_client.get(f"{address}?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3 and "Wire of 5 February" in rows[1] and "60.00" in rows[1] and "40.00" in rows[1]
    assert "Wire" not in sam_client.get(f"{address}?q=INV").text
    assert sam_client.get(f"/staff/ledger/accounts/{uuid4()}/").status_code == 404


def test_an_entry_of_a_closed_month_says_which_day_it_is_about(owner, cast, sam_client):
    insert(owner, "accounting_periods", month=date(2026, 3, 1))
    bill(owner, "late", cast.aldgate, on=date(2026, 3, 10))
    page = sam_client.get(f"/staff/ledger/accounts/{account(owner, 'receivable')}/").text
    assert "1 Apr 2026" in page and "for 10 Mar 2026" in page


def test_an_administrator_closes_the_first_open_month_with_a_reason(owner, ada_client, books):
    assert "Close January 2026" in ada_client.get("/staff/ledger/months/").text
    assert "Close January 2026?" in ada_client.get(CLOSE).text
    assert ada_client.post(CLOSE, {"reason": ""}).status_code == 422
    assert ada_client.post(CLOSE, {"reason": "Reconciled"}).status_code == 303
    listed = ada_client.get("/staff/ledger/months/").text
    assert "January 2026" in listed and "Reconciled" in listed and "Ada Adler" in listed
    assert "Close February 2026" in listed


def test_a_page_that_was_overtaken_closes_nothing(owner, ada_client, books):
    shown = filled(ada_client, CLOSE, reason="Reconciled")
    insert(owner, "accounting_periods", month=date(2026, 1, 1))
    again = ada_client.post(CLOSE, shown)
    assert again.status_code == 409 and "Close February 2026?" in again.text
    assert value(owner, "select count(*) from accounting_periods") == 1


def test_others_are_offered_nothing(owner, sam_client, rita_client, books):
    for client in (sam_client, rita_client):
        assert "Close January" not in client.get("/staff/ledger/months/").text
        assert client.get(CLOSE).status_code == client.post(CLOSE, {"reason": "Mine"}).status_code == 404
    assert value(owner, "select count(*) from accounting_periods") == 0


def test_nothing_to_close(ada_client):
    assert ada_client.get(CLOSE).status_code == 303
    assert "No months closed yet" in ada_client.get("/staff/ledger/months/").text


def profile(person):
    with acting_as(person.id):
        return person.profile


def test_close_period_says_why_not(owner, cast, books):
    today, ada = timezone.localdate(), profile(cast.ada)
    close = {"acting_user": ada, "month": date(2026, 1, 1), "reason": "Reconciled", "today": today}
    with pytest.raises(services.CloseReasonMissing):
        services.close_period(**close | {"reason": " "})
    with pytest.raises(services.EarlierMonthOpen):
        services.close_period(**close | {"month": date(2026, 2, 1)})
    with pytest.raises(services.MonthNotOver):
        services.close_period(**close | {"month": date(2199, 1, 1)})
    with pytest.raises(NotAllowed):
        services.close_period(**close | {"acting_user": profile(cast.sam)})
    assert services.close_period(**close) == date(2026, 1, 1)
    with pytest.raises(services.MonthClosed):
        services.close_period(**close)


def test_a_statement_of_account(cast, books):
    with acting_as(cast.alice.id):
        found = selectors.statement_of_account(cast.aldgate, "USD", date(2026, 1, 1), date(2026, 3, 31))
        assert (found.opening, found.closing) == (0, 40)
        assert [(each.label, each.amount, each.balance) for each in found.lines] == [
            ("Invoice", 100, 100),
            ("Payment", -60, 40),
        ]
        assert selectors.investor_balance(cast.aldgate, "USD", date(2026, 1, 31)) == 100
    with acting_as(cast.mallory.id), pytest.raises(NotAllowed), transaction.atomic():
        selectors.statement_of_account(cast.aldgate, "USD", date(2026, 1, 1), date(2026, 3, 31))
