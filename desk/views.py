"""Pages that belong to no app: the theme, errors, health."""

import sys
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from investors import kept_forms
from investors.selectors import installation_is_empty
from lib.causes import is_busy
from lib.full_disk import is_full_disk
from ui.context_processors import THEMES

_YEAR = 365 * 24 * 3600


@require_POST
def theme(request):
    """Remember light or dark in a cookie, and go back; anything else follows the system again."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def _error(request, template: str, status: int, **context) -> HttpResponse:
    request.without_counts = True
    return render(request, template, context, status=status)


def bad_request(request, exception=None):
    """400: what came could not be read."""
    return _error(request, "400.html", 400)


def forbidden(request, exception=None):
    """403: a role that may not do this. What is not yours is a 404 instead."""
    return _error(request, "403.html", 403)


def not_found(request, exception=None):
    """404: missing, or not shared with you; both read alike."""
    return _error(request, "404.html", 404)


def csrf_failure(request, reason=""):
    """403 of a form without its token: a page that was open for too long, or from before signing in elsewhere.

    A form that is this person's own is kept and offered with a fresh token; a forged one is refused as ever.
    """
    owner = kept_forms.owner_of(request)
    if owner and request.user.is_authenticated and kept_forms.belongs_to(owner, request.user):
        if kept_forms.keep(request, owner):
            return kept_forms.render_kept(request, kept_forms.kept_for(request), status=403)
    elif owner and not request.user.is_authenticated and kept_forms.keep(request, owner):
        return redirect(kept_forms.sign_in_address(request))
    return _error(request, "403_csrf.html", 403)


def too_many_attempts(request, response=None, credentials=None, *args, **kwargs):
    """429 after failed sign-ins: says when one can go on."""
    minutes = max(round(settings.AXES_COOLOFF_TIME * 60), 1)
    refused = _error(request, "429.html", 429, minutes=minutes)
    refused["Retry-After"] = str(minutes * 60)
    return refused


def server_error(request):
    """500: rendered without request and database, which may be what is broken. 503 for what passes by itself."""
    failure = sys.exc_info()[1]
    if is_full_disk(failure):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "300"})
    if is_busy(failure):
        return HttpResponse(render_to_string("503_busy.html"), status=503, headers={"Retry-After": "10"})
    page = render_to_string("500.html", {"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=500)


def _python() -> str:
    """The Python to type for our commands: the one of `make run` has a folder, the image's is just there."""
    return ".venv/bin/python" if Path(sys.prefix) == settings.BASE_DIR / ".venv" else "python"


def front_door(dashboard):
    """The first page: staff go to the desk, investors meet their dashboard, others sign in.

    An empty installation says how to make its first administrator.
    """

    def home(request):
        if request.user.is_authenticated:
            return redirect("staff:desk") if request.user.is_staff else dashboard(request)
        if installation_is_empty():
            return render(request, "empty_installation.html", {"python": _python()})
        return redirect("account_login")

    return home
