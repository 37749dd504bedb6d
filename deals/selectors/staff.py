"""What staff read of deals: the list, one deal's tabs, who is in, what is asked. Reads only."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.models import Approval
from approvals.subjects import Asked
from deals import db
from deals.models import (
    ChangeKind,
    ChangeStatus,
    Deal,
    DealChange,
    DealCommitment,
    DealMembership,
    DealStatus,
    FeeComponent,
    FeePlan,
    InvestorTerms,
    InviteLink,
    MemberRole,
    TermSheet,
)
from investors.models import Investor, InvestorUser, Profile
from lib.fields import Amount
from lib.jobs import NO_TIME
from lib.search import by_name, contains, having_all, words_of
from ui import figures

# The words of the badges, and the order in which work comes up.
STATUSES = [
    (DealStatus.OPEN, pgettext_lazy("status of a deal", "Open")),
    (DealStatus.ALLOCATION_PENDING, _("Allocation")),
    (DealStatus.DRAFT, _("Draft")),
    (DealStatus.CLOSED, pgettext_lazy("status of a deal", "Closed")),
    (DealStatus.CANCELLED, _("Cancelled")),
]
_RANK = Case(
    *[When(status=status, then=Value(place)) for place, (status, _label) in enumerate(STATUSES)],
    default=Value(len(STATUSES)),
)
_ORDER = [_RANK, F("close_at").asc(nulls_last=True), *by_name("name"), "id"]


def deals(*, words: str = "", status: str = "") -> QuerySet[Deal]:
    """Deals by name, code or vehicle; values that mean nothing are left out."""
    found = Deal.objects.select_related("vehicle")
    found = having_all(found, words, "name", "code", "vehicle__name")
    if status in DealStatus.values:
        found = found.filter(status=status)
    return found.order_by(*_ORDER)


def deal_called(code: str) -> Deal | None:
    """The deal with this code, with its vehicle; None where there is none."""
    about = ("vehicle", "created_by", "receiving_account")
    return Deal.objects.select_related(*about).filter(code=code).first()


def count_due_deals(*, past: timedelta = NO_TIME) -> int:
    """How many open deals are past their closing date, for longer than ``past``: what the job moves."""
    return Deal.objects.filter(status=DealStatus.OPEN, close_at__lte=Now() - past).count()


def tab_counts(deal: Deal) -> dict[str, int]:
    """How many things wait behind each tab of a deal, in one query."""
    return db.tab_counts(deal.pk)


# ---------- members and invitations ----------


def members_of(deal: Deal, *, words: str = "") -> QuerySet[DealMembership]:
    """Places on a deal, those not yet accepted first; searched by person or investor."""
    found = DealMembership.objects.filter(deal=deal).select_related("user", "investor", "invited_by")
    found = having_all(found, words, "user__display_name", "user__email", "investor__legal_name")
    return found.order_by(F("accepted_at").desc(nulls_first=True), *by_name("user__display_name"), "user_id")


def member_of(deal: Deal, profile_id: UUID) -> DealMembership | None:
    """One person's place on a deal."""
    return members_of(deal).filter(user_id=profile_id).first()


def invites_of(deal: Deal) -> QuerySet[InviteLink]:
    """Invite links of a deal, newest first, each with its ``status``: live, used, expired or revoked."""
    status = Case(
        When(revoked_at__isnull=False, then=Value("revoked")),
        When(used_count__gte=F("max_uses"), then=Value("used")),
        When(Q(expires_at__isnull=True) | Q(expires_at__lte=Now()), then=Value("expired")),
        default=Value("live"),
    )
    links = InviteLink.objects.filter(deal=deal).select_related("created_by").annotate(status=status)
    return links.order_by("-created_at", "-id")


def invite_of(deal: Deal, invite_id: UUID) -> InviteLink | None:
    """One invite link of a deal."""
    return invites_of(deal).filter(pk=invite_id).first()


def person_to_invite(deal: Deal, profile_id: UUID) -> Profile | None:
    """One of them."""
    return people_to_invite(deal).filter(pk=profile_id).first()


def people_to_invite(deal: Deal, *, words: str = "") -> QuerySet[Profile]:
    """People who can sign in and have no place on the deal yet, with the investors they act for."""
    inside = DealMembership.objects.filter(deal=deal, user=OuterRef("pk"))
    found = Profile.objects.filter(~Exists(inside), is_active=True, email__isnull=False)
    for word in words_of(words):
        acts_for = InvestorUser.objects.filter(contains("investor__legal_name", word), user=OuterRef("pk"))
        found = found.filter(contains("display_name", word) | contains("email", word) | Exists(acts_for))
    links = Prefetch("investor_links", InvestorUser.objects.select_related("investor"))
    return found.prefetch_related(links).order_by(*by_name("display_name"), "email")


def investors_on(deal: Deal) -> QuerySet[Investor]:
    """Investors for which somebody accepted a place on the deal: for these staff may reserve."""
    inside = DealMembership.objects.accepted().filter(deal=deal, investor=OuterRef("pk"))
    return Investor.objects.filter(Exists(inside)).order_by(*by_name("legal_name"), "id")


def investor_on(deal: Deal, investor_id: UUID) -> Investor | None:
    """An investor for which somebody is on the deal, or invited to it."""
    place = DealMembership.objects.filter(deal=deal, investor=OuterRef("pk"))
    return Investor.objects.filter(Exists(place), pk=investor_id).first()


# ---------- fee plans ----------


def plans_of(deal: Deal) -> QuerySet[FeePlan]:
    """The deal's fee plans with their fees, the default one first; ``in_use`` where somebody agreed."""
    agreed = (
        Exists(DealCommitment.objects.filter(selected_fee_plan=OuterRef("pk")))
        | Exists(InvestorTerms.objects.filter(selected_fee_plan=OuterRef("pk")))
        | Exists(TermSheet.objects.filter(fee_plan=OuterRef("pk")))
    )
    components = Prefetch("components", FeeComponent.objects.order_by("kind", "id"))
    plans = FeePlan.objects.filter(deal=deal).annotate(in_use=agreed).prefetch_related(components)
    return plans.select_related("deal", "successor").order_by(F("is_default").desc(nulls_last=True), "created_at", "id")


@dataclass(frozen=True)
class Proposal(Asked):
    """A proposed change as its decider reads it: what it replaces and what it puts there, one line each."""

    row: DealChange
    before: str
    after: str
    ending: list[str] = field(default_factory=list)  # whose negotiated fees end with it

    @property
    def title(self) -> str:
        return str(self.row.deal)

    @property
    def facts(self) -> dict[str, str]:
        return {"deal": self.title}


def proposal(change_id: UUID) -> Proposal | None:
    """One proposed change of a deal, in words."""
    row = DealChange.objects.select_related("deal", "investor", "proposed_by").filter(pk=change_id).first()
    if row is None:
        return None
    version = row.changes.get(ChangeKind.FEE_PLAN_VERSION)
    ending = ending_overrides(UUID(version)) if version and row.status == ChangeStatus.PROPOSED else []
    return Proposal(row, _in_words(row, row.before), _in_words(row, row.changes), ending)


def ending_overrides(plan_id: UUID) -> list[str]:
    """Whose negotiated fees end when this version of a plan takes effect, one line each. For staff."""
    found = db.ending_overrides(plan_id)
    called = Investor.objects.in_bulk({row["investor_id"] for row in found})
    fees = FeeComponent.objects.select_related("fee_plan__deal").in_bulk({row["component_id"] for row in found})
    lines = []
    for row in found:
        fee = fees[row["component_id"]]
        lines.append(f"{called[row['investor_id']]}: {_override(fee, row['own'], fee.fee_plan.deal.currency)}")
    return lines


def _in_words(row: DealChange, values: dict) -> str:
    value = values.get(row.kind)
    if value is None:
        return "–"
    if row.kind == ChangeKind.OFFER_UNIT_PRICE:
        return figures.price(Decimal(value), row.deal.currency)
    if row.kind == ChangeKind.OVERRIDES:
        names = {str(fee.pk): fee for fee in FeeComponent.objects.filter(fee_plan__deal=row.deal)}
        return "; ".join(_override(names.get(key), own, row.deal.currency) for key, own in value.items())
    plan = FeePlan.objects.filter(pk=value).first()
    return plan and f"{plan.name} ({plan.version})" or "–"


def _override(fee: FeeComponent | None, own: dict, currency: str) -> str:
    rate = own.get("rate_bps")
    said = figures.rate(rate) if rate is not None else figures.money(Decimal(str(own["flat_amount"])), currency)
    return f"{fee.get_kind_display() if fee else '–'}: {said}"


def changes_of(deal: Deal) -> list[DealChange]:
    """What is proposed for the deal and waits for a second person, oldest first; ``approval_id`` of each."""
    asked = Approval.objects.filter(entity_type="deal_change", entity_id=OuterRef("pk"))
    newest = Subquery(asked.order_by("-created_at", "-step").values("pk")[:1])
    found = DealChange.objects.filter(deal=deal, status=ChangeStatus.PROPOSED).annotate(approval_id=newest)
    return list(found.select_related("proposed_by", "investor").order_by("proposed_at"))


def plan_of(deal: Deal, plan_id: UUID) -> FeePlan | None:
    """One plan of a deal."""
    return plans_of(deal).filter(pk=plan_id).first()


# ---------- commitments ----------


def commitments_of_deal(deal: Deal, *, words: str = "", status: str = "") -> QuerySet[DealCommitment]:
    """What investors asked for on a deal, newest first."""
    found = DealCommitment.objects.filter(deal=deal)
    found = having_all(found, words, "investor__legal_name")
    if status:
        found = found.filter(status=status)
    found = found.select_related("investor", "selected_fee_plan", "created_by")
    found = found.annotate(amount=Amount(F("requested_units"), F("unit_price"), Value(deal.currency)))
    return found.order_by("-created_at", "-id")


# ---------- an invitation, for whoever holds its token ----------


@dataclass(frozen=True)
class Invite:
    """What the holder of a token may read of an invitation; without an identity only whom to ask."""

    deal_id: UUID | None
    deal_code: str
    deal_name: str
    role: str
    invited_by: str
    inviter_email: str
    expires_at: Any
    is_member: bool
    for_me: bool

    @property
    def role_label(self) -> str:
        return dict(MemberRole.choices).get(self.role, "")

    @property
    def needs_investor(self) -> bool:
        return self.role in (MemberRole.INVESTOR, MemberRole.CO_INVESTOR)


def invite_by_token(token_hash: str) -> Invite | None:
    """The invitation that a token opens now; None for one that is used, expired, revoked or guessed."""
    row = db.invite_preview(token_hash)
    return Invite(**row) if row else None


def investors_of(profile) -> QuerySet[Investor]:
    """The investors a person acts for, by name."""
    return Investor.objects.filter(links__user=profile).order_by(*by_name("legal_name"), "id")
