"""Joining a deal by invite link. The token leaves the address once read; the session keeps its hash."""

import time

from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.middleware import client_ip
from deals import services
from deals.forms import AcceptForm
from deals.selectors import staff as selectors
from deals.services.invites import hash_token
from lib.db import NotAllowed, Refused
from ui.portals import posted, see_other

GUESSES_A_MINUTE = 10
_KEPT = "invite"


@never_cache
@require_safe
def open_invite(request, token):
    """Take the token out of the address, then show the invitation. What opens nothing counts as a guess."""
    if _guesses(request) >= GUESSES_A_MINUTE:
        return _too_many(request)
    token_hash = hash_token(token)
    if selectors.invite_by_token(token_hash) is None:
        cache.set(_key(request), _guesses(request) + 1, timeout=120)
        return _opens_nothing(request)
    request.session[_KEPT] = token_hash
    answer = redirect("deals_invite:accept")
    # Nobody learns the token from where we came. The pages must not say so: their forms would come from nowhere.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request):
    """The invitation the session keeps: read it, sign in, say for whom, accept."""
    token_hash = request.session.get(_KEPT, "")
    invite = selectors.invite_by_token(token_hash) if token_hash else None
    if invite is None:
        return _opens_nothing(request)
    if invite.is_member:
        return _into_the_deal(request, invite.deal_code)
    if not invite.for_me:
        return render(request, "invite/ask.html", {"invite": invite})
    investors = selectors.investors_of(request.user) if invite.needs_investor else None
    form = _accept_form(request, investors)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _accepted(request, token_hash, invite, form)
    return _invite_page(request, invite, form, investors)


def _accept_form(request, investors):
    """A question only where there is a choice."""
    if investors is None or len(investors) < 2:
        return None
    return AcceptForm(posted(request), investors=investors)


def _accepted(request, token_hash: str, invite, form):
    investor = form.cleaned_data["investor"] if form else None
    try:
        facts = {"token_hash": token_hash, "investor_id": investor and investor.pk}
        services.accept_invite(acting_user=request.user, **facts)
    except NotAllowed:
        return _opens_nothing(request)
    except Refused as refusal:
        if form:
            form.refuse(refusal)
        else:
            messages.error(request, str(refusal.sentence))
        return _invite_page(request, invite, form, selectors.investors_of(request.user))
    messages.success(request, _("You are now a member of %(deal)s.") % {"deal": invite.deal_name})
    return _into_the_deal(request, invite.deal_code)


def _into_the_deal(request, code: str):
    request.session.pop(_KEPT, None)
    return see_other("deals_staff:detail" if request.user.is_staff else "inventory:room", code=code)


def _invite_page(request, invite, form, investors):
    nobody = invite.needs_investor and not investors
    context = {"invite": invite, "form": form, "investors": investors, "acts_for_nobody": nobody}
    return render(request, "invite/accept.html", context, status=422 if request.method == "POST" else 200)


def _opens_nothing(request):
    """Used up, expired, revoked, guessed: all alike."""
    request.session.pop(_KEPT, None)
    request.keep_records = True  # the counted guess outlives this answer
    return render(request, "invite/nothing.html", status=404)


# ---------- guesses ----------


def _key(request) -> str:
    return f"invite-guesses:{client_ip(request)}:{int(time.time() // 60)}"


def _guesses(request) -> int:
    return cache.get(_key(request), 0)


def _too_many(request):
    request.without_counts = True
    refused = render(request, "429.html", {"minutes": 1}, status=429)
    refused["Retry-After"] = "60"
    return refused
