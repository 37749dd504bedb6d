"""The desk, the queue of decisions, the jobs."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deals.selectors.staff import Proposal, proposal
from deals.selectors.staff import deals as all_deals
from inventory.selectors import AskedCommitment, asked_commitment, holds_that_end_next, units_of_running_deals
from investors.models import Role
from investors.selectors import investors as all_investors
from investors.selectors import people as all_people
from lib import search
from lib.db import Busy, NotAllowed, Refused
from operations import selectors, services
from operations.forms import ApprovalRuleForm, ReasonForm
from operations.models import LIMITS, Approval, ApprovalAction, ApprovalStatus, EntityType
from ui.csvfile import csv_response
from ui.portals import posted, see_other, staff_page

MOST_NEXT, MOST_HOLDS, MOST_JOBS = 8, 5, 5


# --- the desk


@staff_page
@require_safe
def desk(request):
    """What waits, by the clock; where the units are; which holds end; whether the jobs run."""
    holds = holds_that_end_next()
    jobs = sorted(selectors.jobs(), key=lambda job: job.state == "ok")
    context = {
        "waiting": selectors.approvals_waiting(),
        "asked": selectors.count_changes_asked(),
        "kyc": all_investors(kyc="open").count(),
        "next": selectors.Queue()[:MOST_NEXT],
        "deals": units_of_running_deals(),
        "holds": holds[:MOST_HOLDS],
        "holds_count": holds.count(),
        "jobs": jobs[:MOST_JOBS],
        "jobs_wrong": len(selectors.jobs_wrong()),
        "first_steps": first_steps(request.user),
        "relaxations": selectors.relaxations(),
    }
    live = request.headers.get("X-Poll") == "1"
    return render(request, "staff/operations/_desk.html" if live else "staff/operations/desk.html", context)


def first_steps(person) -> dict[str, bool] | None:
    """What an installation without a deal still needs, and what of it is there; None once there is a deal."""
    if all_deals().exists():
        return None
    return {"people": all_people().exclude(pk=person.pk).exists(), "investors": all_investors().exists()}


# --- the queue


@dataclass
class Inspection:
    """One approval as its decider reads it. ``asked`` is what it is about, where that is a commitment."""

    approval: Approval
    problem: str = ""
    note: str = ""

    @cached_property
    def asked(self) -> AskedCommitment | None:
        about = self.approval.entity_type == EntityType.DEAL_COMMITMENT
        return asked_commitment(self.approval.entity_id) if about else None

    @cached_property
    def successor(self) -> Approval | None:
        """The question about the commitment that took the place of this one."""
        replaced_by = self.asked and self.asked.row.replaced_by_id
        return selectors.newest_approval(EntityType.DEAL_COMMITMENT, replaced_by) if replaced_by else None

    @cached_property
    def proposal(self) -> Proposal | None:
        """The change of a deal that it is about, where it is one."""
        about = self.approval.entity_type == EntityType.DEAL_CHANGE
        return proposal(self.approval.entity_id) if about else None

    @cached_property
    def hold_ends(self):
        """When the units on hold for it are released, where it keeps some."""
        return self.asked and self.asked.row.decide_by

    @cached_property
    def waits(self) -> bool:
        return self.approval.status == ApprovalStatus.PENDING

    @cached_property
    def why_not(self) -> str:
        """Why the reader may not decide it, in words; '' when they may."""
        word = selectors.why_not_decide(self.approval.pk)
        return str(services.WHY_NOT.get(word, "")) if word else ""

    @cached_property
    def may_decide(self) -> bool:
        return self.waits and not self.why_not

    @cached_property
    def trail(self) -> list[dict]:
        return selectors.trail_of(self.approval)

    @cached_property
    def first_approval(self) -> dict | None:
        """The other person's approval of the same content, where two are needed."""
        given = (row for row in self.trail if row["status"] == ApprovalStatus.APPROVED)
        same = (row for row in given if row["content_hash"] == self.approval.content_hash)
        return next((row for row in same if row["id"] != self.approval.pk), None)

    @cached_property
    def counts(self) -> dict:
        """What counts for the reader who decides it, with all that the investor has on the deal."""
        return selectors.approval_counts(self.approval.pk)

    @cached_property
    def rule(self):
        return selectors.approval_rule(self.approval.currency)


@staff_page
@require_safe
def approvals(request):
    """The queue by the clock, with the most urgent open beside it."""
    queue = _queue(request)
    if request.GET.get("format") == "csv":
        return _queue_csv(queue)
    page = _page(request, queue)
    first = page.object_list[0]["id"] if page.object_list else None
    return _queue_page(request, page, first and Inspection(_approval(first)))


@staff_page
@require_safe
def approval(request, approval_id: UUID):
    """One approval, with the queue beside it."""
    return _queue_page(request, _page(request, _queue(request)), Inspection(_approval(approval_id)))


def _queue(request) -> selectors.Queue:
    shown = request.GET.get("shown", "waiting")
    return selectors.Queue(shown if shown in selectors.SHOWN else "waiting", search.asked_for(request))


def _page(request, queue: selectors.Queue) -> Page:
    return Paginator(queue, selectors.PAGE).get_page(request.GET.get("page"))


def _approval(approval_id: UUID) -> Approval:
    found = selectors.approval_of(approval_id)
    if found is None:
        raise Http404
    return found


def _queue_page(request, page: Page, item: Inspection | None, status: int = 200) -> HttpResponse:
    at = [row["id"] for row in page.object_list].index(item.approval.pk) if _listed(page, item) else None
    context = {
        "page": page,
        "queue": page.paginator.object_list,
        "shown_choices": selectors.SHOWN.items(),
        "waiting": selectors.approvals_waiting(),
        "item": item,
        "place": at is not None and page.start_index() + at,
        "form": ReasonForm(auto_id="reject_%s"),
        "ask_form": ReasonForm(auto_id="ask_%s"),
        "filters": _filters(request),
    }
    return render(request, "staff/operations/approvals.html", context, status=status)


def _filters(request) -> str:
    """The search and the page of the queue, to be kept on the way through a decision."""
    kept = request.GET.copy()
    kept.pop("format", None)
    return f"?{kept.urlencode()}" if kept else ""


def _listed(page: Page, item: Inspection | None) -> bool:
    return item is not None and any(row["id"] == item.approval.pk for row in page.object_list)


def _queue_csv(queue: selectors.Queue) -> HttpResponse:
    head = [
        _("Investor"), _("Deal"), _("Kind"), _("Amount"), _("Currency"), _("Priority"), _("Status"),
        _("Step"), _("Of"), _("Asked by"), _("Asked at"), _("Due"), _("Decided by"), _("Decided at"),
        _("Reason"),
    ]  # fmt: skip
    rows = (
        [
            row["investor"], row["deal"], row["entity_type"], row["amount"], row["currency"], row["priority"],
            row["status"], row["step"], row["steps_needed"], row["requested_by"], _iso(row["created_at"]),
            _iso(row["sla_breach_at"]), row["decided_by"], _iso(row["decided_at"]), row["notes"],
        ]
        for row in queue[:]
    )  # fmt: skip
    return csv_response("approvals", head, rows)


def _iso(moment) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


# --- deciding


@staff_page
@require_POST
def approve(request, approval_id: UUID):
    """Approve, and carry it out."""
    item = Inspection(_approval(approval_id))
    seen = request.POST.get("seen", "").replace("\0", "?")  # not a hash of anything, and no text of the database
    return _decided(request, item, ApprovalAction.APPROVE, seen=seen or None)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request, approval_id: UUID):
    """Reject with a reason: a dialog of the queue, and a page of its own without JavaScript."""
    return _with_reason(request, approval_id, ApprovalAction.REJECT, "staff/operations/reject.html")


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, approval_id: UUID):
    """Ask the investor for changes, which stops the clock."""
    return _with_reason(request, approval_id, ApprovalAction.REVISE, "staff/operations/ask.html")


def _with_reason(request, approval_id: UUID, action: str, template: str) -> HttpResponse:
    item = Inspection(_approval(approval_id))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return _decided(request, item, action, reason=form.cleaned_data["reason"])
    if not item.may_decide and not form.is_bound:
        return see_other("operations_staff:approval", approval_id)
    context = {"item": item, "form": form, "filters": _filters(request)}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _decided(request, item: Inspection, action: str, reason: str = "", seen: str | None = None):
    """Decide and go on to the next; refused, the same page says why and keeps the note."""
    try:
        outcome = services.decide(
            acting_user=request.user,
            approval_id=item.approval.pk,
            action=action,
            reason=reason,
            content_hash=seen,
        )
    except Refused as refusal:
        again = Inspection(_approval(item.approval.pk), problem=str(refusal.sentence), note=reason)
        status = 403 if isinstance(refusal, services.NotYourDecision) else 409
        return _queue_page(request, _page(request, _queue(request)), again, status)
    messages.success(request, _said(item, outcome))
    left = _filters(request) if len(_queue(request)) else ""  # a search that found only this one is over
    return see_other(reverse("operations_staff:approvals") + left)


def _said(item: Inspection, outcome: str) -> str:
    who = {"who": str(item.asked.investor) if item.asked else _("The request")}
    if item.proposal:
        approved = _("The change to %(deal)s is now in effect.")
        rejected = _("The change to %(deal)s was rejected. Nothing was changed.")
        return (approved if outcome == "approved" else rejected) % {"deal": item.proposal.row.deal}
    return {
        "approved": _("%(who)s: approved and carried out. The investor is told."),
        "second_approval": _("%(who)s: your approval is recorded. Another person decides next."),
        "rejected": _("%(who)s: rejected. The units are free and the investor is told."),
        "changes_asked": _("%(who)s is asked. The clock stands still until they answer."),
    }[outcome] % who


# --- rules


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
    return render(request, "staff/operations/rules.html", context, status=status)


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
            alone = _("The rule counts from now on: nobody else is an administrator who could agree.")
            waits = _("The rule is proposed. It counts once another administrator agrees.")
            messages.success(request, alone if made.in_force_from else waits)
            return see_other("operations_staff:rules")
    return render(request, "staff/operations/rule_new.html", {"form": form}, status=422 if form.is_bound else 200)


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
    messages.success(request, _("You agreed. The rule counts from now on."))
    return see_other("operations_staff:rules")


# --- jobs


@staff_page
@require_safe
def jobs(request):
    """Every scheduled job: when it ran last, how it ended, when it runs next."""
    context = {
        "jobs": selectors.jobs(),
        "mail_stopped": selectors.stopped_mail().count(),
        "clock": selectors.job_clock(),
    }
    return render(request, "staff/operations/jobs.html", context)


@staff_page
@require_POST
def confirm_clock(request):
    """Say that the database's clock is right: jobs act by it again."""
    services.confirm_clock(acting_user=request.user)
    messages.success(request, _("The database clock is confirmed. Jobs follow it again within a minute."))
    return see_other("operations_staff:jobs")


@staff_page
@require_safe
def mail(request):
    """Mails that could not be delivered and are not tried again by themselves."""
    page = Paginator(selectors.stopped_mail(), selectors.PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/operations/mail.html", {"page": page})


@staff_page
@require_POST
def mail_again(request, notice_id: UUID):
    """Have one of them sent once more."""
    notice = selectors.stopped_mail().filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    try:
        services.mail_again(acting_user=request.user, notice_id=notice_id)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = _("The e-mail to %(who)s will be sent again within a minute.")
        messages.success(request, said % {"who": notice.user.get_full_name()})
    return see_other("operations_staff:mail")
