"""The whole way through the house: who walks from where, and the pages that no link leads to."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import timezone

from approvals import services as approvals
from approvals.models import LIMITS, ApprovalRule
from audit.identity import acting_as, acting_as_system
from deals import services as deals
from deals.models import Deal, DealType
from documents.links import make_link
from fees.services import runs
from fees.services.reminders import hold_reminders
from inventory import services as inventory
from inventory.models import ShareSource
from investors.models import Profile
from sample_data.cast import ACCOUNTS, email_of
from tests import factories
from tests.browser.bank_lines import add_bank_lines
from tests.browser.introductions import introduce
from tests.browser.settling import settle
from tests.browser.walk import Walk
from tests.installation import ROOT

NORTH = "/deals/northlight_2027/"
CLOS = "/deals/closdulac_2027/"
STAFF_NORTH, STAFF_DRAFT = f"/staff{NORTH}", "/staff/deals/quarry_2027/"
ATTEMPTS = 5
NEW_PASSWORD = "a-harbour-wall-in-winter"
# Where else each begins: the same pages look different there.
READERS = {
    "alice": ("/", "/deals/closdulac_2027/"),  # has a hold
    "mallory": ("/", NORTH, "/fees/", "/invoices/"),  # has committed, owes fees and has invoices
    "elena": ("/", NORTH),  # may reserve
    "hanna": ("/", "/deals/harbour_credit/"),  # the deal is over
    "nils": ("/",),  # is invited
    "ingrid": ("/", "/introductions/"),  # earns commission
    "larry": ("/", NORTH),  # a lawyer, without figures
    "rita": ("/staff/", "/staff/approvals/"),  # may not decide everything
}
STATES_OF_STAFF = (
    STAFF_NORTH,
    f"{STAFF_NORTH}book/",
    f"{STAFF_NORTH}fees/",
    *(f"{STAFF_DRAFT}{part}" for part in ("", "lots/", "members/", "fees/")),
)
# Addresses of the admin that stand in for ours or that nothing here uses: to a row of any table, after a new password.
UNUSED = ("admin/logout/", "admin/r/", "admin/password_change/done/")


def furnish(owner) -> None:
    """What the sample data lacks: a draft with all its parts, and a row of each record that time would bring."""
    now = timezone.now()
    vehicle, investor = (factories.value(owner, f"select id from {table}") for table in ("vehicles", "investors"))
    factories.insert(owner, "subscriptions", vehicle_id=vehicle, investor_id=investor, commitment=1000)
    factories.insert(owner, "tasks", kind="call", title="Call back")
    factories.add_ledger_account(owner, investor)
    tried = {"user_agent": "", "username": "nobody", "http_accept": "", "path_info": "/", "attempt_time": now}
    factories.insert(owner, "axes_accessfailurelog", **tried, locked_out=False)
    factories.insert(
        owner,
        "job_runs",
        name="inventory.tasks.expire_reservations",
        started_at=now,
        finished_at=now,
        succeeded_at=now,
        outcome="ok",
    )
    told = factories.value(owner, "select id from profiles where email = %s", email_of("alice"))
    factories.insert(
        owner,
        "notices",
        user_id=told,
        kind="deal.cancelled",
        entity_id=vehicle,
        mail_stopped="refused",
        mail_problem="550 no such person",
    )
    ada_id = factories.value(owner, "select id from profiles where email = %s", email_of("ada"))
    _propose_rule()
    _propose_account()
    with acting_as(ada_id):
        ada = Profile.objects.get(pk=ada_id)
        source = ShareSource.objects.first()
        north = Deal.objects.get(code="northlight_2027")
    _draft(ada, source)
    deals.create_fee_plan(acting_user=ada, deal_id=north.pk, name="Later")  # open: it waits to be proposed
    add_bank_lines()
    owed = "select id from invoices where kind = 'invoice' and status in ('sent', 'partial') order by number limit 1"
    hold_reminders(acting_user=ada, invoice_id=factories.value(owner, owed), reason="They wait for an answer.")
    runs.open_run(acting_user=ada, start=now.date() - timedelta(days=90), end=now.date())
    settle(owner)
    introduce(owner)


def _propose_rule() -> None:
    """A rule of approval that waits for Ada, the other administrator."""
    with acting_as_system():
        abe = Profile.objects.get(email=email_of("abe"))
        rule = ApprovalRule.objects.get(currency="*", reason="")
    limits = {name: getattr(rule, name) for name in LIMITS}
    approvals.propose_rule(
        acting_user=abe, currency="GBP", limits=limits, relaxes=[], reason="A second currency.", days=None
    )


def _propose_account() -> None:
    """An account that waits for Ada, and one that ended."""
    with acting_as_system():
        abe = Profile.objects.get(email=email_of("abe"))
        ada = Profile.objects.get(email=email_of("ada"))
    for reason in ("A second bank.", "A third bank."):
        waiting = approvals.propose_account(acting_user=abe, reason=reason, **ACCOUNTS[0])
    approvals.agree_to_account(acting_user=ada, account_id=waiting.pk)
    approvals.end_account(acting_user=ada, account_id=waiting.pk, reason="A test of it.")


def _draft(ada: Profile, source: ShareSource) -> Deal:
    deal = deals.create_deal(
        acting_user=ada, name="Quarry", code="quarry_2027", deal_type=DealType.OTHER, currency="EUR",
        offer_unit_price=Decimal("10.00"),
    )  # fmt: skip
    lot = {"units": Decimal(100), "unit_cost": Decimal(9), "acquired_at": timezone.now().date()}
    for _lot in range(2):
        added = inventory.add_lot(acting_user=ada, deal_id=deal.pk, source_id=source.pk, **lot)
    inventory.block_lot(acting_user=ada, lot_id=added, reason="A question about its papers.")
    for name in ("Plain", "Other"):
        plan = deals.create_fee_plan(acting_user=ada, deal_id=deal.pk, name=name, description="")
        fee = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 100}
        deals.save_component(acting_user=ada, deal_id=deal.pk, plan_id=plan.pk, **fee)
    deals.create_invite(acting_user=ada, deal_id=deal.pk, role="investor")
    return deal


def walked(visit, owner) -> tuple[list[str], int]:
    """Everything that is wrong with any page, and how many pages were looked at."""
    walk = Walk(phone=True)
    house = House(walk, visit, owner)
    house.strangers()
    house.staff()
    for key, starts in READERS.items():
        walk.go(house.page(key), *starts)
    house.accept()
    house.links()
    house.errors()
    left = walk.forgotten(house.page("ada"))
    return walk.found + [line for line in left if not line.lstrip("/").startswith(UNUSED)], walk.looked


class House:
    """The people of the house, each in a window of their own."""

    def __init__(self, walk: Walk, visit, owner):
        self.walk, self.visit, self.owner = walk, visit, owner
        self._pages = {}

    def page(self, key: str):
        """The window of one of the sample data's people."""
        if key not in self._pages:
            self._pages[key] = self.visit(SimpleNamespace(email=email_of(key)))
        return self._pages[key]

    def stranger(self):
        return self.visit(None, to="/accounts/login/")

    def strangers(self) -> None:
        page = self.stranger()
        self.walk.go(page, "/accounts/login/")
        page.goto("/accounts/password/reset/")
        page.fill("input[name=email]", "nobody@verso.example")
        page.press("input[name=email]", "Enter")
        page.wait_for_url("**/done/")
        self.walk.expect(page, "/accounts/password/reset/done/", 200)
        self._sign_in_too_often(page)
        self.walk.expect(page, "/accounts/known-browser/over/", 410)

    def _sign_in_too_often(self, page) -> None:
        for _attempt in range(ATTEMPTS):
            page.goto("/accounts/login/")
            page.fill("input[name=login]", "nobody@verso.example")
            page.fill("input[name=password]", "not it")
            with page.expect_navigation() as answer:
                page.press("input[name=password]", "Enter")
        assert answer.value.status == 429
        self.walk.look(page)

    def staff(self) -> None:
        page = self.page("ada")
        self.walk.go(page, "/staff/", *STATES_OF_STAFF, f"{STAFF_NORTH}book/{self._running_hold()}/",
                     *(f"/staff/fees/{event}/" for event in self._events()), *self._owed(), *self._undoing(),
                     *self._bank_states())  # fmt: skip
        self._bank_file(page)
        self._dialogs(page)
        for action in ("approve", "reject"):
            self._decide_in_the_admin(page, action)

    def _running_hold(self):
        """Alice's on Northlight: that of another may be committed."""
        alice, code = email_of("alice"), NORTH.split("/")[2]
        statement = """select r.id from reservations r join deals d on d.id = r.deal_id
            join profiles p on p.id = r.created_by where p.email = %s and d.code = %s and r.status = 'pending'"""
        return factories.value(self.owner, statement, alice, code)

    def _events(self) -> list:
        """Fees that accrued and that were billed: other things can be done with each."""
        each = "select distinct on (status) id from fee_events where not house_only order by status, id"
        return [row[0] for row in self.owner.execute(each)]

    def _owed(self) -> list[str]:
        """An open invoice of which people are reminded, one of which they are not, and those with write-offs."""
        each = """select distinct on (h.id is null) i.id from invoices i
            left join reminder_holds h on h.invoice_id = i.id
            where i.kind = 'invoice' and i.status in ('sent', 'partial') order by h.id is null, i.number"""
        given_up = "select distinct invoice_id from write_offs"
        return [f"/staff/invoices/{row[0]}/" for ask in (each, given_up) for row in self.owner.execute(ask)]

    def _undoing(self) -> list[str]:
        """An allocation of which it is proposed to undo it."""
        each = """select d.code, u.allocation_id from allocation_undos u join deals d on d.id = u.deal_id
            where u.status = 'proposed'"""
        return [f"/staff/deals/{code}/allocations/{allocation}/undo/" for code, allocation in self.owner.execute(each)]

    def _bank_states(self) -> list[str]:
        """Lines matched in part and that take money out, a payment that counts, invoices to credit and to pay."""
        asked = {
            "/staff/bank/reconcile/": "select id from bank_transactions where amount in (50000, -1250, -100)",
            "/staff/payments/": "select p.id from payments p where amount > 0 and method = 'bank'"
            " and investor_id is not null and not exists (select from payments r where r.reverses_id = p.id)",
            "/staff/invoices/": "select i.id from invoices i join ledger_accounts a on a.investor_id = i.investor_id"
            " where a.kind = 'credit' and a.balance < 0 and i.status in ('sent', 'partial') limit 1",
            "/staff/introducers/invoices/": "select distinct on (status) id from invoices where kind = 'self_billing'",
        }
        return [f"{start}{row[0]}/" for start, each in asked.items() for row in self.owner.execute(each)]

    def _bank_file(self, page) -> None:
        """A file on its way in: as it is read, and what is said where its columns are left out."""
        page.goto("/staff/bank/import/")
        page.set_input_files("input[type=file]", ROOT / "sample_data" / "bank" / "csv.csv")
        page.locator("main form button.primary").click()
        page.wait_for_url(lambda address: not address.endswith("/import/"))
        self.walk.expect(page, urlsplit(page.url).path, 200)
        self.walk.refuse(page, page.locator("main form[method=post]"))

    def _dialogs(self, page) -> None:
        for key in "re?":
            page.goto("/staff/approvals/")
            page.keyboard.press(key)
            page.get_by_role("dialog").wait_for()
            self.walk.look(page)

    def _decide_in_the_admin(self, page, action: str) -> None:
        page.goto("/admin/approvals/approval/?status__exact=pending")
        page.locator("input.action-select").first.check()
        page.select_option("select[name=action]", action)
        page.locator("button[name=index]").click()
        page.locator("input[name=apply]").wait_for(state="attached")
        self.walk.look(page)
        if action == "reject":
            self.walk.refuse(page, page.locator("main form[method=post]"))

    def accept(self) -> None:
        """Nils joins the deal, whose room tells him that the house does not know him yet."""
        page = self.page("nils")
        page.goto("/")
        page.locator("form[action$='/accept/'] button").first.click()
        page.wait_for_load_state()
        self.walk.look(page)
        self.walk.expect(page, NORTH, 200)

    def links(self) -> None:
        """Links that work once, before and after."""
        self._password_link()
        self._invite_link()

    def _password_link(self) -> None:
        page, stranger = self.page("ada"), self.stranger()
        bob = factories.value(self.owner, "select id from profiles where email = %s", email_of("bob"))
        link = self._made_link(page, f"/staff/people/{bob}/password-link/")
        self.walk.go(stranger, link)
        for field in ("password1", "password2"):
            stranger.fill(f"input[name={field}]", NEW_PASSWORD)
        stranger.press("input[name=password2]", "Enter")
        stranger.wait_for_url("**/login/")
        self.walk.look(stranger)
        self.walk.expect(stranger, link, 410)

    def _invite_link(self) -> None:
        link = self._made_link(self.page("ada"), f"/staff{CLOS}invites/new/")
        self.walk.go(self.stranger(), link)
        invited = self.page("elena")
        invited.goto(link)
        self.walk.look(invited)
        invited.locator("main form button.primary").click()
        invited.wait_for_url(f"**{CLOS}")
        self.walk.expect(self.stranger(), link, 404)

    def _made_link(self, page, path: str) -> str:
        page.goto(path)
        page.locator("main form button.primary").click()
        address = page.locator("#address").input_value()
        self.walk.look(page)
        return "/" + address.split("/", 3)[3]

    def errors(self) -> None:
        alice, stranger = self.page("alice"), self.stranger()
        for page in (alice, self.page("ada"), stranger):
            self.walk.expect(page, "/nothing/", 404)
        self.walk.expect(self.page("ada"), "/admin/nothing/", 404)
        self.walk.expect(self.page("ada"), "/admin/deals/deal/add/", 403)
        self.walk.expect(alice, "/deals/?q=%00", 400)
        for page in (alice, self.page("ada"), stranger):
            self.walk.expect(page, "/theme/", 405)
        self._expired_link("alice", "/documents/")
        self._expired_link("ada", "/staff/documents/")
        self._without_a_token(alice)
        self._changed_meanwhile(alice)
        self._from_before_signing_in(alice)
        self._broken(stranger)
        self.walk.go(alice, "/accounts/logout/")

    def _expired_link(self, key: str, place: str) -> None:
        """A link to a document from before the last quarter of an hour."""
        paper, reader = (
            factories.value(self.owner, query, argument)
            for query, argument in (
                ("select id from documents where title = %s", "Information memorandum"),
                ("select id from profiles where email = %s", email_of(key)),
            )
        )
        link = make_link(paper, reader, now=timezone.now() - timedelta(hours=1))
        self.walk.expect(self.page(key), f"{place}file/{link}/", 410)

    def _without_a_token(self, page) -> None:
        page.goto("/profile/")
        form = page.locator("main form[method=post]").first
        form.locator("input[name=csrfmiddlewaretoken]").evaluate("field => field.remove()")
        with page.expect_navigation() as answer:
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        assert answer.value.status == 403
        self.walk.look(page)

    def _changed_meanwhile(self, page) -> None:
        page.goto("/profile/")
        form = page.locator("main form[method=post]").first
        form.locator("input[name=display_name]").fill("Alice, typed")
        form.locator("input[name=version]").evaluate("field => { field.value = '' }")
        with page.expect_navigation() as answer:
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        assert answer.value.status == 409
        self.walk.look(page)

    def _from_before_signing_in(self, page) -> None:
        page.goto("/profile/")
        page.context.clear_cookies(name="csrftoken")
        with page.expect_navigation() as answer:
            page.locator("main form[method=post]").first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        assert answer.value.status == 403
        self.walk.expect(page, "/accounts/form/", 200)

    def _broken(self, page) -> None:
        self._shown_as(page, "/broken/", "500.html", {"request_id": "c0ffee"})
        self._shown_as(page, "/busy/", "503_busy.html", {})

    def _shown_as(self, page, address: str, template: str, facts: dict) -> None:
        body = render_to_string(template, facts)
        page.route(f"**{address}", lambda route: route.fulfill(body=body, content_type="text/html"))
        self.walk.expect(page, address, 200)
