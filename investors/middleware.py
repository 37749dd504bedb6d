"""How long a session lives, and that it ends at once when its person may not sign in any more."""

from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from audit.identity import set_identity

from . import kept_forms

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
_WRITE_EVERY = 60  # seconds: a session is not written with every page


class SessionLimitsMiddleware:
    """Stands after authentication. A request marked ``X-Poll: 1`` is the page's own and no sign of life.

    Staff end after 30 idle minutes or 12 hours, everybody else after 60 minutes or 24 hours (settings).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not getattr(request, "identity_transaction", None):  # health checks: nobody is looked up
            request.user = AnonymousUser()
            return self.get_response(request)
        claims_identity = SESSION_KEY in request.session
        if not request.user.is_authenticated:
            if claims_identity:  # disabled, or with a new password: the transaction still has the identity
                _forget(request)
            response = self.get_response(request)
            return _with_its_form(request, response) if request.method == "POST" else response
        structlog.contextvars.bind_contextvars(profile=str(request.user.pk))
        if why := _over(request):
            owner = kept_forms.owner_of(request) if request.method == "POST" else None
            _forget(request)
            return _to_sign_in(request, owner, ended=why)
        response = self.get_response(request)
        kept_forms.note_owner(request, response)
        kept_forms.forget_sent(request, response)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


def _over(request) -> str:
    """'age' or 'idle' when a limit is passed, else '' and the session is marked as seen."""
    side = "staff" if request.user.is_staff else "investor"
    now = int(timezone.now().timestamp())
    started = request.session.setdefault(SIGNED_IN_AT, now)
    seen = request.session.setdefault(SEEN_AT, now)
    if now - started >= settings.SESSION_HOURS_MAX[side] * 3600:
        return "age"
    if now - seen >= settings.SESSION_IDLE_MINUTES[side] * 60:
        return "idle"
    if now - seen >= _WRITE_EVERY and request.headers.get("X-Poll") != "1":
        request.session[SEEN_AT] = now
    return ""


def _forget(request) -> None:
    request.session.flush()
    request.user = AnonymousUser()
    set_identity(None)  # [1]


def _to_sign_in(request, owner: str | None, **query):
    """Back to the page after signing in again, or to the form that was sent: it is kept, and not sent again."""
    if owner:
        kept_forms.keep(request, owner)
    address = kept_forms.sign_in_address(request, **query)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _with_its_form(request, response):
    """The answer to a form that needs somebody signed in: on the way to sign in the form is kept."""
    sent_on = urlsplit(response.headers.get("Location", "")).path == reverse("account_login")
    refreshed = response.headers.get("HX-Refresh") == "true"
    if request.path.startswith(kept_forms.NEVER) or not (sent_on or refreshed):
        return response
    return _to_sign_in(request, kept_forms.owner_of(request))
