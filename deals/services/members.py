"""Who is in a deal, and for which investor. A place counts once its person accepted it.

Guardian rows follow by trigger; each change leaves its audit row by the table's trigger.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from deals import db
from deals.models import UNDECIDED, DealCommitment, DealMembership, MemberRole
from deals.services.refusals import DealRefused, not_over, staff_only
from investors.models import InvestorUser, Profile
from lib.db import BadValue
from lib.versions import Shown, expect

INVESTOR_ROLES = (MemberRole.INVESTOR, MemberRole.CO_INVESTOR)


class AlreadyMember(DealRefused):
    sentence = gettext_lazy("This person is already a member of the deal. Nothing was changed.")
    field = "profile"


class StillHolding(DealRefused):
    """The investor still has holds or undecided commitments, and nobody else to act for it on the deal."""

    sentence = gettext_lazy(
        "This investor has units on hold or a commitment awaiting approval, and no one else on the deal. End those"
        " first; nothing was changed."
    )


@as_acting_user
def add_member(
    *, acting_user, deal_id: UUID, profile_id: UUID, role: str, investor_id: UUID | None = None
) -> DealMembership:
    """Invite a person who has a profile. They see the deal once they accept; VERSO staff are in at once.

    Roles investor and co-investor carry an investor that the person acts for; all others none.
    Raises NotAllowed, DealOver, AlreadyMember, DealRefused.
    """
    staff_only(acting_user)
    deal = db.lock_deal(deal_id)
    not_over(deal)
    profile = Profile.objects.filter(pk=profile_id, is_active=True).first()
    _check_place(profile, role, investor_id)
    at_once = role == MemberRole.VERSO_STAFF
    try:
        with transaction.atomic():
            return DealMembership.objects.create(
                deal=deal,
                user=profile,
                investor_id=investor_id,
                role=role,
                invited_by=acting_user,
                accepted_at=Now() if at_once else None,
            )
    except IntegrityError as error:
        raise AlreadyMember() from error


def _check_place(profile: Profile | None, role: str, investor_id: UUID | None) -> None:
    if profile is None or profile.email is None:
        raise DealRefused(_("Choose a person who can sign in."), field="profile")
    if role not in MemberRole.values:
        raise DealRefused(_("Choose a role."), field="role")
    if profile.is_staff != (role == MemberRole.VERSO_STAFF):
        raise DealRefused(_("The role “VERSO staff” is for our staff, and they have no other."), field="role")
    if role not in INVESTOR_ROLES:
        if investor_id is not None:
            raise DealRefused(_("Only an investor or co-investor acts for an investor."), field="investor")
    elif not InvestorUser.objects.filter(user=profile, investor_id=investor_id).exists():
        raise DealRefused(_("Choose an investor that this person acts for."), field="investor")


@as_acting_user
def accept_membership(*, acting_user, deal_id: UUID) -> None:
    """Accept the own invitation to a deal; repeating it changes nothing. Raises NotAllowed."""
    db.fn_accept_membership(deal_id)


@as_acting_user
def remove_member(*, acting_user, deal_id: UUID, profile_id: UUID, shown: Shown | None = None) -> None:
    """Take a person off a deal, or take an invitation back; what their investor was given stays theirs.

    No hold or commitment is left without a member to act on it. Removing who is not there changes nothing.
    Locks the deal. Raises NotAllowed, ChangedMeanwhile, StillHolding.
    """
    staff_only(acting_user)
    deal = db.lock_deal(deal_id, closing=True)  # waits for who commits: their hold is not seen before
    place = DealMembership.objects.filter(deal=deal, user_id=profile_id).first()
    if place is None:
        return
    expect(shown, kept_of_member(place))
    if place.investor_id and place.accepted_at and not _others(place):
        # What is undecided; that nothing is on hold, the database sees to.
        if DealCommitment.objects.filter(deal=deal, investor=place.investor_id, status__in=UNDECIDED).exists():
            raise StillHolding()
    try:
        db.remove_member(deal.pk, profile_id)
    except BadValue as refusal:
        raise (StillHolding() if refusal.detail == "holds" else refusal) from refusal


def kept_of_member(place: DealMembership) -> dict:
    """What the question shows before a person is taken off a deal."""
    return {"role": place.role, "investor": place.investor_id, "accepted_at": place.accepted_at}


def _others(place: DealMembership) -> bool:
    same = DealMembership.objects.who_act().filter(deal_id=place.deal_id, investor_id=place.investor_id)
    return same.exclude(user_id=place.user_id).exists()
