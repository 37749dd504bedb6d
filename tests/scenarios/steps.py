"""What people do in the pages, one function for each thing they would call one thing."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.web import sign_in

PASSWORD = "a quiet harbour at dawn"  # noqa: S105 (of people in a test)


def arrive(browser: Browser, address: str) -> Page:
    """Somebody at their own browser, not signed in."""
    context = browser.new_context(base_url=address, locale="en-GB", timezone_id="Europe/Paris")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/")
    return page


def enter(browser: Browser, address: str, email: str) -> Page:
    """Somebody at their own browser, signed in."""
    page = arrive(browser, address)
    sign_in(page, email, PASSWORD)
    return page


def fill(page: Page, **values: str) -> None:
    """Fill in fields of the page's form by their names."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        kind = field.first.evaluate("field => field.type")
        if kind == "select-one":
            field.select_option(label=value)
        elif kind == "radio":
            field.locator(f"xpath=self::*[@value='{value}']").check()
        else:
            field.fill(value)


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def fix(page: Page, item: str) -> None:
    """Follow the link of an open item of a checklist."""
    page.locator(".checks li").filter(has_text=item).get_by_role("link").click()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=re.compile(name)).first.click()


def see(page: Page, *words: str) -> None:
    for text in words:
        expect(page.locator("main")).to_contain_text(text)


def see_free(page: Page, units: str) -> None:
    """The room's big figure, live."""
    expect(page.locator(".avail-figure .figure")).to_have_text(units)


# --- administrators


def add_person(page: Page, name: str, email: str, role: str) -> str:
    """Add a person and make the link with which they choose a password; the link."""
    follow(page, "People")
    follow(page, "Add a person")
    fill(page, display_name=name, email=email, role=role)
    press(page, "Add the person")
    see(page, f"{name}")
    follow(page, "Create password link")
    press(page, "Create link")
    return page.input_value("#address")


def choose_password(browser: Browser, address: str, link: str) -> None:
    """Follow a set-password link, choose a password, and sign in with it at the page that comes next."""
    page = arrive(browser, address)
    page.goto(link)
    see(page, "Choose a password")
    fill(page, password1=PASSWORD, password2=PASSWORD)
    press(page, "Set the password")
    see(page, "Your password is set. Sign in with it.")
    page.goto(link)
    see(page, "This link")
    page.context.close()


def add_investor(page: Page, name: str, person: str, rm: str) -> None:
    """Add a legal investor and link the person who acts for it."""
    follow(page, "Investors")
    follow(page, "Add an investor")
    fill(page, legal_name=name, type="entity", country="Luxembourg", rm=rm)
    press(page, "Add the investor")
    follow(page, "Link a person")
    fill(page, email=person)
    press(page, "Link the person")
    see(page, person)


def approve_kyc(page: Page, investor: str) -> None:
    """Approve an investor's identity check."""
    follow(page, "Investors")
    follow(page, investor)
    follow(page, "Update KYC")
    fill(page, kyc_status="approved", kyc_reason="Passport and register entry checked.")
    press(page, "Update KYC")
    see(page, "Approved", "Passport and register entry checked.")


# --- operations


def set_up_deal(page: Page) -> None:
    """A vehicle, a source and a draft; then what the checklist asks for, following its own links."""
    follow(page, "Deals")
    follow(page, "Vehicles")
    follow(page, "Add a vehicle")
    fill(page, name="Northlight SPV I", type="SPV", domicile="Luxembourg", currency="USD")
    press(page, "Add the vehicle")
    follow(page, "Deals")
    follow(page, "Sources")
    follow(page, "Add a source")
    fill(page, counterparty_name="Lantern Growth Fund II", kind="Fund")
    press(page, "Add the source")
    follow(page, "Deals")
    follow(page, "Add a deal")
    fill(page, name="Northlight Secondary", code="northlight_2027", deal_type="Equity, secondary", currency="USD")
    fill(page, vehicle="Northlight SPV I (USD)", offer_unit_price="28.50")
    press(page, "Add the deal as a draft")
    see(page, "Before it opens")
    _do_checklist(page)


def _do_checklist(page: Page) -> None:
    fix(page, "At least one lot with units")
    _add_lot(page, "5,000", "25.00", "2024-12-15")
    _add_lot(page, "3,000", "22.50", "2025-01-10")
    follow(page, "Overview")
    fix(page, "A default fee plan with a fee in it")
    _add_fee_plan(page)


def _add_lot(page: Page, units: str, cost: str, acquired: str) -> None:
    if "/lots/add/" not in page.url:
        follow(page, "Add a lot")
    fill(page, units=units, unit_cost=cost, source="Lantern Growth Fund II", acquired_at=acquired)
    press(page, "Add the lot")
    see(page, units)


def _add_fee_plan(page: Page) -> None:
    follow(page, "Add a fee plan")
    fill(page, name="All-in 5 %", description="One fee when you buy, nothing after.")
    press(page, "Add the plan")
    fill(page, kind="Subscription fee", calc_method="Percent of the amount", rate_bps="5")
    press(page, "Save the fee")
    see(page, "All-in 5 %")


def open_deal(page: Page) -> None:
    follow(page, "Overview")
    see(page, "Ready")
    follow(page, "Open the deal")
    see(page, "For sale: 8,000 units.")
    press(page, "Open the deal")
    see(page, "Northlight Secondary is open.")


def make_invite_link(page: Page, email: str) -> str:
    follow(page, "Members")
    follow(page, "Create invite link")
    fill(page, role="Investor", email=email)
    press(page, "Create link")
    return page.input_value("#address")


def approve_first(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Approvals")).first.click()  # the number that waits stands with it
    page.locator(".q-item").first.click()
    press(page, "^Approve")


# --- investors


def accept_invite(browser: Browser, address: str, link: str, email: str) -> Page:
    """Open an invite link as a stranger, sign in, accept; the deal's page."""
    page = arrive(browser, address)
    page.goto(link)
    follow(page, "Sign in")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    see(page, "You join on behalf of Aldgate Family Office.")
    press(page, "Accept the invitation")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northlight Secondary")
    return page


def reserve(page: Page, units: str) -> None:
    more = page.get_by_text("Reserve more units", exact=True)
    if more.count():
        more.click()
    page.fill("#reserve input[name=units]", units)
    page.click("#reserve button.primary")
    see(page, f"{units} units on hold for you")


def commit(page: Page, units: str) -> None:
    follow(page, f"Commit to {units} units")
    press(page, f"Commit to {units} units")
    see(page, "approval")
