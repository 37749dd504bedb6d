"""What purchases cost: quotations of the database, and those that were frozen with a term sheet. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from deals import db
from deals.pricing import BreakEven, Exit, Projection, Quotation

# Exits that a page shows, in times the amount paid.
MULTIPLES = (Decimal(1), Decimal(2), Decimal(3))


@dataclass(frozen=True)
class Purchase:
    """Units to be quoted. No investor: what everybody pays; no price: the offer; no plan: the default one."""

    deal_id: UUID
    units: Decimal
    investor_id: UUID | None = None
    unit_price: Decimal | None = None
    fee_plan_id: UUID | None = None


def quotations_of(purchases: Sequence[Purchase]) -> list[Quotation | None]:
    """The quotation of each purchase, in one look-up; None where the reader may not see the deal or the plan.

    Raises BadValue.
    """
    asked = [(x.deal_id, x.investor_id, x.units, x.unit_price, x.fee_plan_id) for x in purchases]
    return [Quotation(facts) if facts else None for facts in db.quotations(asked)]


def quotation_of(
    deal_id: UUID,
    units: Decimal,
    *,
    investor_id: UUID | None = None,
    unit_price: Decimal | None = None,
    fee_plan_id: UUID | None = None,
) -> Quotation:
    """One quotation. Raises NotAllowed, BadValue."""
    return Quotation(db.quotation(deal_id, investor_id, units, unit_price, fee_plan_id))


def exit_of(quotations: Sequence[Quotation], years: int) -> Exit:
    """What one purchase comes to after so many years, under each plan; the first is compared with the others.

    Raises BadValue.
    """
    found = db.exits([each.facts for each in quotations], MULTIPLES, Decimal(years))
    all_plans = [Projection(each) for each in found["projections"]]
    by_plan = [all_plans[start : start + len(MULTIPLES)] for start in range(0, len(all_plans), len(MULTIPLES))]
    meets = found["break_evens"] or []
    return Exit(
        years=years,
        rows=[list(row) for row in zip(*by_plan, strict=True)],
        break_evens=[BreakEven(each, quotations[0], other) for each, other in zip(meets, quotations[1:], strict=True)],
    )


def frozen(terms_data: dict | None, terms: str = "") -> Quotation | None:
    """The quotation that a term sheet keeps; None for one that keeps none."""
    return Quotation(terms_data, terms) if terms_data and "lines" in terms_data else None


def without_fees(units: Decimal, unit_price: Decimal, currency: str) -> Quotation:
    """The bare amount, where the reader may know a purchase but not the deal's plans."""
    amount = str(db.amounts([(units, unit_price, currency)])[0])
    sums = dict.fromkeys(("subscription_fee", "other_once", "yearly", "on_exit"), "0")
    facts = {"units": str(units), "unit_price": str(unit_price), "currency": currency, "fee_plan": None, "lines": []}
    return Quotation(facts | sums | {"amount": amount, "wire": amount, "hash": ""})
