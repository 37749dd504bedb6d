"""Browsers and addresses that are known to have signed in: what strangers do elsewhere does not shut them out.

A browser carries a signed cookie that names whose sign-ins it has seen; an address stands in the list of sign-ins.
Neither lets anybody in without the password: wrong ones are counted for each of them apart.
"""

import secrets
from datetime import timedelta

from axes.models import AccessLog
from django.conf import settings
from django.core import signing
from django.utils import timezone

from audit.middleware import client_ip

from . import db

COOKIE = "__Host-device" if settings.HTTPS else "device"
_SALT = "investors.devices"
_DAYS = 400
_PEOPLE = 8  # of one browser; the latest stay


def device_of(request, email: str) -> str:
    """The id of this browser if this person signed in with it before, else ''. The e-mail in its normal form."""
    kept = _kept(request)
    if not kept["people"]:
        return ""
    person = db.login_lookup(email)
    return kept["id"] if person is not None and str(person) in kept["people"] else ""


def counted_as(request, email: str) -> str:
    """Under what name wrong passwords are counted: the e-mail, and apart for each browser its person is known by."""
    names = request.__dict__.setdefault("_counted_as", {})
    if email not in names:
        device = device_of(request, email) if email else ""
        names[email] = f"{email} on {device}" if device else email
    return names[email]


def is_known(request, email: str) -> bool:
    """Whether this browser, or the address it comes from, has signed in with this e-mail before."""
    return bool(email) and (counted_as(request, email) != email or knows_address(request, email))


def knows_address(request, email: str) -> bool:
    """Whether somebody signed in with this e-mail from this address in the last 90 days."""
    since = timezone.now() - timedelta(days=90)
    signed_in = AccessLog.objects.filter(username=email, ip_address=client_ip(request) or None)
    return signed_in.filter(attempt_time__gt=since).exists()


def remember(request, response, person_id) -> None:
    """Let this browser carry that the person signed in with it, or proved by mail to be the person."""
    kept = _kept(request)
    people = [*(known for known in kept["people"] if known != str(person_id)), str(person_id)][-_PEOPLE:]
    value = signing.dumps({"id": kept["id"] or secrets.token_urlsafe(12), "people": people}, salt=_SALT)
    response.set_cookie(
        COOKIE, value, max_age=timedelta(days=_DAYS), secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def _kept(request) -> dict:
    """What the cookie says, if we signed it."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=timedelta(days=_DAYS))
    except signing.BadSignature:
        return {"id": "", "people": []}


def link_token(person_id) -> str:
    """What a mail's link carries, by which a browser becomes known: valid for a day."""
    return signing.dumps(str(person_id), salt=f"{_SALT}.link")


def person_of(token: str) -> str | None:
    """Whose link this is; None for one that is over or not ours."""
    try:
        return signing.loads(token, salt=f"{_SALT}.link", max_age=timedelta(days=1))
    except signing.BadSignature:
        return None
