"""The main job, as an investor and as staff do it, with JavaScript and without.

An invited investor signs in, reads the deal, reserves while a clock runs, commits; staff approve; the position is
there.
"""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import factories


@pytest.fixture
def ready(owner, deal, cast):
    """Aldgate has an approved commitment behind it, so that one approval is enough."""
    return deal


def reserve(page, deal, units: str) -> None:
    page.goto(f"/deals/{deal.code}/")
    page.fill("#reserve input[name=units]", units)
    page.click("#reserve button.primary")
    expect(page.get_by_role("heading", name=re.compile(f"{units} units on hold for you"))).to_be_visible()


def commit(page) -> None:
    page.get_by_role("link", name=re.compile("^Commit to")).first.click()
    page.locator("main form button.primary").first.click()
    expect(page.locator("main")).to_contain_text("approval")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_link_to_the_position(owner, ready, cast, visit, js):
    alice = visit(cast.alice, js=js)
    alice.get_by_role("link", name="Deals", exact=True).first.click()
    alice.get_by_role("link", name="Northlight Secondary").first.click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("Northlight Secondary")
    expect(alice.locator("main")).to_contain_text("of 10,000 units available")
    reserve(alice, ready, "500")
    expect(alice.locator("main")).to_contain_text("14,962.50")
    if js:
        expect(alice.locator("[data-countdown]").first).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    commit(alice)

    rita = visit(cast.rita, js=js, to="/staff/approvals/")
    expect(rita.locator("main")).to_contain_text("Aldgate Family Office")
    if js:
        rita.keyboard.press("a")
    else:
        rita.get_by_role("button", name=re.compile("^Approve")).first.click()
    expect(rita.locator("main")).to_contain_text(re.compile("Nothing pending|approved|Approved"))

    alice.goto("/portfolio/")
    expect(alice.locator("main")).to_contain_text("500")
    expect(alice.locator("main")).to_contain_text("14,250.00")
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(Decimal(500), Decimal("14250.00"))]
    actions = {row[0] for row in owner.execute("select action from audit_log")}
    assert {"hold.placed", "commitment.submitted", "approval.approved", "allocation.made"} <= actions


def test_three_actions_reserve_and_a_double_click_is_one_hold(owner, ready, cast, visit):
    alice = visit(cast.alice, to=f"/deals/{ready.code}/")
    alice.fill("#reserve input[name=units]", "6000")
    expect(alice.locator("#reserve")).to_contain_text("171,000.00")
    expect(alice.locator("#reserve")).to_contain_text("8,550.00")
    expect(alice.locator("#reserve")).to_contain_text("179,550.00")
    alice.locator("#reserve button.primary").dblclick()
    expect(alice.get_by_role("heading", name=re.compile("6,000 units on hold for you"))).to_be_visible()
    assert factories.value(owner, "select count(*) from reservations") == 1


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_years_of_an_exit_are_the_reader_s_and_a_wrong_number_is_said(owner, ready, cast, visit, js):
    alice = visit(cast.alice, js=js, to=f"/deals/{ready.code}/?units=500")
    years, figures = alice.locator("#id_years"), alice.locator("#exit-figures")
    for typed, shown, said in (("2", "2 years", 0), ("0", "5 years", 1), ("3", "3 years", 0)):
        years.fill(typed)
        years.press("Tab") if js else alice.get_by_role("button", name="Update").click()
        expect(figures).to_contain_text(f"Sold after {shown} at")
        expect(alice.locator("#id_years_error")).to_have_count(said)
        expect(years).to_have_value(typed)
        expect(alice.locator("#reserve input[name=units]")).to_have_value("500")


BAD_UNITS = ["-1", "0", "NaN", "1e400", "1.123456789", "1,5", "١٢", "9" * 40, "", "10001"]


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_bad_units_keep_what_was_typed_and_change_nothing(owner, ready, cast, visit, js):
    alice = visit(cast.alice, js=js, to=f"/deals/{ready.code}/")
    for typed in BAD_UNITS:
        alice.goto(f"/deals/{ready.code}/")
        alice.fill("#reserve input[name=units]", typed)
        alice.click("#reserve button.primary")
        expect(alice.locator("#reserve .field.bad")).to_be_visible()
        expect(alice.locator("#reserve input[name=units]")).to_have_value(typed)
    assert factories.value(owner, "select count(*) from reservations") == 0


def test_a_rejection_reaches_the_investor_with_its_reason(owner, ready, cast, visit):
    alice = visit(cast.alice)
    reserve(alice, ready, "500")
    commit(alice)
    ada = visit(cast.ada, to="/staff/approvals/")
    ada.keyboard.press("r")
    dialog = ada.get_by_role("dialog")
    dialog.locator("textarea").fill("The account named is not yours.")
    dialog.get_by_role("button", name=re.compile("^Reject")).click()
    expect(ada.locator("main")).not_to_contain_text("500 of")
    alice.goto("/commitments/")
    expect(alice.locator("main")).to_contain_text("Rejected")
    alice.goto("/notices/")
    expect(alice.locator("main")).to_contain_text("The account named is not yours.")
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 10_000
