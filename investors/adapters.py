"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.middleware import client_ip

from . import devices, kept_forms, services
from .middleware import SEEN_AT, SIGNED_IN_AT


class AccountAdapter(DefaultAccountAdapter):
    """Staff make accounts, nobody signs up; every sign-in, sign-out and refusal is in the audit log."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Incorrect e-mail or password."),
        "too_many_login_attempts": _("Too many attempts in a short time. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return client_ip(request)

    def pre_authenticate(self, request, **credentials) -> None:
        """Count the try, unless too many were wrong: of strangers together, of a known browser or address apart."""
        request.keep_records = True  # a refused page would roll back the very counters that refuse
        email = credentials["email"]
        name = devices.counted_as(request, email)
        action = "login_failed" if name == email else "login_failed_known"
        if name == email and devices.knows_address(request, email):
            name = f"{email} at {client_ip(request)}"
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action=action, key=name)
        if not self._login_failed_rl_usage:
            services.tell_lockout(email=email)  # [1]
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request, **credentials) -> None:
        locked = bool(getattr(request, "axes_locked_out", False))
        if locked and request.axes_failures_since_start is None:
            self._rollback_login_failed_rl_usage()  # refused without a look at the password: no try
        if locked:
            services.tell_lockout(email=credentials["email"])
        services.record_refused_sign_in(email=credentials.get("email"), locked=locked)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user.pk)
        return response

    def login(self, request, user) -> None:
        super().login(request, user)
        if not kept_forms.kept_for(request):
            kept_forms.forget(request)  # of somebody else, who used this browser
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
