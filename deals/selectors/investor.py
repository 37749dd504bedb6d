"""What a member of a deal reads: their deals, one deal room, their commitments. Reads only.

Each question filters by who asks; row level security underneath would answer the same without.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals import db
from deals.models import (
    UNDECIDED,
    CommitmentStatus,
    DealCommitment,
    DealMembership,
    DealStatus,
    DealType,
    FeeComponent,
    FeePlan,
)
from deals.pricing import Quotation
from deals.selectors.quotations import frozen
from lib.clock import DatabaseClock
from lib.search import by_name, having_all

SHOWN_STATUSES = [
    (DealStatus.OPEN, pgettext_lazy("status of a deal", "Open")),
    (DealStatus.ALLOCATION_PENDING, _("Allocation")),
    (DealStatus.CLOSED, pgettext_lazy("status of a deal", "Closed")),
    (DealStatus.CANCELLED, _("Cancelled")),
    (DealStatus.DRAFT, _("Draft")),
]
ORDERS = {
    "closes": ["not_open", F("deal__close_at").asc(nulls_last=True), *by_name("deal__name")],
    "-closes": [F("deal__close_at").desc(nulls_last=True), *by_name("deal__name")],
    "name": by_name("deal__name"),
    "-name": by_name("deal__name", descending=True),
    "price": ["deal__currency", "deal__offer_unit_price", *by_name("deal__name")],
    "-price": ["deal__currency", "-deal__offer_unit_price", *by_name("deal__name")],
}


def memberships_of(profile) -> QuerySet[DealMembership]:
    """The profile's accepted places on deals, with deal, vehicle and the investor they act for there."""
    return DealMembership.objects.accepted().filter(user=profile).select_related("deal__vehicle", "investor")


def own_seat(profile) -> Exists:
    """For rows with a deal and an investor: whether the profile itself may act there for that investor."""
    return Exists(
        DealMembership.objects.accepted().filter(
            deal_id=OuterRef("deal_id"), investor_id=OuterRef("investor_id"), user=profile
        )
    )


def invitations() -> list[dict[str, Any]]:
    """Places on deals that the acting profile was given and has not accepted yet, oldest first."""
    return db.my_invitations()


def deal_list(
    profile, *, words: str = "", status: str = "", kind: str = "", order: str = ""
) -> QuerySet[DealMembership]:
    """The profile's deals, searched, filtered and in order. Values that mean nothing are left out."""
    found = memberships_of(profile)
    found = having_all(found, words, "deal__name", "deal__code", "deal__summary", "deal__vehicle__name")
    if status in DealStatus.values:
        found = found.filter(deal__status=status)
    if kind in DealType.values:
        found = found.filter(deal__deal_type=kind)
    not_open = Case(When(deal__status=DealStatus.OPEN, then=Value(0)), default=Value(1))
    return found.annotate(not_open=not_open).order_by(*ORDERS.get(order, ORDERS["closes"]))


def membership_of(profile, code: str) -> DealMembership:
    """The profile's place on one deal. Raises DealMembership.DoesNotExist: missing and foreign read alike."""
    return memberships_of(profile).get(deal__code=code)


@dataclass(frozen=True)
class DealLabel:
    """What a deal is called. ``code`` leads to its room for members only."""

    id: UUID
    code: str
    name: str
    currency: str
    is_member: bool


def deal_labels(deal_ids: Iterable[UUID]) -> dict[UUID, DealLabel]:
    """Names by id; also of deals closed to the reader on which an investor of theirs holds something."""
    wanted = set(deal_ids)
    found = db.deal_labels(wanted) if wanted else []
    return {row["deal_id"]: DealLabel(row.pop("deal_id"), **row) for row in found}


def fee_plans_of(deal_id: UUID) -> list[FeePlan]:
    """The ways to pay for a deal that can be chosen now, with their components, the default one first."""
    plans = FeePlan.objects.filter(deal_id=deal_id, effective_from__isnull=False)
    plans = plans.exclude(successor__effective_from__isnull=False)
    plans = plans.prefetch_related(Prefetch("components", FeeComponent.objects.order_by("kind", "id")))
    return list(plans.order_by(F("is_default").desc(nulls_last=True), *by_name("name"), "id"))


@dataclass(frozen=True)
class Commitment:
    """A request to buy, as its investor reads it: amount and quotation as they were agreed, in the deal's currency."""

    id: UUID
    deal: DealLabel
    investor_id: UUID
    investor_name: str
    units: Decimal
    unit_price: Decimal
    amount: Decimal
    quotation: Quotation | None
    status: str
    created_at: datetime
    decide_by: datetime | None
    decided_at: datetime | None
    note: str
    fee_plan_id: UUID | None
    mine_to_use: bool
    past_limit: bool
    replaced_by_id: UUID | None
    undone_at: datetime | None

    @property
    def waits(self) -> bool:
        """For a decision or for the investor's answer. Past its limit it is over, before any job said so."""
        return self.status in UNDECIDED and not self.past_limit

    @property
    def lapsed(self) -> bool:
        return self.status in UNDECIDED and self.past_limit

    @property
    def replaced(self) -> bool:
        """Added to or reduced: another one took its place, and its units are kept for that one."""
        return self.replaced_by_id is not None

    @property
    def changes_asked(self) -> bool:
        return self.waits and self.status == CommitmentStatus.UNDER_REVIEW


def commitments_of(profile) -> QuerySet[DealCommitment]:
    """The commitments of the profile's investors, newest first."""
    past_limit = Case(When(decide_by__lte=DatabaseClock(), then=True), default=False)
    mine = DealCommitment.objects.filter(investor__links__user=profile)
    mine = mine.annotate(mine_to_use=own_seat(profile), past_limit=past_limit)
    return mine.select_related("investor", "term_sheet").order_by("-created_at", "-id")


def as_commitments(
    commitments: Iterable[DealCommitment], labels: dict[UUID, DealLabel] | None = None
) -> list[Commitment]:
    """Commitments with the names of their deals, looked up at once for all unless they are given."""
    rows = list(commitments)
    labels = deal_labels(row.deal_id for row in rows) if labels is None else labels
    rows = [row for row in rows if row.deal_id in labels]
    amounts = db.amounts(
        [(row.requested_units or 0, row.unit_price or 0, labels[row.deal_id].currency) for row in rows]
    )
    return [
        Commitment(
            id=row.pk,
            deal=labels[row.deal_id],
            investor_id=row.investor_id,
            investor_name=str(row.investor),
            units=row.requested_units or Decimal(0),
            unit_price=row.unit_price or Decimal(0),
            amount=amount if row.requested_amount is None else row.requested_amount,
            quotation=_agreed(row),
            status=row.status,
            created_at=row.created_at,
            decide_by=row.decide_by,
            decided_at=row.decided_at,
            note=row.decision_note,
            fee_plan_id=row.selected_fee_plan_id,
            mine_to_use=row.mine_to_use,
            past_limit=row.past_limit,
            replaced_by_id=row.replaced_by_id,
            undone_at=row.undone_at,
        )
        for row, amount in zip(rows, amounts, strict=True)
    ]


def _agreed(row: DealCommitment) -> Quotation | None:
    sheet = row.term_sheet
    return frozen(sheet.terms_data, _("Term sheet, version %(n)s") % {"n": sheet.version}) if sheet else None
