"""Signing in under row level security, and what a role may do."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password

from audit.identity import set_identity

from . import db
from .models import Profile, Role

OUR_ROOMS = {"audit", "investors", "operations", "documents", "portfolio", "deals", "inventory"}


class ProfileBackend(BaseBackend):
    """Looks a person up by a narrow SQL function, checks the password, and only then becomes that person."""

    def authenticate(self, request, email=None, password=None, username=None, **credentials):
        """The profile of this e-mail and password, or None. Sets the identity of the open transaction."""
        email, password = email or username, password or ""
        found = db.login_lookup(email) if email else None
        if found is None:
            make_password(password)  # burns the same time, so that it does not tell who has an account
            return None
        profile_id, encoded = found
        if not check_password(password, encoded):
            return None
        set_identity(profile_id)
        return Profile.objects.get(pk=profile_id)

    def get_user(self, user_id):
        """The profile of a session, or None once it may not sign in any more."""
        return Profile.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user, perm, obj=None):
        """Whether the role allows it. Rights on single objects are guardian's."""
        if not user.is_active or obj is not None:
            return False
        if user.role == Role.STAFF_ADMIN:
            return True
        room, _, verb = perm.partition(".")
        return user.is_staff and room in OUR_ROOMS and verb.startswith("view_")

    def has_module_perms(self, user, room):
        """Whether the role has any right in this room."""
        return user.is_active and user.is_staff and (user.role == Role.STAFF_ADMIN or room in OUR_ROOMS)
