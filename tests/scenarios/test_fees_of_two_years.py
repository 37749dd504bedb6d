"""Two years of fees on one deal, accrued at each month's end: balances worked out by hand, the books at zero daily.

500,000.00 on 15 January 2024 (1,000 units at 500.00), 1 % subscription fee, 2 % a year of net asset value by the
quarter (ACT/365F), 20 % of profit. The value rises to 600.00 on 1 January 2025; 40 % is sold at 700.00 on 1 July 2025.
"""

from datetime import date, timedelta
from decimal import Decimal as D

from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.exits import approval_about, propose_exit
from tests.sql.fees import CARRY, YEARLY, accrue, add_valuation, amounts, bought, charge, differing
from tests.sql.holds import broken_rules

SUBSCRIPTION = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 100}
VOID = "select app.void_fee_event(id, 'Waived') from fee_events where event_date = '2024-12-31'"
ACCRUED = """select coalesce(sum(p.amount), 0) from ledger_postings p join ledger_entries e on e.id = p.entry_id
              join ledger_accounts a on a.id = p.account_id where a.kind = 'accrued_fees' and e.effective_date <= %s"""
OUT_OF_BALANCE = """select e.effective_date, e.currency, sum(p.amount) from ledger_postings p
                      join ledger_entries e on e.id = p.entry_id group by 1, 2 having sum(p.amount) <> 0"""
# What is accrued and not billed, at the end of each day.
BALANCES = {
    "2024-01-14": "0.00",
    "2024-01-15": "5000.00",  # the subscription fee
    "2024-03-30": "5000.00",
    "2024-03-31": "7109.59",  # 77 days of 500,000.00: 2,109.59
    "2024-06-30": "9602.74",  # 2,493.15
    "2024-09-30": "12123.29",  # 2,520.55
    "2024-12-31": "12123.29",  # 2,520.55, waived
    "2025-03-31": "15082.19",  # 90 days of 600,000.00: 2,958.90
    "2025-06-30": "18073.97",  # 2,991.78
    "2025-07-01": "34073.97",  # 20 % of 400 × 200.00: 16,000.00
    "2025-09-30": "35888.76",  # 92 days of 360,000.00: 1,814.79
    "2025-12-31": "37703.55",
}


def month_ends(first: date, last: date):
    day = first
    while day <= last:
        if (day + timedelta(days=1)).day == 1:
            yield day
        day += timedelta(days=1)


def test_two_years(owner, cast, deal, app_connection):
    sam, abe = app_connection(cast.sam), app_connection(cast.abe)
    charge(owner, deal, SUBSCRIPTION, YEARLY | {"base": "nav"}, CARRY)
    add_valuation(owner, deal, "2023-12-31", "500")
    add_valuation(owner, deal, "2025-01-01", "600")
    bought(owner, deal, cast.aldgate, 500_000, "2024-01-15", price="500")
    for day in month_ends(date(2024, 1, 1), date(2025, 12, 31)):
        if day == date(2025, 1, 31):
            sam.execute(VOID)
        if day == date(2025, 7, 31):
            sold = propose_exit(sam, deal, "0.4", "700", "2025-07-01")
            decide(abe, approval_about(owner, sold))
        accrue(sam, deal, day)
        assert accrue(sam, deal, day) == 0
        assert owner.execute(OUT_OF_BALANCE).fetchall() == []
    assert {day: str(value(owner, ACCRUED, day)) for day in BALANCES} == {
        day: amount if D(amount) else "0" for day, amount in BALANCES.items()
    }
    assert amounts(owner) == [D(a) for a in "2109.59 2493.15 2520.55 2958.90 2991.78 1814.79 1814.79".split()]
    assert amounts(owner, "performance") == [D("16000.00")]
    assert differing(owner) == []
    assert broken_rules(owner) == []
