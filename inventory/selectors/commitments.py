"""One commitment as staff read it before they decide: what is asked, whether it still holds, how figures
came about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from approvals.subjects import Asked
from deals.db import commitment_hash
from deals.models import UNDECIDED, CommitmentStatus, Deal, DealCommitment, TermSheet
from deals.pricing import BOUNDS, Quotation
from deals.selectors import quotation_of
from inventory.models import Reservation, ReservationLotItem, ReservationStatus, ShareLot
from investors.models import Investor, KycStatus
from lib.clock import DatabaseClock
from lib.db import NotAllowed
from lib.jobs import NO_TIME
from ui import figures

FORMULAS = {
    "units × unit_price": _("units × price per unit"),
    "amount × rate_bps / 10000": _("amount × rate / 10,000"),
    "units × flat_amount": _("units × flat amount"),
    "flat_amount": _("the flat amount"),
    "tiers(amount)": _("the amount by tiers"),
    "amount + subscription_fee": _("amount + subscription fee"),
    "amount + subscription_fee + vat": _("amount + subscription fee + VAT"),
}
INPUTS = {
    "units": (_("Units"), lambda value, currency: figures.units(value)),
    "unit_price": (_("Price per unit"), figures.price),
    "amount": (_("Amount"), figures.amount),
    "rate_bps": (_("Rate, basis points"), lambda value, currency: figures.number(value)),
    "flat_amount": (_("Flat amount"), figures.amount),
    "floor": (_("At least"), figures.amount),
    "cap": (_("At most"), figures.amount),
    "subscription_fee": (_("Subscription fee"), figures.amount),
    "vat": (_("VAT"), figures.amount),
}


@dataclass(frozen=True)
class FigureLine:
    """One figure of the term sheet with how it came about, as it was frozen. In the deal's currency."""

    figure: str
    frozen: dict
    currency: str

    @property
    def result(self) -> Decimal:
        return Decimal(self.frozen["result"])

    @property
    def rate_bps(self) -> str | None:
        return self.frozen["inputs"].get("rate_bps")

    @property
    def formula(self) -> str:
        formula = self.frozen["formula"].split(BOUNDS)[0]
        return str(FORMULAS.get(formula, formula))

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """What went in, as label and figure, in the order a person would say it."""
        given = self.frozen["inputs"]
        used = [name for name in INPUTS if name in given and name in self.frozen["formula"]]
        return [(str(INPUTS[name][0]), INPUTS[name][1](given[name], self.currency)) for name in used]


@dataclass(frozen=True)
class AskedCommitment(Asked):
    """A commitment with everything a decision rests on. Amounts are in the deal's currency. For staff."""

    row: DealCommitment
    holds: list[Reservation]
    earlier: DealCommitment | None
    lots: list[tuple[str, Decimal]]
    units_total: Decimal
    hash_now: str
    now: datetime

    @property
    def title(self) -> str:
        return str(self.investor)

    @property
    def ends_at(self) -> datetime | None:
        return self.row.decide_by

    @property
    def replaced_by(self) -> UUID | None:
        return self.row.replaced_by_id

    @property
    def is_paused(self) -> bool:
        return self.row.status == CommitmentStatus.UNDER_REVIEW

    @property
    def facts(self) -> dict[str, str]:
        amount = figures.money(self.row.requested_amount, self.currency)
        return {"who": self.title, "amount": amount, "units": figures.unit_count(self.row.requested_units)}

    @property
    def deal(self) -> Deal:
        return self.row.deal

    @property
    def investor(self) -> Investor:
        return self.row.investor

    @property
    def currency(self) -> str:
        return self.row.deal.currency

    @property
    def sheet(self) -> TermSheet | None:
        return self.row.term_sheet

    @property
    def terms(self) -> dict:
        return (self.sheet and self.sheet.terms_data) or {}

    @property
    def fee(self) -> Decimal:
        return Decimal(self.terms.get("subscription_fee", 0))

    @property
    def vat(self) -> Decimal:
        """What is paid with the subscription fee; term sheets of before name none."""
        return Decimal(self.terms.get("vat", {}).get("subscription_fee", 0))

    @property
    def wire(self) -> Decimal:
        return Decimal(self.terms.get("wire", self.row.requested_amount or 0))

    @property
    def derivation(self) -> list[FigureLine]:
        """How each figure of the term sheet came about, in order: amount, each fee, what to pay."""
        return [FigureLine(line["figure"], line, self.currency) for line in self.terms.get("derivation", [])]

    @property
    def amount_line(self) -> FigureLine | None:
        return next((line for line in self.derivation if line.figure == "amount"), None)

    @property
    def wire_line(self) -> FigureLine | None:
        return next((line for line in self.derivation if line.figure == "wire"), None)

    @property
    def fee_lines(self) -> list[FigureLine]:
        return [line for line in self.derivation if line.figure == "subscription_fee"]

    @property
    def kyc_valid(self) -> bool:
        return self.investor.kyc_status == KycStatus.APPROVED

    @property
    def unchanged(self) -> bool:
        """Whether it is still what staff were asked about."""
        return self.row.content_hash is None or self.row.content_hash == self.hash_now

    @property
    def on_hold(self) -> bool:
        """Whether all of it still is."""
        live = [hold for hold in self.holds if hold.status == ReservationStatus.PENDING and hold.expires_at > self.now]
        return bool(live) and len(live) == len(self.holds)

    @property
    def hold_ends(self) -> datetime | None:
        """When the first of its holds ends."""
        return min((hold.expires_at for hold in self.holds), default=None)

    @property
    def added(self) -> Decimal | None:
        """How many units it has more than the one whose place it took; below 0 where it was reduced."""
        return self.earlier and self.row.requested_units - self.earlier.requested_units

    @property
    def taken_off(self) -> Decimal | None:
        return -self.added if self.added and self.added < 0 else None

    @property
    def at_offer_price(self) -> bool:
        return self.row.unit_price == self.deal.offer_unit_price


def asked_commitment(commitment_id: UUID) -> AskedCommitment | None:
    """A commitment with its hold, lots, term sheet and hash as they are now; None where it is not there."""
    row = (
        DealCommitment.objects.select_related("deal", "investor__rm", "selected_fee_plan", "term_sheet", "created_by")
        .annotate(clock=DatabaseClock())
        .filter(pk=commitment_id)
        .first()
    )
    if row is None:
        return None
    holds = list(Reservation.objects.filter(commitment=row).order_by("created_at", "pk"))
    return AskedCommitment(
        row=row,
        holds=holds,
        earlier=DealCommitment.objects.filter(replaced_by=row).first(),
        lots=_lots_of(holds),
        units_total=ShareLot.objects.filter(deal=row.deal).aggregate(all=Sum("units_total"))["all"] or Decimal(0),
        hash_now=commitment_hash(commitment_id, row.content_hash),
        now=row.clock,
    )


def quotation_to_commit(reservation_id: UUID, plan_id: UUID | None) -> Quotation:
    """What one agrees to by committing a hold: all units together, where a commitment at its price waits already.

    Raises NotAllowed.
    """
    hold = Reservation.objects.filter(pk=reservation_id).first()
    if hold is None:
        raise NotAllowed()
    waits = DealCommitment.objects.filter(
        deal=hold.deal_id,
        investor=hold.investor_id,
        status__in=UNDECIDED,
        unit_price=hold.proposed_unit_price,
        decide_by__gt=DatabaseClock(),
    ).first()
    units = hold.requested_units + (waits.requested_units if waits else 0)
    bought = {"investor_id": hold.investor_id, "unit_price": hold.proposed_unit_price, "fee_plan_id": plan_id}
    return quotation_of(hold.deal_id, units, **bought)


def _lots_of(holds: list[Reservation]) -> list[tuple[str, Decimal]]:
    """The source and the units of each lot that these holds took, oldest lot first."""
    items = ReservationLotItem.objects.filter(reservation__in=holds).select_related("lot__source")
    taken: dict[UUID, tuple[str, Decimal]] = {}
    for item in items.order_by("lot__acquired_at", "lot__created_at", "lot_id"):
        name, units = taken.get(item.lot_id, (str(item.lot.source or ""), Decimal(0)))
        taken[item.lot_id] = (name, units + item.units)
    return list(taken.values())


def count_lapsed_commitments(*, past: timedelta = NO_TIME) -> int:
    """How many undecided commitments are past their limit by the database clock, for longer than ``past``."""
    over = DatabaseClock() - past
    return DealCommitment.objects.filter(status__in=UNDECIDED, decide_by__lte=over).count()
