"""Pictures of the pages, in both themes, wide and on a phone: ``make screenshots``.

Loads the sample data into the empty database that the environment names, and writes
``docs/screenshots/<page>-<look>.png``, of which a few are kept in the repository.
Options: ``--to FOLDER``, and names of pages to draw only those.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.web import serving, sign_in
from tests.installation import ROOT

FOLDER = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOOKS = {
    "light": {"color_scheme": "light", "viewport": WIDE},
    "dark": {"color_scheme": "dark", "viewport": WIDE},
    "phone": {"color_scheme": "light", "viewport": PHONE, "has_touch": True},
    "phone-dark": {"color_scheme": "dark", "viewport": PHONE, "has_touch": True},
}
NORTH, STAFF_NORTH = "/deals/northlight_2027/", "/staff/deals/northlight_2027/"


class Shot(NamedTuple):
    """A page as a person sees it, after doing something there."""

    name: str
    who: str | None
    path: str
    act: Callable[[Page], None] | None = None


def type_units(units: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        page.fill("#reserve input[name=units]", units)
        page.get_by_text(f"For {units} units").wait_for()

    return fill


def ask_for_too_much(page: Page) -> None:
    page.fill("#reserve input[name=units]", "9,000")
    page.click("#reserve button.primary")


def follow(*selectors: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()
            page.wait_for_load_state()

    return click


UNPAID = "main tbody tr:has-text('Harrow') a"
BILLING = ("a[href$='/billing/']", "a[href$='/billing/new/']")
SHOTS = (
    Shot("sign-in", None, "/accounts/login/"),
    Shot("dashboard", "alice", "/"),
    Shot("dashboard-empty", "larry", "/"),
    Shot("deals", "alice", "/deals/"),
    Shot("deal-room", "elena", NORTH, type_units("500")),
    Shot("deal-room-refused", "elena", NORTH, ask_for_too_much),
    Shot("deal-room-held", "alice", "/deals/closdulac_2027/"),
    Shot("deal-room-closed", "hanna", "/deals/harbour_credit/"),
    Shot("reservations", "alice", "/reservations/"),
    Shot("commit", "alice", "/deals/closdulac_2027/", follow("#held a.primary")),
    Shot("commitments", "mallory", "/commitments/"),
    Shot("commitment", "mallory", "/commitments/", follow("main a[href^='/commitments/']")),
    Shot("portfolio", "elena", "/portfolio/"),
    Shot("portfolio-exits", "mallory", "/portfolio/"),
    Shot("documents", "alice", "/documents/"),
    Shot("desk", "ada", "/staff/"),
    Shot("approvals", "ada", "/staff/approvals/", follow(".q-item")),
    Shot("reject", "ada", "/staff/approvals/", lambda page: page.keyboard.press("r")),
    Shot("staff-deals", "ada", "/staff/deals/"),
    Shot("staff-deal", "ada", STAFF_NORTH),
    Shot("lots", "ada", f"{STAFF_NORTH}lots/"),
    Shot("book", "ada", f"{STAFF_NORTH}book/"),
    Shot("members", "ada", f"{STAFF_NORTH}members/"),
    Shot("fees", "ada", f"{STAFF_NORTH}fees/"),
    Shot("negotiated-fees", "ada", f"{STAFF_NORTH}members/", follow("main a[href*='/members/fees/']")),
    Shot("staff-commitments", "ada", f"{STAFF_NORTH}commitments/"),
    Shot("allocations", "ada", f"{STAFF_NORTH}allocations/"),
    Shot("book-found", "ada", f"{STAFF_NORTH}book/?q=a&show=all&sort=-amount"),
    Shot("ledger", "ada", "/staff/ledger/"),
    Shot("invoice-written-off", "ada", "/staff/write-offs/", follow("tbody a")),
    Shot("write-off", "ada", "/staff/invoices/?status=sent", follow("tbody a", "a[href$='/write-off/']")),
    Shot("write-offs", "ada", "/staff/write-offs/"),
    Shot("write-off-decided", "ada", "/staff/approvals/?show=all&q=Ferrand", follow(".q-item")),
    Shot("refunds", "ada", "/staff/refunds/"),
    Shot("refund", "ada", "/staff/refunds/?status=approved", follow("tbody a")),
    Shot("refund-asked", "ada", "/staff/refunds/?status=proposed", follow("tbody a", "main a[href*='/approvals/']")),
    Shot("refund-cancel", "ada", "/staff/refunds/?status=approved", follow("tbody a", "a[href$='/cancel/']")),
    Shot("refund-new", "ada", "/staff/refunds/credit/", follow("tbody a")),
    Shot("refund-credit", "ada", "/staff/refunds/credit/"),
    Shot("refund-files", "ada", "/staff/refunds/files/"),
    Shot("own-invoice-written-off", "elena", "/invoices/", follow("tbody tr:has-text('Paid') a")),
    Shot("own-statement", "elena", "/invoices/statement/"),
    Shot("vehicles", "ada", "/staff/vehicles/"),
    Shot("vehicle", "ada", "/staff/vehicles/", follow("table a:has-text('Northlight')")),
    Shot("exits", "ada", "/staff/deals/harbour_credit/exits/"),
    Shot("exit", "ada", "/staff/deals/harbour_credit/exits/", follow("tbody a")),
    Shot("exit-new", "ada", "/staff/deals/harbour_credit/exits/new/"),
    Shot("fee-events", "ada", "/staff/fees/"),
    Shot("fee-event", "ada", "/staff/fees/?kind=management", follow("tbody a")),
    Shot("accrue", "ada", "/staff/fees/accrue/?deal=harbour_credit&as_of=2028-03-31"),
    Shot("bank", "sam", "/staff/bank/"),
    Shot("bank-statements", "sam", "/staff/bank/", follow("main tbody th a")),
    Shot("bank-statement", "sam", "/staff/bank/", follow("main tbody tr:has-text('USD') a", "main tbody a")),
    Shot("bank-import", "sam", "/staff/bank/import/"),
    Shot("reconcile", "sam", "/staff/bank/reconcile/"),
    Shot("payments", "sam", "/staff/payments/"),
    Shot("payment", "sam", "/staff/payments/", follow("main tbody a")),
    Shot("own-fees", "mallory", "/fees/"),
    Shot("own-fee", "mallory", "/fees/", follow("tbody a")),
    Shot("invoices", "ada", "/staff/invoices/"),
    Shot("invoice", "ada", "/staff/invoices/?kind=invoice", follow("tbody a")),
    Shot("invoice-fees", "ada", "/staff/invoices/?q=Morland&kind=invoice", follow("tbody a")),
    Shot("invoice-lines", "ada", "/staff/invoices/lines/"),
    Shot("ageing", "ada", "/staff/invoices/ageing/"),
    Shot("ageing-table", "ada", "/staff/invoices/ageing/", follow("details summary")),
    Shot("invoice-runs", "ada", "/staff/invoices/runs/"),
    Shot("statements", "ada", "/staff/invoices/statements/"),
    Shot("month-end", "ada", "/staff/month-end/"),
    Shot("home-to-pay", "mallory", "/"),
    Shot("own-invoices", "mallory", "/invoices/"),
    Shot("own-invoice", "mallory", "/invoices/", follow("tbody a")),
    Shot("own-statement", "mallory", "/invoices/statement/"),
    Shot("own-notices", "mallory", "/notices/"),
    Shot("sources", "ada", "/staff/sources/"),
    Shot("staff-documents", "ada", "/staff/documents/"),
    Shot("people", "ada", "/staff/people/"),
    Shot("people-none", "ada", "/staff/people/?q=zzz&role=investor"),
    Shot("investors", "ada", "/staff/investors/"),
    Shot("investor", "ada", "/staff/investors/", follow("main tbody a")),
    Shot("audit", "ada", "/staff/audit/"),
    Shot("jobs", "ada", "/staff/jobs/"),
    Shot("rules", "ada", "/staff/approvals/rules/"),
    Shot("firm", "ada", "/staff/house/"),
    Shot("firm-details", "ada", "/staff/house/details/new/"),
    Shot("accounts", "ada", "/staff/house/accounts/"),
    Shot("account-new", "ada", "/staff/house/accounts/new/"),
    Shot("settings", "ada", "/staff/settings/"),
    Shot("billing", "ada", "/staff/investors/", follow("main tbody a", BILLING[0])),
    Shot("billing-new", "ada", "/staff/investors/", follow("main tbody a", *BILLING)),
    Shot("profile", "alice", "/profile/"),
    Shot("admin", "ada", "/admin/approvals/approval/"),
    Shot("staff-undo", "sam", f"{STAFF_NORTH}allocations/", follow(UNPAID, "a[href$='/undo/']")),
)


def demo_passwords() -> dict[str, str]:
    """By e-mail, as the bootstrap noted them."""
    accounts = json.loads(Path(os.environ["DATA_DIR"], "sample_data.json").read_text(encoding="utf-8"))
    return {account["email"]: account["password"] for account in accounts}


def draw(browser: Browser, address: str, folder: Path, shots: list[Shot]) -> None:
    """Draw the pages of one person after the other: each signs in once for a look."""
    passwords = demo_passwords()
    for look, options in LOOKS.items():
        for who in dict.fromkeys(shot.who for shot in shots):
            context = browser.new_context(
                base_url=address, locale="en-GB", timezone_id="Europe/Paris", reduced_motion="reduce", **options
            )
            page = context.new_page()
            if who:
                email = f"{who}@verso.example"
                sign_in(page, email, passwords[email])
            for shot in (shot for shot in shots if shot.who == who):
                _draw_one(page, shot, folder / f"{shot.name}-{look}.png")
            context.close()


def _draw_one(page: Page, shot: Shot, to: Path) -> None:
    page.goto(shot.path)
    if shot.act:
        shot.act(page)
    page.evaluate("document.fonts.ready")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    print(to.name + (f": {wide} pixels too wide" if wide > 0 else ""), flush=True)
    # As tall as the page, so that what sticks to the window's edge stands at the page's.
    size, high = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(size | {"height": max(size["height"], high)})
    page.screenshot(path=to)
    page.set_viewport_size(size)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder to write to")
    parser.add_argument("names", nargs="*", help="only these pages")
    given = parser.parse_args(arguments)
    shots = [shot for shot in SHOTS if not given.names or shot.name in given.names]
    given.to.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "manage.py", "bootstrap", "--sample-data"], cwd=ROOT, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.ARGUMENTS)
        with serving(dict(os.environ), Path(os.environ["DATA_DIR"])) as address:
            draw(browser, address, given.to, shots)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
