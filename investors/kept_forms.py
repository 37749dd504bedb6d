"""A form that was sent when nobody was signed in any more is kept, and offered again to the person who filled it in.

Kept in the session, which survives signing in but no other person: never in the page, never sent without a click.
Whose form it was follows from the token in it: a signed cookie remembers which person had which of the last tokens,
so that a form forged elsewhere, which has no such token, is refused as ever.
"""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

KEPT = "kept_form"
COOKIE = "__Host-forms" if settings.HTTPS else "forms"
_SALT = "investors.kept_forms"
_TOKENS, _MOST = 5, 60_000
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
# What is typed there is a secret, or belongs to nobody signed in.
NEVER = ("/accounts/", "/invite/", "/theme/", "/i18n/", "/admin/login/")


def note_owner(request, response) -> None:
    """Remember in a signed cookie that the tokens of this page are this person's."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret or not request.user.is_authenticated:
        return
    pair = [_print(secret), _owner(request.user.pk)]
    known = _known(request)
    if pair not in known:
        said = signing.dumps([*known, pair][-_TOKENS:], salt=_SALT, compress=True)
        response.set_cookie(COOKIE, said, httponly=True, samesite="Lax", secure=settings.HTTPS)


def owner_of(request) -> str | None:
    """Whose form was sent, by the token in it; None for a form we never gave to anybody."""
    token = request.POST.get(_TOKEN, "")
    if len(token) != CSRF_TOKEN_LENGTH or not token.isascii() or not token.isalnum():
        return None
    said = _print(_unmask_cipher_token(token))
    found = [owner for known, owner in _known(request) if constant_time_compare(known, said)]
    return found[-1] if found else None


def belongs_to(owner: str | None, person) -> bool:
    """Whether a form of this owner is this person's."""
    return bool(owner) and constant_time_compare(owner, _owner(person.pk))


def keep(request, owner: str) -> bool:
    """Keep what was sent, for its owner; False where it must not be kept, or is too much."""
    fields = [[name, value] for name, values in request.POST.lists() if name != _TOKEN for value in values]
    path = request.get_full_path()
    if path.startswith(NEVER) or request.FILES or any("password" in name for name, _ in fields):
        return False
    kept = {"path": path, "page": page_of(request), "owner": owner, "fields": fields}
    if sum(len(name) + len(value) for name, value in fields) > _MOST:
        return False
    request.session[KEPT] = kept
    return True


def kept_for(request) -> dict | None:
    """The form that waits for the person who is signed in."""
    kept = request.session.get(KEPT)
    return kept if kept and belongs_to(kept["owner"], request.user) else None


def forget(request) -> None:
    """The form was sent, or is not wanted."""
    request.session.pop(KEPT, None)


def forget_sent(request, response) -> None:
    """Forget the kept form once it was sent and taken."""
    if request.method != "POST" or response.status_code >= 400:
        return
    kept = request.session.get(KEPT)
    if kept and kept["path"] == request.get_full_path():
        forget(request)


def page_of(request) -> str:
    """The page on which the form stood, as the browser says; its own address where it says nothing of ours."""
    try:
        said = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    if said.path.startswith("/") and not said.path.startswith("//"):
        return said.path
    return request.get_full_path()


def sign_in_address(request, **query) -> str:
    """Where to sign in and go on: to the form that is kept, else to the page on which it stood."""
    by_htmx = request.headers.get("HX-Request") == "true"
    to = page_of(request) if by_htmx or request.method == "POST" else request.get_full_path()
    if request.method == "POST" and KEPT in request.session:
        to = reverse("kept_form")
    return f"{reverse('account_login')}?{urlencode(query | {'next': to})}"


def _known(request) -> list[list[str]]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return []


def _print(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _owner(person_id) -> str:
    return salted_hmac(_SALT, str(person_id), algorithm="sha256").hexdigest()[:32]


def render_kept(request, kept: dict, status: int = 200):
    """The page that offers it: what was typed, and the button that sends it, which nothing else does."""
    typed = [(name.replace("_", " ").capitalize(), value) for name, value in kept["fields"] if _is_typed(name, value)]
    return render(request, "account/kept_form.html", {"kept": kept, "typed": typed}, status=status)


def _is_typed(name: str, value: str) -> bool:
    """Not what a page carries for itself: versions, keys and hashes."""
    return bool(value.strip()) and name not in ("version", "request_key", "seen", "price", "next", "lot_id")
