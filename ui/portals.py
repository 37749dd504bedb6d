"""Which side of the house a page belongs to."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect


def _signed_in(view):
    """As login_required; a fragment asked for by htmx reloads its page and must not become a sign-in form."""
    guarded = login_required(view)

    @wraps(view)
    def page(request, *args, **kwargs):
        if not request.user.is_authenticated and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return guarded(request, *args, **kwargs)

    return page


def investor_page(view):
    """A page for signed-in people who are not staff. Staff who open it are taken to their desk."""

    @_signed_in
    @wraps(view)
    def page(request, *args, **kwargs):
        if not request.user.is_staff:
            return view(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            raise Http404
        return redirect("staff:desk")

    return page


def staff_page(view):
    """A page for staff. To everybody else it does not exist."""

    @_signed_in
    @wraps(view)
    def page(request, *args, **kwargs):
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return page


def see_other(to, *args, **kwargs):
    """After a form was carried out, its result is read at another address (303): a reload sends nothing."""
    response = redirect(to, *args, **kwargs)
    response.status_code = 303
    return response


def posted(request):
    """What was sent with a POST, for a form; None otherwise. A POST without fields is one that was sent too."""
    return request.POST if request.method == "POST" else None
