"""One transaction per request, with the identity of whoever is signed in."""

import re
import time
import uuid
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.db import transaction
from django_structlog import middlewares as structlog_middleware

from lib.db import BadValue, Busy, NotEnoughUnits, NotLive, noting_refusals

from .identity import Origin, origin, set_identity
from .services import keeping_refusals, record_refusal


def client_ip(request) -> str:
    """The address of the client: the socket's, or what the outermost trusted proxy saw, if it is one; may be ''."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        if seen := _address(hops[-settings.TRUSTED_PROXIES]):
            return seen
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(typed: str) -> str:
    """An IP address as proxies write it, with a port or in brackets too, in its one form; '' for anything else."""
    typed = typed.strip().strip('"')
    host, port = typed, ""
    if typed.startswith("["):
        host, _, port = typed[1:].partition("]")
    elif typed.count(":") == 1:
        host, port = typed.split(":")
    if not re.fullmatch(r":?\d{0,5}", port, re.ASCII):
        return ""
    try:
        address = ip_address(host.partition("%")[0])  # a zone means something on the proxy's machine alone
    except ValueError:
        return ""  # [1]
    return str(getattr(address, "ipv4_mapped", None) or address)


def own_transaction(view):
    """Mark a view that runs outside the request's transaction, so that no lock outlives its one statement.

    Such a view reads and renders inside ``acting_as(request.user.pk)`` and calls the hot path between.
    """
    view.own_transaction = True
    return view


class RequestMiddleware(structlog_middleware.RequestMiddleware):
    """django-structlog's: gives each request its id and its line in the log.

    The id also stands in the audit rows and in the answer. Watchers and static files leave no line.
    """

    async_capable = False
    unlogged = ("/healthz", "/readyz", settings.STATIC_URL)

    def __call__(self, request):
        structlog.contextvars.clear_contextvars()
        request.began, before = time.perf_counter(), origin.get()
        try:
            with keeping_refusals():
                return super().__call__(request)
        finally:
            origin.set(before)

    def prepare(self, request):
        super().prepare(request)
        request.id = structlog.contextvars.get_contextvars()["request_id"]
        origin.set(Origin(client_ip(request), request.META.get("HTTP_USER_AGENT", ""), request.id))

    def handle_response(self, request, response):
        response["X-Request-ID"] = request.id
        if not request.path.startswith(self.unlogged):
            structlog.contextvars.bind_contextvars(ms=round((time.perf_counter() - request.began) * 1000, 1))
            super().handle_response(request, response)

    @staticmethod
    def format_request(request):
        """Method and path. The query is never logged; one-time links are cut out of every line (lib.redaction)."""
        return f"{request.method} {request.path}"

    def process_got_request_exception(self, sender, request, **kwargs):
        """Nothing: Django's own logger writes the traceback, and the request keeps its one line."""


class IdentityMiddleware:
    """Stands after the session and before authentication, which already reads profiles under RLS.

    The transaction is rolled back when the view raised or answered 400 and above: an error page changes
    nothing. A view that must keep what it wrote all the same (a failed sign-in's record) sets
    ``request.keep_records``.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.identity_transaction = transaction.atomic()
        request.identity_transaction.__enter__()
        try:
            set_identity(request.session.get("_auth_user_id"))
            with noting_refusals() as refusals:
                response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        except BaseException as error:
            self._leave(request, type(error), error, error.__traceback__)
            raise
        self._record_refusal(request, response.status_code, refusals)
        refused = response.status_code >= 400 and not getattr(request, "keep_records", False)
        if refused and request.identity_transaction:
            transaction.set_rollback(True)
        self._leave(request)
        return response

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "own_transaction", False):
            str(request.user.pk)  # looked up while there is an identity
            self._leave(request)

    def _record_refusal(self, request, status, refusals):
        """Whoever is signed in and tries to do what they may not, or may no longer, leaves a row, and nothing else.

        Also where the page goes on from it, as the admin's actions do. A slip of typing or scarce units are no attempt.
        """
        match, actor = request.resolver_match, request.session.get("_auth_user_id")
        barred = [refusal for refusal in refusals if not isinstance(refusal, (BadValue, Busy, NotEnoughUnits))]
        if not (barred or status in (403, 404)) or request.method in ("GET", "HEAD") or not (match and actor):
            return
        # The view's name and a record's id; never the path, which may hold a token.
        record = next((value for value in match.kwargs.values() if isinstance(value, uuid.UUID)), None)
        where = f"{match.view_name} {match.kwargs.get('code', '')}".strip()
        # The detail of what ended already may be a name.
        word = barred[0].detail if barred and not isinstance(barred[0], NotLive) else ""
        reason = f"{status} {barred[0].sqlstate} {word}".strip() if barred else status
        record_refusal("requests.refused", "requests", record, f"{where}: {reason}", actor=actor)

    def _leave(self, request, *error):
        open_transaction, request.identity_transaction = request.identity_transaction, None
        if open_transaction:
            open_transaction.__exit__(*(error or (None, None, None)))
