"""What two administrators change: the rules by which decisions are made, and the accounts into which investors pay."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import lists, selectors, services
from approvals.forms import AccountForm, ApprovalRuleForm, EndAccountForm
from approvals.models import LIMITS
from house.selectors import active_accounts, ended_accounts
from investors.models import Role
from lib.db import Busy
from ui.lists import Table
from ui.pages import confirm_page, form_page
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page
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


# --- accounts into which investors pay


@staff_page()
def accounts(request):
    """The accounts that count, those that wait for a second administrator, and those that ended."""
    return _accounts_page(request)


def _accounts_page(request, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "accounts": Table(lists.ACCOUNTS_ACTIVE, list(active_accounts())),
        "proposed": Table(lists.ACCOUNTS_PROPOSED, selectors.accounts_proposed()),
        "ended": Table(lists.ACCOUNTS_ENDED, list(ended_accounts())),
        "administers": request.user.role == Role.STAFF_ADMIN,
        "problem": problem,
    }
    return render(request, "staff/accounts/accounts.html", context, status=status)


@staff_page(FORM)
def account_new(request):
    """Propose an account, which may take the place of another."""
    if request.user.role != Role.STAFF_ADMIN:
        raise Http404
    alone = _("The account is active: there is no other administrator to agree to it.")
    waits = _("The account is proposed. Investors can be asked to pay into it once another administrator agrees.")
    return form_page(
        request,
        "staff/accounts/account_new.html",
        AccountForm(posted(request)),
        verb=services.propose_account,
        said=lambda made: alone if made.active_from else waits,
        to=reverse("approvals_staff:accounts"),
    )


@staff_page(ACT)
def account_agree(request, receiving_id: UUID):
    """Agree to an account that another administrator proposed."""
    try:
        services.agree_to_account(acting_user=request.user, account_id=receiving_id)
    except (services.OwnAccount, services.AccountOver, Busy) as refusal:
        return _accounts_page(request, str(refusal.sentence), status_for(refusal))
    messages.success(request, _("You agreed. The account is now active."))
    return see_other("approvals_staff:accounts")


@staff_page(FORM)
def account_end(request, receiving_id: UUID):
    """End an account at once; the page asks why."""
    if request.user.role != Role.STAFF_ADMIN:
        raise Http404
    account = or_404(active_accounts().filter(pk=receiving_id).first())
    names = {"account": account, "currency": account.currency}
    return confirm_page(
        request,
        form=EndAccountForm(posted(request)),
        verb=partial(services.end_account, account_id=receiving_id),
        said=_("The account has ended."),
        back=reverse("approvals_staff:accounts"),
        crumbs=[(_("Firm"), "house_staff:firm", ""), (_("Receiving accounts"), "approvals_staff:accounts", "")],
        title=_("End account %(account)s?") % names,
        act=_("End the account"),
        keep=_("Cancel"),
        danger=True,
        will=[
            _("It ends immediately; this can’t be undone."),
            _("No new invoice names it. Invoices already issued keep it."),
            *(
                [_("%(currency)s has no default account until another is agreed to.") % names]
                if account.is_default
                else []
            ),
        ],
    )
