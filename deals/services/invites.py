"""Invite links: a token that is shown once and of which only the SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.identity import as_acting_user
from deals import db
from deals.models import InviteLink, MemberRole
from deals.services.refusals import DealRefused, WrongStatus, not_over, staff_only
from lib.emails import normal_email

TOKEN_BYTES = 32
MOST_DAYS = 7
MOST_USES = 100
ROLES = [role for role in MemberRole if role != MemberRole.VERSO_STAFF]


def hash_token(token: str) -> str:
    """What is kept of a token: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@as_acting_user
def create_invite(
    *, acting_user, deal_id: UUID, role: str, days: int = MOST_DAYS, max_uses: int = 1, email: str = ""
) -> tuple[InviteLink, str]:
    """A link into a deal and its token, which is never to be had again; bound to an e-mail if one is given.

    Valid for 1 to 7 days and 1 to 100 people. Raises NotAllowed, DealOver, DealRefused.
    """
    staff_only(acting_user)
    _check_invite(role, days, max_uses, email)
    email = normal_email(email)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    deal = db.lock_deal(deal_id)
    not_over(deal)
    invite = InviteLink.objects.create(
        deal=deal,
        role=role,
        token_hash=hash_token(token),
        expires_at=timezone.now() + timedelta(days=days),
        max_uses=max_uses,
        email=email,
        created_by=acting_user,
    )
    return invite, token


def _check_invite(role: str, days: int, max_uses: int, email: str) -> None:
    if role not in ROLES:
        raise DealRefused(_("Choose a role."), field="role")
    if not 1 <= days <= MOST_DAYS:
        raise DealRefused(_("A link is valid for 1 to %(n)s days.") % {"n": MOST_DAYS}, field="days")
    if not 1 <= max_uses <= MOST_USES:
        raise DealRefused(_("A link is for 1 to %(n)s people.") % {"n": MOST_USES}, field="max_uses")
    if email and max_uses > 1:
        raise DealRefused(_("A link for one e-mail address is for one person."), field="max_uses")
    try:
        if email.strip():
            validate_email(normal_email(email))
    except ValidationError as error:
        raise DealRefused(_("Enter an e-mail address, or leave it empty."), field="email") from error


@as_acting_user
def revoke_invite(*, acting_user, deal_id: UUID, invite_id: UUID) -> None:
    """End a link now; who came in by it stays in. Revoking it again changes nothing.

    Raises NotAllowed, WrongStatus (not a link of this deal).
    """
    staff_only(acting_user)
    links = InviteLink.objects.filter(pk=invite_id, deal_id=deal_id)
    if not links.filter(revoked_at=None).update(revoked_at=Now()) and not links.exists():
        raise WrongStatus()


@as_acting_user
def accept_invite(*, acting_user, token_hash: str, investor_id: UUID | None = None) -> UUID:
    """Join the deal of a link, for an investor where the role carries one and several are possible; the deal.

    Raises NotAllowed (used, expired, revoked, somebody else's, guessed: all alike), BadValue (whom for?).
    """
    return db.fn_accept_invite(token_hash, investor_id)
