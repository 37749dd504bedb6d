"""Reconciling in Chromium: a key for each right suggestion, three invoices in six clicks, and all without a script."""

import re
from decimal import Decimal as D
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.factories import value
from tests.fees.bank import camt
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, left, line, status

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/staff/bank/reconcile/"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def wire(owner, account):
    """Makes a line of a statement that is whole."""
    return partial(line, owner, account)


@pytest.fixture
def invoice_of(owner, app_connection, cast, deal):
    return lambda amount: invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, amount)


def named(owner, invoice) -> str:
    return value(owner, "select number from invoices where id = %s", invoice)


def test_one_key_for_each_right_suggestion(owner, cast, visit, wire, invoice_of):
    invoices = [invoice_of(amount) for amount in ("10.00", "20.00", "30.00", "40.00")]
    for day, invoice in enumerate(invoices, 1):
        wire(f"{day}0.00", memo=named(owner, invoice), booking_date=f"2026-03-0{day}")
    page = visit(cast.sam, to=QUEUE)
    for key, is_open in (("a", 3), ("Enter", 2), ("a", 1)):
        page.keyboard.press(key)
        expect(page.locator(".q-item")).to_have_count(is_open)
    page.keyboard.press("u")
    expect(page.locator(".q-item")).to_have_count(2)
    expect(page.locator("#item")).to_contain_text("30.00")
    assert status(owner, invoices[2]) == ("sent", D("30.00"))
    page.keyboard.press("j")
    page.keyboard.press("a")  # opens what it moved to, and matches nothing
    expect(page.locator("#item .figure")).to_contain_text("40.00")
    assert status(owner, invoices[3]) == ("sent", D("40.00"))
    page.keyboard.press("a")
    expect(page.locator(".q-item")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator(".q-items")).to_contain_text("Everything is matched")
    assert [status(owner, each)[0] for each in invoices] == ["paid"] * 4
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    assert broken_rules(owner) == []


def test_a_key_does_nothing_where_a_person_has_to_choose(owner, cast, visit, wire, invoice_of):
    invoice_of("10.00")
    made = wire("7.00", payer="Nobody we know", counterparty_account="")
    page = visit(cast.sam, to=QUEUE)
    for key in ("a", "Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert left(owner, made) == D("7.00")


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_a_receipt_over_three_invoices_in_six_clicks(owner, cast, visit, wire, invoice_of, width):
    invoices = [invoice_of(amount) for amount in ("50.00", "30.00", "20.00")]
    made = wire("100.00", payer="Nobody we know", counterparty_account="")
    page, clicks = visit(cast.sam, to=QUEUE, width=width), 0

    def click(place):
        nonlocal clicks
        place.click()
        clicks += 1

    click(page.locator("#find"))
    page.keyboard.type("aldgate")
    page.keyboard.press("Enter")
    for invoice in invoices:
        click(page.locator(f"input[name=use_{invoice}]"))
    expect(page.locator("#left")).to_contain_text(re.compile(r"Left to allocate\s*0\.00"))
    click(page.get_by_role("button", name="Match"))
    expect(page.locator(".q-items")).to_contain_text("Everything is matched")
    assert clicks <= 6
    assert left(owner, made) == 0 and [status(owner, each)[0] for each in invoices] == ["paid"] * 3


def test_what_was_ticked_stays_while_one_looks_for_another(owner, cast, visit, wire, invoice_of):
    first, second = invoice_of("50.00"), invoice_of("30.00")
    made = wire("80.00", payer="Nobody we know", counterparty_account="")
    page = visit(cast.sam, to=QUEUE)
    for invoice, typed in ((first, "49.00"), (second, "30")):
        page.fill("#find", named(owner, invoice))
        page.keyboard.press("Enter")
        page.fill(f"input[name=amount_{invoice}]", typed)
    expect(page.locator("#left")).to_contain_text(re.compile(r"Left to allocate\s*1\.00"))
    assert page.input_value(f"input[name=amount_{first}]") == "49.00"
    assert "csrf" not in page.url and "amount" not in page.url
    page.get_by_role("button", name="Match").click()
    expect(page.locator("body")).to_contain_text("Matched the payment of Nobody we know.")
    assert left(owner, made) == D("1.00")
    assert [status(owner, each)[0] for each in (first, second)] == ["partial", "paid"]


def test_no_figure_is_shown_but_the_servers(cast, visit, wire, invoice_of):
    """What is left is asked for as one types; until the answer is there, the old figure is not to be seen."""
    invoice = invoice_of("50.00")
    wire("100.00", payer="Nobody we know", counterparty_account="")
    page = visit(cast.sam, to=f"{QUEUE}?find=aldgate")
    amount = page.locator(f"input[name=amount_{invoice}]")
    for typed, said in (("12.5", "87.50"), ("12.50", "87.50"), ("200", "−100.00"), ("", "100.00")):
        amount.fill(typed)
        expect(page.locator("#left .total")).to_contain_text(said)
    page.route("**/left/**", lambda route: None)  # an answer that never comes
    amount.fill("1")
    expect(page.locator("#left .total [data-figure]")).not_to_be_visible()


def test_all_of_it_without_a_script(owner, cast, visit, account, invoice_of, tmp_path):
    invoices = [invoice_of(amount) for amount in ("50.00", "30.00")]
    file = tmp_path / "march.xml"
    file.write_bytes(camt([("90.00", "Nobody we know", "", "")], iban=_iban(owner)).read())
    page = visit(cast.sam, js=False, to="/staff/bank/import/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("Nobody we know")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("body")).to_contain_text("1 new line imported.")
    page.goto(QUEUE)
    page.fill("#find", "aldgate")
    page.get_by_role("button", name="Find").click()
    for invoice in invoices:
        page.check(f"input[name=use_{invoice}]")
    page.get_by_role("button", name="Work out what is left").click()
    expect(page.locator("#left")).to_contain_text(re.compile(r"Left to allocate\s*10\.00"))
    page.select_option("select[name=credit_of]", str(cast.aldgate))
    page.get_by_role("button", name="Match").click()
    expect(page.locator(".q-items")).to_contain_text("Everything is matched")
    made = value(owner, "select id from bank_transactions")
    assert left(owner, made) == 0 and [status(owner, each)[0] for each in invoices] == ["paid"] * 2
    page.get_by_role("button", name="Undo the last match").click()
    expect(page.locator("#item")).to_contain_text("Taken back")
    assert left(owner, made) == D("90.00")
    assert broken_rules(owner) == []


def _iban(owner) -> str:
    return value(owner, "select iban from receiving_accounts")


def test_a_refusal_is_easy_to_read_and_to_reach(owner, cast, visit, wire, invoice_of):
    invoice = invoice_of("50.00")
    made = wire("100.00", memo=named(owner, invoice), booking_date="2026-03-01")
    wire("-3.00", payer="The bank", counterparty_account="", booking_date="2026-03-02")
    walk = Walk(phone=True)
    page = visit(cast.sam, to=QUEUE)
    with page.expect_response("**/left/**"):
        page.fill(f"input[name=amount_{invoice}]", "abc")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Match").click()
    expect(page.locator("[role=alert]")).to_contain_text("Nothing was matched.")
    assert page.input_value(f"input[name=amount_{invoice}]") == "abc"
    walk.look(page)
    page.goto(f"{QUEUE}{made}/?find=aldgate")
    walk.look(page)
    page.locator(".q-item").nth(1).click()
    walk.look(page)
    assert walk.found == []
