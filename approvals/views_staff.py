"""The rules by which decisions are made, for staff and two administrators."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import lists, selectors, services
from approvals.forms import ApprovalRuleForm
from approvals.models import LIMITS
from investors.models import Role
from lib.db import Busy
from ui.lists import Table
from ui.pages import form_page
from ui.portals import ACT, FORM, posted, see_other, staff_page
from ui.refusals import status_for


@staff_page()
def rules(request):
    """The rules of approval in force, and those that wait for a second administrator."""
    return _rules_page(request)


def _rules_page(request, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "rules": Table(lists.IN_FORCE, list(selectors.rules_in_force())),
        "proposed": Table(lists.PROPOSED, list(selectors.rules_proposed())),
        "administers": request.user.role == Role.STAFF_ADMIN,
        "problem": problem,
    }
    return render(request, "staff/approvals/rules.html", context, status=status)


@staff_page(FORM)
def rule_new(request):
    """Propose other limits, or that ways of being a party are passed over for a while."""
    if request.user.role != Role.STAFF_ADMIN:
        raise Http404
    rule = selectors.approval_rule("*")
    now = {name: getattr(rule, name) for name in LIMITS} if rule else {}
    alone = _("The rule is now in force: there is no other administrator to agree to it.")
    waits = _("The rule is proposed. It comes into force once another administrator agrees.")
    return form_page(
        request,
        "staff/approvals/rule_new.html",
        ApprovalRuleForm(posted(request), initial=now | {"currency": "*"}),
        verb=services.propose_rule,
        said=lambda made: alone if made.in_force_from else waits,
        to=reverse("approvals_staff:rules"),
    )


@staff_page(ACT)
def rule_agree(request, rule_id: UUID):
    """Agree to what another administrator proposed."""
    try:
        services.agree_to_rule(acting_user=request.user, rule_id=rule_id)
    except (services.OwnRule, services.RuleOver, Busy) as refusal:
        return _rules_page(request, str(refusal.sentence), status_for(refusal))
    messages.success(request, _("You agreed. The rule is now in force."))
    return see_other("approvals_staff:rules")
