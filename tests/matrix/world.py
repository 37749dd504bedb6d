"""A generated world: people, investors, deals and all that hangs on them, the same for the same seed.

One person of each kind has a fixed place, so that each table has a row to see and a row to miss for
each of them; the rest is drawn. Rows are inserted as the owner, plainly, as a seed would.
"""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.factories import insert
from tests.matrix.rows import Catalog

NOW = datetime.now(UTC)
LATER, EARLIER = NOW + timedelta(days=3), NOW - timedelta(days=3)

SYSTEM = UUID("00000000-0000-4000-8000-000000000001")  # as whom jobs act; the migrations made it

# Who looks at the tables, one of each kind. "anonymous" has no identity at all.
KINDS = {
    "investor": "investor",
    "co_linked": "investor",
    "other_investor": "investor",
    "lawyer": "investor",
    "introducer": "investor",
    "viewer": "investor",
    "pending": "investor",
    "disabled": "investor",
    "disabled_staff": "staff_admin",
    "staff_rm": "staff_rm",
    "staff_ops": "staff_ops",
    "staff_admin": "staff_admin",
}


class World:
    """``people`` maps each kind to a profile id; ids of the other rows stand in the lists."""

    def __init__(self, owner, seed: int):
        self.owner, self.random, self.catalog = owner, random.Random(seed), Catalog(owner)
        self.people: dict[str, UUID | None] = {"anonymous": None, "system": SYSTEM}
        self.others: list[UUID] = []
        with owner.transaction():
            self._people()
            self._investors()
            self._deals()
            self._vehicles_held()
            self._offers()
            for deal in self.deals:
                self._book(deal)
            self._ledger()
            self._billed()
            self._introduced()
            self._papers()
            self._work()
            self._framework()
            self._whatever_is_left()

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def put(self, table: str, **columns) -> UUID:
        if "id" not in columns and self.catalog.has_uuid(table):
            columns["id"] = self.uuid()
        insert(self.owner, table, **columns)
        return columns.get("id")

    def some(self, of: list, least: int = 0) -> list:
        return self.random.sample(of, self.random.randint(least, len(of)))

    def one(self, of: list):
        return self.random.choice(of)

    # --- who

    def _people(self):
        for kind, role in KINDS.items():
            self.people[kind] = self._person(kind, role, is_active=not kind.startswith("disabled"))
        for n in range(8):
            role = "staff_rm" if n == 0 else "investor"
            self.others.append(self._person(f"other{n}", role, is_active=self.random.random() < 0.9))

    def _person(self, name, role, **columns):
        return self.put("profiles", display_name=name, role=role, email=f"{name}@verso.example", **columns)

    def _investors(self):
        names = ["Aldgate Family Office", "Morland Partners", "Novak Holdings"]
        self.investors = [
            self.put("investors", legal_name=name, kyc_status=self.one(["approved", "pending"]),
                     rm_id=self.one([None, self.people["staff_rm"]]))
            for name in names
        ]  # fmt: skip
        self.aldgate, self.morland, self.novak = self.investors
        links = {(self.aldgate, self.people[k]) for k in ("investor", "co_linked", "disabled")}
        links |= {(self.morland, self.people["other_investor"]), (self.novak, self.people["pending"])}
        links |= {(self.one(self.investors), person) for person in self.some(self.others[1:], 2)}
        for investor, person in sorted(links):
            self.put("investor_users", investor_id=investor, user_id=person)

    # --- deals and who is in them

    def _deals(self):
        self.vehicles = [self.put("vehicles", name=f"Vehicle {n}", currency="USD") for n in range(5)]
        statuses = [
            "open",
            "draft",
            *self.random.choices(["open", "allocation_pending", "closed", "cancelled"], k=4),
        ]
        self.deals = [
            self.put("deals", name=f"Deal {n}", code=f"deal_{n}", status=status,
            offer_unit_price=Decimal("28.50"),
                     vehicle_id=self.vehicles[n % 4], created_by=self.people["staff_ops"])
            for n, status in enumerate(statuses)
        ]  # fmt: skip
        self.first, self.draft = self.deals[:2]
        self._member(self.first, "investor", self.aldgate)
        self._member(self.first, "disabled", self.aldgate)
        self._member(self.first, "other_investor", self.morland, "co_investor")
        for role in ("lawyer", "introducer", "viewer"):
            self._member(self.first, role, None, role)
        self._member(self.first, "pending", self.novak, accepted=False)
        self._member(self.deals[2], "other_investor", self.morland)
        for deal in self.deals[2:5]:
            for person in self.some(self.others):
                role, accepted = self.one(["investor", "advisor", "banker"]), self.random.random() < 0.6
                investor = self.one(self.investors) if role == "investor" else None
                self._member(deal, person, investor, role, accepted)

    def _member(self, deal, person, investor, role="investor", accepted=True):
        self.put(
            "deal_memberships",
            deal_id=deal,
            user_id=self.people.get(person, person),
            investor_id=investor,
            role=role,
            accepted_at=EARLIER if accepted else None,
        )

    def _vehicles_held(self):
        """Two vehicles are on no deal's way to anybody: one held, one subscribed to; the last nobody's."""
        held = {
            (self.aldgate, self.vehicles[0]),
            (self.morland, self.vehicles[1]),
            (self.novak, self.vehicles[2]),
        }
        held |= {(self.one(self.investors), self.one(self.vehicles[:3])) for _ in range(3)}
        for investor, vehicle in sorted(held):
            self.put("positions", investor_id=investor, vehicle_id=vehicle, units=self.random.randint(0, 500))
            self.put("position_entries", investor_id=investor, vehicle_id=vehicle, effective_date=date(2026, 1, 2),
                     units=5, cost=1, cause="allocation", key=f"{investor} {vehicle}")  # fmt: skip
        for investor in self.investors:
            self.put("subscriptions", investor_id=investor, vehicle_id=self.one(self.vehicles[:4]), commitment=1000)
            self.put("investor_billing", **self.catalog.row("investor_billing", {"investors": investor}))
        for vehicle in self.vehicles:
            for day in self.some([1, 2, 3], 1):
                value = {"vehicle_id": vehicle, "as_of_date": date(2026, 1, day), "nav_total": 1_000_000}
                self.put("valuations", **value, status="approved")
                self.put("valuations", **value)

    def _offers(self):
        """Each deal has a default plan with a fee, and a second plan that nobody will ever agree to."""
        self.plans, self.free_plans, self.lots, self.exits = {}, {}, {}, {}
        source = self.put("share_sources", kind="fund", counterparty_name="Harbour Fund II")
        for deal in self.deals:
            self.plans[deal] = self.put("fee_plans", deal_id=deal, name="All-in 5 %", is_default=True)
            # On a deal that was opened, what is not agreed to can change while it waits to take effect only.
            waits = {} if deal == self.draft else {"effective_from": None}
            self.free_plans[deal] = self.put("fee_plans", deal_id=deal, name="Unused", **waits)
            self.put("fee_plans", deal_id=deal, name="Empty")
            for plan in (self.plans[deal], self.free_plans[deal]):
                self.put("fee_components", fee_plan_id=plan, kind="subscription", rate_bps=500)
            self.lots[deal] = self.put(
                "share_lots",
                deal_id=deal,
                source_id=source,
                units_total=10_000,
                units_remaining=8_000,
                unit_cost=25,
            )
            self.put(
                "deal_changes",
                deal_id=deal,
                kind="offer_unit_price",
                changes={"offer_unit_price": "30"},
                before={"offer_unit_price": "28.5"},
                reason="Demand",
                proposed_by=self.people["staff_ops"],
            )
            self.exits[deal] = self.put(
                "deal_exits", deal_id=deal, exit_date=date(2026, 1, 9), fraction=Decimal("0.5"), unit_price=40
            )
            for n in range(self.random.randint(1, 2)):
                self.put("invite_links", deal_id=deal, role="investor", token_hash=f"{deal}{n}", expires_at=LATER)

    def _book(self, deal):
        """Every investor asked for something on the first deal, and on the others as it falls."""
        for investor in self.investors if deal == self.first else self.some(self.investors):
            common = {"deal_id": deal, "investor_id": investor}
            plan = self.plans[deal]
            self.put("investor_terms", **common, selected_fee_plan_id=plan)
            sheet = self.put("term_sheets", **common, fee_plan_id=plan, price_per_unit=Decimal("28.50"))
            commitment = self.put(
                "deal_commitments",
                **common,
                requested_units=100,
                selected_fee_plan_id=plan,
                term_sheet_id=sheet,
            )
            hold = self.put("reservations", **common, requested_units=100,
            proposed_unit_price=Decimal("28.50"),
                            expires_at=self.one([EARLIER, LATER]), commitment_id=commitment)  # fmt: skip
            self.put("reservation_lot_items", reservation_id=hold, lot_id=self.lots[deal], units=100)
            given = self.put("allocations", **common, unit_price=Decimal("28.50"), units=100, status="approved")
            self.put("allocation_lot_items", allocation_id=given, lot_id=self.lots[deal], units=100)
            self.put("allocation_undos", **common, allocation_id=given, reason="Never paid")
            self.put("deal_exit_items", exit_id=self.exits[deal], **common, allocation_id=given,
                     exit_date=date(2026, 1, 9), unit_price=40, units=1, cost=25, proceeds=40,
                     currency="USD")  # fmt: skip
            self.put("approvals", entity_type="deal_commitment", entity_id=commitment, deal_id=deal,
                     investor_id=investor, requested_by=self.people["investor"])  # fmt: skip

    def _ledger(self):
        """Each investor owes what a fee earned; both sides of an entry stand in one statement."""
        account = "select app.ledger_account(%s, 'USD', %s)"
        income = self.owner.execute(account, ["fee_income_flat", None]).fetchone()[0]
        for n, investor in enumerate(self.investors):
            owed = self.owner.execute(account, ["accrued_fees", investor]).fetchone()[0]
            entry = self.put("ledger_entries", kind="fee_accrued", key=str(n), effective_date=date(2026, 1, 5),
                             asked_date=date(2026, 1, 5), currency="USD")  # fmt: skip
            self.owner.execute(
                "insert into ledger_postings (entry_id, account_id, amount)"
                " values (%(e)s, %(a)s, 5), (%(e)s, %(b)s, -5)",
                {"e": entry, "a": owed, "b": income},
            )
        self.put("accounting_periods", month=date(2020, 1, 1))

    def _billed(self):
        """Each investor has a fee and a margin of the house's, a draft, and an issued invoice with a payment."""
        self.put("number_series", series="INV", year=2026)
        self.put("invoice_runs", period_start=date(2026, 1, 1), period_end=date(2026, 3, 31))
        for n, investor in enumerate(self.investors):
            common = {"deal_id": self.first, "investor_id": investor}
            for house_only in (False, True):
                self.put("fee_events", **common, event_date=NOW, computed_amount=5, house_only=house_only)
            self.put("invoices", **common)
            issued = {"number": f"INV-2026-{n:06}", "issue_date": NOW}
            invoice = self.put("invoices", **common, status="sent", subtotal=5, tax=1, total=6, **issued)
            self.put("invoice_lines", invoice_id=invoice, amount=5)
            self.put("invoice_taxes", invoice_id=invoice, rate_bps=2000, base=5, amount=1)
            self.put("payments", investor_id=investor, invoice_id=invoice, amount=6)
            self.put("invoice_papers", invoice_id=invoice, due_at=NOW)
            self.put("invoice_reminders", invoice_id=invoice, level=7, sent_on=NOW, amount=6)
            self.put("reminder_holds", invoice_id=invoice, reason="They asked")

    def _introduced(self):
        """Two introducers, one of them a person here, each with terms, an introduction and a paid invoice."""
        for n, user in enumerate((self.people["introducer"], None)):
            them = self.put("introducers", legal_name=f"Introducer {n}", user_id=user)
            terms = {"introducer_id": them, "deal_id": self.first, "rate_bps": 100, "valid_from": date(2026, 1, 1)}
            for status in ("active", "proposed"):
                self.put("introducer_agreements", **terms, status=status)
            brought = self.put("introductions", introducer_id=them, prospect_email=f"{n}@brought.example", place=1)
            self.put("introduction_alerts", introduction_id=brought, earlier_id=brought)
            issued = {"number": f"SBI-2026-{n:06}", "issue_date": NOW, "kind": "self_billing", "status": "sent"}
            invoice = self.put("invoices", subtotal=5, tax=1, total=6, **issued)
            self.put("invoice_lines", invoice_id=invoice, amount=5)
            self.put("invoice_taxes", invoice_id=invoice, rate_bps=2000, base=5, amount=1)
            self.put("payments", invoice_id=invoice, amount=6)
            earned = {"introducer_id": them, "rate_bps": 100, "accrual_amount": 5, "status": "invoiced"}
            self.put("introducer_commissions", **earned, invoice_id=invoice)
            self.put("introducer_payouts", invoice_id=invoice, amount=6, currency="USD", paid_on=date(2026, 2, 2))

    # --- what hangs on all of it

    def _papers(self):
        """Every combination of owners, vehicle and deal, on the first deal; more as it falls."""
        people = [*self.people.values(), *self.others]
        for owner in (None, self.aldgate, self.morland):
            for person in (None, self.people["investor"], self.people["lawyer"]):
                for vehicle in (None, self.vehicles[0], self.vehicles[1]):
                    for deal in (None, self.first, self.draft):
                        self._paper(owner, person, vehicle, deal)
        for person in people:
            self._paper(None, person, None, None)
        for investor in self.investors:
            self._paper(investor, None, None, None)
        for _ in range(20):
            self._paper(self.one([None, *self.investors]), self.one([None, None, *people]),
                        self.one([None, *self.vehicles]), self.one([None, *self.deals]))  # fmt: skip

    def _paper(self, investor, person, vehicle, deal):
        self.put("documents", owner_investor_id=investor, owner_user_id=person, vehicle_id=vehicle,
        deal_id=deal,
                 file_key="documents/sample.pdf")  # fmt: skip

    def _work(self):
        everybody = [person for person in [*self.people.values(), *self.others] if person]
        for person in everybody:
            self.put("tasks", owner_user_id=person, title="Call back")
            self.put("notices", user_id=person, kind="deal.opened", entity_id=self.first)
            self.put("notices", user_id=person, kind="deal.cancelled", entity_id=self.first, mail_stopped="refused")
            self.put_serial("account_makers", maker_id=person, account_id=person)
            self.put("set_password_links", user_id=person, token_hash=str(person), expires_at=LATER)
        self.put("tasks", title="Nobody's yet")

    def _framework(self):
        everybody = [person for person in [*self.people.values(), *self.others] if person]
        right = self.owner.execute("select id from auth_permission order by id limit 1").fetchone()[0]
        group = self.put_serial("auth_group", name="Unused")
        for n, person in enumerate(everybody):
            address = self.put_serial("account_emailaddress", email=f"{n}@verso.example", verified=True,
                                      primary=True, user_id=person)  # fmt: skip
            self.put_serial("account_emailconfirmation", created=NOW, key=str(n), email_address_id=address)
            self.put_serial("profiles_groups", profile_id=person, group_id=group)
            self.put_serial("profiles_user_permissions", profile_id=person, permission_id=right)
        attempt = {"user_agent": "", "http_accept": "", "path_info": "/", "attempt_time": NOW}
        tried = attempt | {"get_data": "", "post_data": "", "failures_since_start": 1}
        first = self.put_serial("axes_accessattempt", **tried)
        self.lasting_attempt = self.put_serial("axes_accessattempt", **tried, username="lasting")
        self.put("axes_accessattemptexpiration", access_attempt_id=first, expires_at=LATER)

    def _whatever_is_left(self):
        """A plain row of every table that has none yet: on these nothing special depends."""
        for table in self.catalog.columns:
            if self.catalog.is_empty(table):
                self.put(table, **self.catalog.row(table, {}, word="OLD"))

    def put_serial(self, table, **columns):
        return insert(self.owner, table, **columns)
