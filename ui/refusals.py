"""The one rule from a refusal to a status, for pages of every app.

====  =====================================================================================
400   what came cannot be read at all (BadRequest)
403   it is there, and this person may not: a NotAllowed that says why, or PermissionDenied
404   unknown or foreign, read alike: a bare NotAllowed, or Http404
409   no longer as it was, or somebody else is at it (Conflict)
422   read and refused: the form says what to correct (Refused)
429   too much in too short a time (TooMany)
====  =====================================================================================
"""

from http import HTTPStatus

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import render

from lib.db import Conflict, NotAllowed, Refused, TooMany

_RULE = (
    (BadRequest, HTTPStatus.BAD_REQUEST),
    (PermissionDenied, HTTPStatus.FORBIDDEN),
    (Http404, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Refused, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def status_for(refusal: Exception) -> int:
    """The status with which a page answers a refusal."""
    if isinstance(refusal, NotAllowed):
        # Only a refusal with a reason of its own admits that there is something to refuse.
        return HTTPStatus.NOT_FOUND if type(refusal) is NotAllowed else HTTPStatus.FORBIDDEN
    return next(status for kind, status in _RULE if isinstance(refusal, kind))


def refused_page(request, refusal: Refused):
    """What a page answers that has no form to say it in."""
    status = status_for(refusal)
    if status == HTTPStatus.NOT_FOUND:
        raise Http404 from refusal
    request.without_counts = True
    return render(request, "refused.html", {"code": int(status), "title": refusal.sentence}, status=status)
