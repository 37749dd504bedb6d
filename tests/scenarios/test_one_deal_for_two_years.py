"""One deal for two years, from the terms to the bank: what each account holds, worked out by hand, on twelve days.

500,000.00 on 15 January 2024 (1,000 units at 500.00, which cost the house 480.00), 1 % subscription fee, 2 % a year of
net asset value by the quarter (ACT/365F), 20 % of profit. Who brought the investor earns 2 % of what was funded, up
to 8,000.00. The value rises to 600.00 on 1 January 2025; 40 % is sold at 700.00 on 1 July 2025. What is done on a day
is posted as of it.
"""

from contextlib import contextmanager
from datetime import date

import pytest

from tests.factories import value
from tests.sql import introducers
from tests.sql.commitments import decide
from tests.sql.exits import allocated, approval_about, propose_exit
from tests.sql.fees import CARRY, YEARLY, accrue, add_valuation, charge, differing
from tests.sql.holds import broken_rules
from tests.sql.invoices import bill, credit, ready
from tests.sql.matches import line, match

SUBSCRIPTION = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 100}
VOID = "select app.void_fee_event(id, 'Waived') from fee_events where event_date = '2024-12-31'"
HELD = """select a.kind, sum(p.amount) from ledger_postings p join ledger_entries e on e.id = p.entry_id
           join ledger_accounts a on a.id = p.account_id where e.effective_date <= %s group by 1
          having sum(p.amount) <> 0"""
OUT_OF_BALANCE = """select e.effective_date, e.currency, sum(p.amount) from ledger_postings p
                      join ledger_entries e on e.id = p.entry_id group by 1, 2 having sum(p.amount) <> 0"""
SOLD = {"principal_due": "-480000.00", "spread": "-20000.00", "fee_income_subscription": "-5000.00"}
# 2 % of what was funded, at most 8,000.00
BROUGHT = {"commission_expense": "8000.00", "introducer_payable": "-8000.00"}
# Debit is positive: what people owe and what lies in the bank; income, and what is owed to others, is negative.
BALANCES = {
    "2024-01-15": SOLD | {"receivable": "505000.00"},
    "2024-01-20": SOLD | {"receivable": "205000.00", "bank": "300000.00", "commission_expense": "6000.00",
                          "introducer_payable": "-6000.00"},
    "2024-01-31": SOLD | BROUGHT | {"bank": "505000.00"},
    # 77 days of 500,000.00 (2,109.59) and 91 (2,493.15)
    "2024-06-30": SOLD | BROUGHT | {"bank": "505000.00", "accrued_fees": "4602.74",
                                    "fee_income_management": "-4602.74"},
    "2024-07-05": SOLD | BROUGHT | {"bank": "505000.00", "receivable": "4602.74",
                                    "fee_income_management": "-4602.74"},
    # 1,000.00 from nobody known
    "2024-08-01": SOLD | BROUGHT | {"bank": "506000.00", "receivable": "4602.74", "suspense": "-1000.00",
                          "fee_income_management": "-4602.74"},
    "2024-09-01": SOLD | BROUGHT | {"bank": "506000.00", "receivable": "3602.74", "fee_income_management": "-4602.74"},
    # 92 days (2,520.55), and 100.00 credited
    "2024-10-10": SOLD | BROUGHT | {"bank": "506000.00", "receivable": "3502.74", "accrued_fees": "2520.55",
                          "fee_income_management": "-7023.29"},
    # the last quarter waived
    "2025-01-31": SOLD | BROUGHT | {"bank": "506000.00", "receivable": "3502.74", "accrued_fees": "2520.55",
                          "fee_income_management": "-7023.29"},
    # 90 and 91 days of 600,000.00 (2,958.90, 2,991.78); 20 % of 400 × 200.00
    "2025-07-31": SOLD | BROUGHT | {"bank": "506000.00", "receivable": "3502.74", "accrued_fees": "24471.23",
                          "fee_income_management": "-12973.97", "fee_income_performance": "-16000.00"},
    # 92 days of 360,000.00 (1,814.79), billed; 30,000.00 pays all of it and leaves 211.24
    "2025-10-20": SOLD | BROUGHT | {"bank": "536000.00", "credit": "-211.24", "fee_income_management": "-14788.76",
                          "fee_income_performance": "-16000.00"},
    "2025-12-31": SOLD | BROUGHT | {"bank": "536000.00", "credit": "-211.24", "accrued_fees": "1814.79",
                          "fee_income_management": "-16603.55", "fee_income_performance": "-16000.00"},
}  # fmt: skip


@pytest.fixture
def story(owner, superuser, cast, deal, app_connection):
    return Story(owner, superuser, cast, deal, app_connection)


class Story:
    """What happens, each on its day; after each, the books are at zero on every day and hold what was worked out."""

    def __init__(self, owner, superuser, cast, deal, app_connection):
        self.owner, self.superuser, self.cast, self.deal = owner, superuser, cast, deal
        self.account = ready(app_connection, cast, "USD")["USD"]
        self.sam, self.abe = app_connection(cast.sam), app_connection(cast.abe)
        self.seen = set()

    @contextmanager
    def on(self, day: str):
        """What is posted today by what is done here counts from that day, as it would have then."""
        before = value(self.owner, "select coalesce(array_agg(id), '{}') from ledger_entries")
        yield
        with self.superuser.transaction():
            self.superuser.execute("alter table ledger_entries disable trigger append_only_rows")
            self.superuser.execute(
                "update ledger_entries set effective_date = %s, asked_date = %s"
                " where effective_date >= current_date - 1 and id <> all (%s)",
                [day, day, before],
            )
            self.superuser.execute("alter table ledger_entries enable always trigger append_only_rows")
        assert self.owner.execute(OUT_OF_BALANCE).fetchall() == []
        if day in BALANCES:
            assert {kind: str(amount) for kind, amount in self.owner.execute(HELD, [day])} == BALANCES[day], day
            self.seen.add(day)

    def accrue(self, *days: str) -> None:
        for day in days:
            with self.on(day):
                accrue(self.sam, self.deal, date.fromisoformat(day))
                assert accrue(self.sam, self.deal, date.fromisoformat(day)) == 0

    def bill(self, day: str):
        with self.on(day):
            made = bill(self.sam, self.deal, self.cast.aldgate)
            assert bill(self.sam, self.deal, self.cast.aldgate) is None
        return made

    def fund(self, day: str, amount: str, invoice) -> None:
        """Part of the price is paid, and whoever brought the investor earns by it."""
        with self.on(day):
            match(self.sam, line(self.owner, self.account, amount, booking_date=day, value_date=day), (invoice, amount))
            assert introducers.accrue(self.sam, self.deal) == 1
            assert introducers.accrue(self.sam, self.deal) == 0

    def pay(self, day: str, amount: str, *parts, **facts):
        with self.on(day):
            made = line(self.owner, self.account, amount, booking_date=day, value_date=day, **facts)
            if parts:
                match(self.sam, made, *parts)
        return made


def test_one_deal_for_two_years(story, owner, cast, deal):
    ingrid = introducers.introducer(owner, cast)
    introducers.agreed(owner, ingrid, rate=200, cap="8000.00")
    introducers.brought(owner, ingrid, cast.aldgate)
    charge(owner, deal, SUBSCRIPTION, YEARLY | {"base": "nav"}, CARRY)
    add_valuation(owner, deal, "2023-12-31", "500")
    add_valuation(owner, deal, "2025-01-01", "600")
    with story.on("2024-01-15"):
        allocated(owner, deal, cast.aldgate, 1_000, price="500", on="2024-01-15", unit_cost="480.00")
    funding = value(owner, "select id from invoices where generated_from = 'allocation'")
    story.fund("2024-01-20", "300000.00", funding)
    story.fund("2024-01-31", "205000.00", funding)
    story.accrue("2024-03-31", "2024-06-30")
    first = story.bill("2024-07-05")
    unknown = story.pay("2024-08-01", "1000.00", payer="Quill and Sons")
    with story.on("2024-09-01"):
        match(story.sam, unknown, (first, "1000.00"))
    story.accrue("2024-09-30")
    with story.on("2024-10-10"):
        of_spring = value(owner, "select id from invoice_lines where invoice_id = %s and amount = 2109.59", first)
        credit(story.sam, first, "A gesture", [{"line": str(of_spring), "amount": "100.00"}])
    story.accrue("2024-12-31")
    with story.on("2025-01-31"):
        story.sam.execute(VOID)
    story.accrue("2025-03-31", "2025-06-30")
    sold = propose_exit(story.sam, deal, "0.4", "700", "2025-07-01")
    decide(story.abe, approval_about(owner, sold))
    story.accrue("2025-07-31", "2025-09-30")
    second = story.bill("2025-10-05")
    parts = [(first, "3502.74"), (second, "26286.02"), ("credit_of", cast.aldgate, "211.24")]
    story.pay("2025-10-20", "30000.00", *parts)
    story.accrue("2025-12-31")
    assert story.seen == BALANCES.keys()
    statuses = "select array_agg(status order by number) from invoices where number like 'INV%%'"
    assert value(owner, statuses) == ["paid", "paid", "paid"]
    assert differing(owner) == []
    assert broken_rules(owner) == []
