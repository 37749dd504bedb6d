"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.middleware import client_ip

from . import services
from .middleware import SEEN_AT, SIGNED_IN_AT


class AccountAdapter(DefaultAccountAdapter):
    """Staff make accounts, nobody signs up; every sign-in, sign-out and refusal is in the audit log."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail and password do not fit together. Please check both."),
        "too_many_login_attempts": _("There were many tries in a short time. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return client_ip(request)

    def pre_authenticate(self, request, **credentials) -> None:
        request.keep_records = True  # a refused page would roll back the very counters that refuse
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request, **credentials) -> None:
        locked = bool(getattr(request, "axes_locked_out", False))
        services.record_refused_sign_in(email=credentials.get("email"), locked=locked)

    def login(self, request, user) -> None:
        super().login(request, user)
        request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(timezone.now().timestamp())
        services.record_sign_in(profile=user)

    def logout(self, request) -> None:
        services.record_sign_out(profile=request.user)
        super().logout(request)

    def add_message(self, request, level, message_template=None, *args, **kwargs) -> None:
        """Only what is worth a line on the next page: not that somebody signed in or out."""
        if message_template and "logged_" not in message_template:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("profile")
