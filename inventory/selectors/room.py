"""One deal room, as one member reads it: what is available, what is theirs, where they stand. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from hashlib import sha256

from django.db.models import DecimalField, F, Sum

from deals.models import CommitmentStatus, Deal, DealMembership, DealStatus, FeePlan
from deals.pricing import Quotation
from deals.selectors import (
    Commitment,
    DealLabel,
    Purchase,
    as_commitments,
    commitments_of,
    fee_plans_of,
    memberships_of,
    quotations_of,
)
from deals.services.terms import ticket_of
from inventory.models import Allocation, AllocationStatus, Reservation
from inventory.selectors.investor import Hold, as_holds, holds_of, is_live
from inventory.selectors.stock import Stock, stock_of
from investors.models import Investor, KycStatus, Profile
from lib.clock import DatabaseClock

SHOWN_HOLDS, SHOWN_COMMITMENTS = 12, 3
EXACT = DecimalField(max_digits=60, decimal_places=14)
SMALLEST_UNIT = Decimal("0.00000001")
Priced = tuple[Decimal, Decimal | None]  # units and the price of one


@dataclass(frozen=True)
class Room:
    """A deal room; each part is read when asked for. Outside members have no investor and read no units."""

    profile: Profile
    membership: DealMembership
    now: datetime

    @property
    def deal(self) -> Deal:
        return self.membership.deal

    @property
    def investor(self) -> Investor | None:
        return self.membership.investor

    # --- what is available, and what is theirs

    @cached_property
    def stock(self) -> Stock | None:
        return stock_of([self.deal.pk])[self.deal.pk] if self.investor else None

    @cached_property
    def holds(self) -> list[Hold]:
        """Their latest holds here, live ones first."""
        return as_holds(holds_of(self.profile).filter(**self._here)[:SHOWN_HOLDS], self._labels)

    @cached_property
    def commitments(self) -> list[Commitment]:
        """Their latest commitments here, newest first."""
        mine = commitments_of(self.profile).filter(**self._here)
        return as_commitments(mine[:SHOWN_COMMITMENTS], self._labels)

    @property
    def units_on_hold(self) -> Decimal:
        return self._on_hold["in_all"] or Decimal(0)

    @property
    def units_owned(self) -> Decimal:
        return self._owned["in_all"] or Decimal(0)

    @cached_property
    def _on_hold(self) -> dict:
        """Units on hold, and their sum at each hold's own price."""
        paid = Sum(F("requested_units") * F("proposed_unit_price"), output_field=EXACT)
        held = Reservation.objects.filter(is_live(), **self._here)
        return held.aggregate(in_all=Sum("requested_units"), amount=paid)

    @cached_property
    def _owned(self) -> dict:
        """Allocated units, and their sum at each allocation's own price."""
        owned = Allocation.objects.filter(**self._here).exclude(status=AllocationStatus.REJECTED)
        paid = Sum(F("units") * F("unit_price"), output_field=EXACT)
        return owned.aggregate(in_all=Sum("units"), amount=paid)

    @property
    def _here(self) -> dict:
        return {"deal_id": self.deal.pk, "investor_id": self.investor and self.investor.pk}

    @property
    def _labels(self) -> dict:
        deal = self.deal
        return {deal.pk: DealLabel(deal.pk, deal.code, deal.name, deal.currency, is_member=True)}

    # --- may they reserve

    @property
    def past_closing(self) -> bool:
        return self.deal.close_at is not None and self.deal.close_at <= self.now

    @property
    def selling(self) -> bool:
        """Whether investors may reserve on this deal now; past its date it refuses before any job ran."""
        return self.deal.status == DealStatus.OPEN and not self.past_closing

    @property
    def kyc_valid(self) -> bool:
        return self.investor is not None and self.investor.kyc_status == KycStatus.APPROVED

    @property
    def may_reserve(self) -> bool:
        return self.selling and self.kyc_valid

    # --- tickets: amounts in the deal's currency, and the units they make at the offer price

    @property
    def least_ticket(self) -> Decimal | None:
        return ticket_of(self.deal, "min_ticket")

    @property
    def most_ticket(self) -> Decimal | None:
        return ticket_of(self.deal, "max_ticket")

    @cached_property
    def ticket_left(self) -> Decimal | None:
        """What is left of the largest ticket after all they hold, asked for and own here, each at its own price."""
        return None if self.most_ticket is None else max(self.most_ticket - self._amount_taken, Decimal(0))

    @property
    def ticket_used(self) -> Decimal:
        return self.most_ticket - self.ticket_left if self.most_ticket is not None else Decimal(0)

    @property
    def _amount_taken(self) -> Decimal:
        return (self._on_hold["amount"] or Decimal(0)) + (self._owned["amount"] or Decimal(0))

    @property
    def holds_left(self) -> int | None:
        """How many more holds they may have at once; None where the deal does not say."""
        if self.deal.max_holds is None or self.investor is None:
            return None
        running = Reservation.objects.filter(is_live(), commitment__isnull=True, **self._here).count()
        return max(self.deal.max_holds - running, 0)

    @property
    def least_units(self) -> Decimal | None:
        return self._units_for(self.least_ticket, ROUND_CEILING)

    @property
    def most_units(self) -> Decimal | None:
        """As many as they may still have; the largest ticket is for all they have here together."""
        return self._units_for(self.ticket_left, ROUND_FLOOR)

    def _units_for(self, amount: Decimal | None, rounding: str) -> Decimal | None:
        price = self.deal.offer_unit_price
        return None if amount is None or not price else self.in_multiples(amount / price, rounding)

    def in_multiples(self, units: Decimal, rounding: str) -> Decimal:
        """The nearest number of units that is sold: a multiple of the deal's lot size, or of 8 decimals."""
        step = self.deal.lot_size or SMALLEST_UNIT
        return (units / step).quantize(Decimal(1), rounding) * step

    # --- what they pay

    @cached_property
    def plans(self) -> list[FeePlan]:
        return fee_plans_of(self.deal.pk)

    @cached_property
    def plan(self) -> FeePlan | None:
        """The plan they chose last on this deal, else the default one."""
        chosen = self.commitments[0].fee_plan_id if self.commitments else None
        return next((plan for plan in self.plans if plan.pk == chosen), self.plans[0] if self.plans else None)

    @property
    def plan_id(self) -> str | None:
        return str(self.plan.pk) if self.plan else None

    def quote(self, *asked: Priced, compared: Priced) -> tuple[list[Quotation], list[Quotation]]:
        """What each of these costs under their plan, and one of them under every plan of the deal; one look-up for all.

        No price: the offer. Raises BadValue.
        """
        own = [self._purchase(*each, self.plan) for each in asked]
        found = quotations_of(own + [self._purchase(*compared, plan) for plan in self.plans])
        return found[: len(own)], [each for each in found[len(own) :] if each]

    def _purchase(self, units: Decimal, price: Decimal | None, plan: FeePlan | None) -> Purchase:
        return Purchase(self.deal.pk, units, self.investor and self.investor.pk, price, plan and plan.pk)

    # --- where they stand

    @cached_property
    def running(self) -> list[Hold]:
        """Holds that count down, the one that ends soonest first."""
        return [hold for hold in self.holds if hold.running]

    @cached_property
    def commitment(self) -> Commitment | None:
        """The one request that waits for a decision, or for an answer of theirs."""
        return next((asked for asked in self.commitments if asked.waits), None)

    @cached_property
    def lapsed(self) -> Hold | None:
        """The last hold, if it ended by itself and nothing came after it."""
        newest = max(self.holds, key=lambda hold: hold.created_at, default=None)
        if newest is None or newest.status != "expired" or self.running or self.commitment:
            return None
        return newest

    @cached_property
    def rejected(self) -> Commitment | None:
        """The last request, if it was rejected and nothing came after it."""
        newest = next(iter(self.commitments), None)
        if newest is None or newest.status != CommitmentStatus.REJECTED or self.running or self.lapsed:
            return None
        return newest

    @property
    def standing(self) -> str:
        """A short text that changes when something of theirs changed, so that an open page can tell."""
        parts = [f"{hold.id} {hold.status}" for hold in self.holds if hold.live]
        parts += [f"{asked.id} {asked.status}" for asked in self.commitments] + [f"{self.units_owned.normalize():f}"]
        return sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def units_yours(self) -> Decimal:
        return self.units_on_hold + self.units_owned

    @property
    def units_with_others(self) -> Decimal:
        """One sum, on hold and sold together, so that nobody reads another's reservation from it."""
        return max(self.stock.taken - self.units_yours, Decimal(0)) if self.stock else Decimal(0)


def room_of(profile: Profile, code: str) -> Room:
    """The room behind a code. Raises DealMembership.DoesNotExist: missing and foreign read alike."""
    membership = memberships_of(profile).annotate(now=DatabaseClock()).get(deal__code=code)
    return Room(profile, membership, membership.now)
