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
from django.utils.http import urlencode

from audit.identity import set_identity

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
            return self.get_response(request)
        structlog.contextvars.bind_contextvars(profile=str(request.user.pk))
        if why := _over(request):
            _forget(request)
            return _to_sign_in(request, why)
        response = self.get_response(request)
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
    set_identity(None)


def _to_sign_in(request, why: str):
    """Back to the page after signing in again; a form that was sent is not sent again."""
    by_htmx = request.headers.get("HX-Request") == "true"
    page = _path(request.headers.get("HX-Current-URL", "")) if by_htmx else request.get_full_path()
    query = {"ended": why} | ({"next": page} if by_htmx or request.method == "GET" else {})
    address = f"{reverse('account_login')}?{urlencode(query)}"
    return HttpResponse(headers={"HX-Redirect": address}) if by_htmx else HttpResponseRedirect(address)


def _path(address: str) -> str:
    """The path of an address that a browser says it shows; the first page for what is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return "/"
