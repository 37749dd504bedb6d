"""Invoices in the pages: what staff issue, credit and run, and what investors read of it and pay."""

from decimal import Decimal as D

import pytest

from audit.identity import acting_as
from fees import selectors, services
from tests.factories import value
from tests.inventory.test_pages_reserve import text_of
from tests.sql.invoices import accrue, bill, invoice, pay, ready
from tests.sql.test_fund_on_allocation import approved
from tests.sql.test_remind_invoices import late

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(app_connection, cast):
    ready(app_connection, cast, "USD")


@pytest.fixture
def made(owner, cast, deal, house, app_connection):
    """An open invoice of Alice's investor about 100.00."""
    accrue(owner, deal, cast.aldgate, "100.00")
    return bill(app_connection(cast.sam), deal, cast.aldgate)


def test_staff_read_an_invoice_and_list_it(owner, made, sam_client):
    number = invoice(owner, made)[0]
    page = text_of(sam_client.get(f"/staff/invoices/{made}/"))
    assert number in page and "Management fee" in page and "100.00 USD" in page
    listed = text_of(sam_client.get("/staff/invoices/?q=Aldgate"))
    assert number in listed and "Northlight Secondary" in listed
    assert number not in text_of(sam_client.get("/staff/invoices/?status=overdue"))
    assert number in sam_client.get("/staff/invoices/?format=csv").content.decode()


def test_a_credit_through_the_page(owner, made, sam_client):
    wrong = sam_client.post(f"/staff/invoices/{made}/credit/", {"line_1": "100.01", "reason": "Agreed"})
    assert wrong.status_code == 422 and "no more than what its line has left" in text_of(wrong)
    assert invoice(owner, made)[2] == "sent"
    answer = sam_client.post(f"/staff/invoices/{made}/credit/", {"line_1": "40.00", "reason": "Agreed"})
    assert answer.status_code == 303
    assert value(owner, "select total from invoices where credits_id = %s", made) == D("-40.00")
    assert "60.00 USD" in text_of(sam_client.get(f"/staff/invoices/{made}/"))


def test_what_is_credited_in_full_offers_no_credit(made, sam_client):
    credit = f"/staff/invoices/{made}/credit/"
    assert credit in sam_client.get(f"/staff/invoices/{made}/").text
    sam_client.post(credit, {"line_1": "100.00", "reason": "Agreed"})
    assert credit not in sam_client.get(f"/staff/invoices/{made}/").text
    page = sam_client.get(credit).text
    assert "credited in full" in page and "Issue the credit note" not in page


def test_what_is_to_be_paid_counts_at_home_and_in_the_navigation(made, alice_client, mallory_client):
    def counts(client):
        shell = client.get("/invoices/").context["shell"]
        return shell.counts["home"], shell.counts["fees:invoices"]

    assert "1 item needs your attention" in text_of(alice_client.get("/"))
    assert (counts(alice_client), counts(mallory_client)) == ((1, 1), (0, 0))


def test_what_is_overdue_stands_before_what_has_time(owner, made, alice_client, cast, deal, app_connection):
    accrue(owner, deal, cast.aldgate, "7.00")
    soon = bill(app_connection(cast.sam), deal, cast.aldgate)
    late(owner, soon, 3)
    page = text_of(alice_client.get("/"))
    assert "2 items need your attention" in page and page.index("Pay 7.00") < page.index("Pay 100.00")


def test_the_desk_leads_to_what_waits_of_money(owner, made, sam_client):
    assert "Nothing to do" in text_of(sam_client.get("/staff/"))
    late(owner, made, 3)
    page = sam_client.get("/staff/").text
    assert 'href="/staff/invoices/?status=overdue">Overdue invoice</a>' in page and "Nothing to do" not in page
    listed = text_of(sam_client.get("/staff/invoices/?status=overdue"))
    assert "Overdue 3" in listed


def test_a_credit_that_is_sent_twice_is_issued_once(owner, made, sam_client):
    where, asked = f"/staff/invoices/{made}/credit/", {"line_1": "40.00", "reason": "Agreed"}
    form = hidden_of(sam_client.get(where))
    assert form["left_1"] == "100.00"
    assert sam_client.post(where, asked | form).status_code == 303
    again = sam_client.post(where, asked | form)
    assert again.status_code == 409 and "Something was credited since you opened this page" in text_of(again)
    assert value(owner, "select count(*) from invoices where credits_id = %s", made) == 1
    assert hidden_of(again)["left_1"] == "60.00"  # whoever means it sends it again
    assert sam_client.post(where, asked | {"left_1": "NaN"}).status_code == 422
    assert sam_client.post(where, asked | hidden_of(again)).status_code == 303
    assert value(owner, "select sum(total) from invoices where credits_id = %s", made) == D("-80.00")


def hidden_of(page) -> dict[str, str]:
    """What the form of a page carries unseen."""
    return {
        field.html_name: field.value() for field in page.context["form"].hidden_fields()
        if f'name="{field.html_name}"' in page.content.decode()
    }  # fmt: skip


def test_investors_read_how_to_pay_theirs_alone(owner, made, alice_client, mallory_client):
    number, *_, due, _origin = invoice(owner, made)
    page = text_of(alice_client.get(f"/invoices/{made}/"))
    assert "LU28 0019 4006 4475 0000" in page and "100.00 USD" in page
    assert value(owner, "select reference from invoices where id = %s", made) in page
    listed = text_of(alice_client.get("/invoices/"))
    assert number in listed and "To pay" in listed
    assert mallory_client.get(f"/invoices/{made}/").status_code == 404
    assert number not in text_of(mallory_client.get("/invoices/"))


def test_what_was_paid_too_much_is_told_on_the_page_of_invoices(owner, made, alice_client, sam_client, mallory_client):
    assert "Your credit" not in text_of(alice_client.get("/invoices/"))
    pay(owner, made, "100.00")
    sam_client.post(f"/staff/invoices/{made}/credit/", {"line_1": "40.00", "reason": "Agreed"})
    assert "Your credit 40.00 USD" in text_of(alice_client.get("/invoices/"))
    assert "Your credit" not in text_of(mallory_client.get("/invoices/"))


def test_a_statement_has_a_balance_after_each_entry(owner, made, alice_client):
    pay(owner, made, "30.00")
    page = text_of(alice_client.get("/invoices/statement/"))
    assert "Opening balance" in page and "70.00 USD" in page and invoice(owner, made)[0] in page


def test_a_draft_says_what_is_missing_and_is_issued_later(owner, cast, deal, app_connection, sam_client):
    allocation = approved(owner, cast, deal, app_connection)
    draft = value(owner, "select id from invoices where allocation_id = %s", allocation)
    assert "legal details are missing" in text_of(sam_client.get(f"/staff/invoices/{draft}/"))
    sam_client.post(f"/staff/invoices/{draft}/issue/")
    assert invoice(owner, draft)[2] == "draft"
    ready(app_connection, cast)
    assert sam_client.post(f"/staff/invoices/{draft}/issue/").status_code == 303
    assert invoice(owner, draft)[2] == "sent"


def test_a_run_from_preview_to_its_close(owner, cast, deal, house, sam_client):
    accrue(owner, deal, cast.aldgate, "10.00")
    accrue(owner, deal, cast.morland, "20.00")
    period = {"start": "2026-01-01", "end": "2026-03-31"}
    opened = sam_client.post("/staff/invoices/runs/", period)
    assert opened.status_code == 303
    page = opened["Location"]
    assert "Waiting" in text_of(sam_client.get(page))
    assert sam_client.post(page + "close/").status_code == 303
    assert value(owner, "select status from invoice_runs") == "open"
    sam_client.post(page + "issue/")
    sam_client.post(page + "close/")
    assert owner.execute("select status, expected, issued from invoice_runs").fetchall() == [("closed", 2, 2)]


def test_one_that_fails_stops_no_other(owner, cast, deal, house, app_connection, sam_client):
    accrue(owner, deal, cast.aldgate, "10.00", currency="GBP")
    accrue(owner, deal, cast.morland, "20.00")
    with acting_as(cast.sam.id):
        sam = cast.sam.profile
    run = services.open_run(acting_user=sam, start="2026-01-01", end="2026-03-31")
    page = sam_client.post(f"/staff/invoices/runs/{run.pk}/issue/", follow=True).content.decode()
    assert "1 invoice issued." in page and "1 could not be issued." in page
    assert value(owner, "select reason from invoice_run_items where status = 'failed'") == (
        "No receiving account is active for this deal and currency. Nothing was changed."
    )
    ready(app_connection, cast, "GBP", identity=False)
    assert services.issue_run(acting_user=sam, run_id=run.pk) == {"issued": 1}
    assert services.close_run(acting_user=sam, run_id=run.pk).issued == 2


def test_ageing_by_days_overdue(owner, superuser, cast, deal, house, app_connection):
    sam = app_connection(cast.sam)
    days = {0: D("1.00"), 30: D("2.00"), 31: D("4.00"), 60: D("8.00"), 61: D("16.00"), 90: D("32.00"), 91: D("64.00")}
    for past, amount in days.items():
        accrue(owner, deal, cast.aldgate, amount)
        made = bill(sam, deal, cast.aldgate)
        superuser.execute("set session_replication_role = replica; alter table invoices disable trigger keep_invoice")
        superuser.execute("update invoices set due_date = date '2026-06-30' - %s where id = %s", [past, made])
        superuser.execute("alter table invoices enable always trigger keep_invoice")
    from datetime import date

    with acting_as(cast.sam.id):
        (row,) = selectors.ageing(date(2026, 6, 30))
    assert [(age.count, age.sum) for age in row.ages] == [
        (0, D("0.00")), (2, D("3.00")), (2, D("12.00")), (2, D("48.00")), (1, D("64.00"))
    ]  # fmt: skip
    assert (row.count, row.total) == (7, D("127.00"))
    chart = row.chart
    assert "Not due: 0.00\u00a0USD, 0–30: 3.00\u00a0USD" in chart and chart.count("<rect") == 5
