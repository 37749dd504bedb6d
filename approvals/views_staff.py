"""The rules by which decisions are made, for staff and two administrators."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import selectors, services
from approvals.forms import ApprovalRuleForm
from approvals.models import LIMITS
from investors.models import Role
from lib.db import Busy, NotAllowed, Refused
from ui.portals import posted, see_other, staff_page


@staff_page
@require_safe
def rules(request):
    """The rules of approval in force, and those that wait for a second administrator."""
    return _rules_page(request)


def _rules_page(request, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "rules": selectors.rules_in_force(),
        "proposed": selectors.rules_proposed(),
        "administers": request.user.role == Role.STAFF_ADMIN,
        "problem": problem,
    }
    return render(request, "staff/approvals/rules.html", context, status=status)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request):
    """Propose other limits, or that ways of being a party are passed over for a while."""
    if request.user.role != Role.STAFF_ADMIN:
        raise Http404
    rule = selectors.approval_rule("*")
    now = {name: getattr(rule, name) for name in LIMITS} if rule else {}
    form = ApprovalRuleForm(posted(request), initial=now | {"currency": "*"})
    if form.is_valid():
        typed = dict(form.cleaned_data)
        limits = {name: typed.pop(name) for name in LIMITS}
        try:
            made = services.propose_rule(acting_user=request.user, limits=limits, **typed)
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            alone = _("The rule is now in force: there is no other administrator to agree to it.")
            waits = _("The rule is proposed. It comes into force once another administrator agrees.")
            messages.success(request, alone if made.in_force_from else waits)
            return see_other("approvals_staff:rules")
    return render(request, "staff/approvals/rule_new.html", {"form": form}, status=422 if form.is_bound else 200)


@staff_page
@require_POST
def rule_agree(request, rule_id: UUID):
    """Agree to what another administrator proposed."""
    try:
        services.agree_to_rule(acting_user=request.user, rule_id=rule_id)
    except (services.OwnRule, services.RuleOver, Busy) as refusal:
        return _rules_page(request, str(refusal.sentence), 403 if isinstance(refusal, services.OwnRule) else 409)
    except NotAllowed:
        raise Http404 from None
    messages.success(request, _("You agreed. The rule is now in force."))
    return see_other("approvals_staff:rules")
