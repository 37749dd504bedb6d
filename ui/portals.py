"""Which side of the house a page belongs to, and what it takes: each view states it in one line, in one order."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from lib.db import Refused
from ui import body_limits
from ui.refusals import refused_page

READ = ("GET", "HEAD")
FORM = (*READ, "POST")  # a page that asks, and takes the answer
ACT = ("POST",)  # a button


def _signed_in(view):
    """As login_required; a fragment asked for by htmx reloads its page and must not become a sign-in form."""
    guarded = login_required(view)

    @wraps(view)
    def page(request, *args, **kwargs):
        if not request.user.is_authenticated and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return guarded(request, *args, **kwargs)

    return page


def _elsewhere(request):
    """Staff who open a page of investors are taken to their desk."""
    if request.method not in READ:
        raise Http404
    return redirect("staff:desk")


def _not_there(request):
    raise Http404


def _portal(view, belongs: Callable, others: Callable, methods, body: int, own_transaction: bool):
    """Who first, so that nothing shows to strangers, not even its methods; then how; then the view and its refusals."""
    guarded = require_http_methods(methods)(view)

    @_signed_in
    @wraps(view)
    def page(request, *args, **kwargs):
        if not belongs(request.user):
            return others(request)
        try:
            return guarded(request, *args, **kwargs)
        except Refused as refusal:
            return refused_page(request, refusal)

    page.belongs = belongs
    if own_transaction:  # the mark that audit.middleware.own_transaction leaves
        page.own_transaction = True
    return body_limits.takes_up_to(body)(page)


def investor_page(methods=READ, *, body: int = body_limits.FORM, own_transaction: bool = False):
    """A page for signed-in people who are not staff."""
    return lambda view: _portal(view, lambda user: not user.is_staff, _elsewhere, methods, body, own_transaction)


def staff_page(methods=READ, *, body: int = body_limits.FORM, own_transaction: bool = False):
    """A page for staff. To everybody else it does not exist."""
    return lambda view: _portal(view, lambda user: user.is_staff, _not_there, methods, body, own_transaction)


def see_other(to, *args, **kwargs):
    """After a form was carried out, its result is read at another address (303): a reload sends nothing."""
    response = redirect(to, *args, **kwargs)
    response.status_code = 303
    return response


def posted(request):
    """What was sent with a POST, for a form; None otherwise. A POST without fields is one that was sent too."""
    return request.POST if request.method == "POST" else None


def or_404(found):
    """What a selector found. Raises Http404 for None."""
    if found is None:
        raise Http404
    return found
