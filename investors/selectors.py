"""Questions about people and investors. Row level security filters what the reader may see."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from audit.identity import SYSTEM_PROFILE_ID
from lib.search import by_name, contains, having_all, words_of
from ui.context_processors import INVESTORS

from . import db
from .models import Investor, InvestorBilling, InvestorUser, KycStatus, Profile, Role, SetPasswordLink


def installation_is_empty() -> bool:
    """Whether nobody can sign in yet, so that the first page says how to make the first administrator."""
    return db.installation_is_empty()


# What staff still have to look at; "open" in the list's filter.
KYC_OPEN = (KycStatus.PENDING, KycStatus.IN_REVIEW)

# --- people


def people(*, words: str = "", role: str = "") -> QuerySet[Profile]:
    """All people but the system profile, with the investors they act for at hand."""
    found = Profile.objects.exclude(pk=SYSTEM_PROFILE_ID).prefetch_related("investor_links__investor")
    found = having_all(found, words, "display_name", "email")
    if role in Role:
        found = found.filter(role=role)
    return found.order_by(*by_name("display_name"), "pk")


def person(person_id) -> Profile | None:
    """One person, or None. The system profile is nobody."""
    return people().filter(pk=person_id).first()


def relationship_managers(*, beside: Profile | None = None) -> QuerySet[Profile]:
    """Who can look after an investor: staff who may sign in, and whoever does now (``beside``)."""
    staff = Q(is_staff=True, is_active=True) | Q(pk=beside and beside.pk)
    return Profile.objects.filter(staff).exclude(pk=SYSTEM_PROFILE_ID).order_by(*by_name("display_name"), "email")


def open_password_link(person: Profile) -> SetPasswordLink | None:
    """The newest set-password link of this person that still works, or None. Staff only."""
    links = SetPasswordLink.objects.filter(user=person, used_at=None, expires_at__gt=timezone.now())
    return links.select_related("created_by").order_by("-created_at").first()


# --- investors

_BY_NAME = Prefetch(
    "links", InvestorUser.objects.select_related("user").order_by(*by_name("user__display_name"), "user")
)


def investors(*, words: str = "", kyc: str = "") -> QuerySet[Investor]:
    """All investors the reader may see, with relationship manager and people at hand."""
    found = Investor.objects.select_related("rm", "created_by", "kyc_decided_by").prefetch_related(_BY_NAME)
    for word in words_of(words):
        person = InvestorUser.objects.filter(investor=OuterRef("pk")).filter(
            contains("user__display_name", word) | contains("user__email", word)
        )
        found = found.filter(contains("legal_name", word) | Exists(person))
    if kyc:
        found = found.filter(kyc_status__in=KYC_OPEN if kyc == "open" else [kyc])
    return found.order_by(*by_name("legal_name"), "pk")


def investor(investor_id) -> Investor | None:
    """One investor the reader may see, or None."""
    return investors().filter(pk=investor_id).first()


def own_investors(person: Profile) -> QuerySet[Investor]:
    """The investors this person acts for."""
    return Investor.objects.filter(links__user=person).order_by(*by_name("legal_name"))


# --- billing details


def investor_nav_counts(request) -> dict[str, int]:
    """For how many investors the person acts, for the navigation."""
    return {} if request.user.is_staff else {INVESTORS: InvestorUser.objects.filter(user=request.user).count()}


def billing_versions(investor: Investor) -> QuerySet[InvestorBilling]:
    """Every version of an investor's billing details, the one in effect last first."""
    found = InvestorBilling.objects.filter(investor=investor).select_related("recorded_by")
    return found.order_by("-effective_from", "-recorded_at", "pk")


def billing_on(investor: Investor, day: date) -> InvestorBilling | None:
    """The version that counts on a day, or None."""
    return billing_versions(investor).filter(effective_from__lte=day).first()


def billing_recorded_last(investor: Investor) -> InvestorBilling | None:
    """The version that the next one replaces: a later one may be recorded to take effect earlier."""
    later = InvestorBilling.objects.filter(replaces=OuterRef("pk"))
    return InvestorBilling.objects.filter(~Exists(later), investor=investor).first()


def own_billing(person: Profile, day: date) -> dict[UUID, InvestorBilling]:
    """What invoices say on a day of the investors this person acts for, by investor."""
    mine = InvestorBilling.objects.filter(investor__links__user=person, effective_from__lte=day)
    newest = mine.order_by("investor_id", "-effective_from", "-recorded_at", "pk").distinct("investor_id")
    return {billing.investor_id: billing for billing in newest}
