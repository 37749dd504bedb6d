"""Signing in under row level security, and what a role may do."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password

from audit.identity import set_identity
from lib.emails import normal_email

from . import db, devices, passwords
from .models import Profile, Role

OUR_APPS = frozenset({
    "audit", "house", "investors", "notifications", "approvals", "documents", "portfolio", "deals", "inventory",
    "operations",
})  # fmt: skip

# What other staff than administrators change, besides seeing everything. Services allow the decisions.
_WORK = {
    "investors": ("profile", "investor", "investoruser"),
    "deals": ("deal", "dealmembership", "invitelink", "feeplan", "feecomponent", "dealcommitment"),
    "inventory": ("sharesource", "sharelot", "reservation"),
    "portfolio": ("vehicle",),
    "approvals": ("approval",),
    "operations": ("task",),
    "documents": ("document",),
}
STAFF_WORK = frozenset(
    f"{app}.{verb}_{noun}" for app, nouns in _WORK.items() for noun in nouns for verb in ("add", "change")
)


class ProfileBackend(BaseBackend):
    """Derives what was typed by the recipe of the database, which compares, and only then becomes that person.

    A stranger's e-mail has a recipe too, so that neither the answer nor its time tells who has an account.
    """

    def authenticate(self, request, email=None, password=None, username=None, **credentials):
        """The profile of this e-mail and password, or None. Sets the identity; needs an open transaction."""
        email, password = normal_email(email or username), password or ""
        proof = passwords.derived(password, db.password_recipe(email, passwords.present_form()))
        profile_id = db.password_owner(email, proof)
        if profile_id is None:
            return None
        set_identity(profile_id)
        profile = self.get_user(profile_id)
        if profile is None:  # disabled since the look-up
            set_identity(None)
        elif passwords.is_outdated(proof) and db.change_password(proof, make_password(password)):
            profile.refresh_from_db(fields=["session_stamp"])
        return profile

    def get_user(self, user_id):
        """The profile of a session, or None once it may not sign in any more."""
        return Profile.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user, perm, obj=None):
        """Whether the role allows it, for one object as for all: administrators all, other staff sight and work.

        Investors may nothing by their role; their rights on single objects are django-guardian's to answer.
        """
        if not user.is_active or not user.is_staff:
            return False
        app, _, verb = perm.partition(".")
        sees = app in OUR_APPS and verb.startswith("view_")
        return user.role == Role.STAFF_ADMIN or sees or perm in STAFF_WORK

    def has_module_perms(self, user, app):
        """Whether the role has any right in this app."""
        return user.is_active and user.is_staff and (user.role == Role.STAFF_ADMIN or app in OUR_APPS)


def attempted_email(request, credentials=None) -> str:
    """Whom a sign-in was tried for, and by which known browser: what failed attempts are counted by."""
    tried = credentials or {}
    typed = tried.get("email") or tried.get("login") or tried.get("username") or request.POST.get("login")
    return devices.counted_as(request, normal_email(typed))[:255]
