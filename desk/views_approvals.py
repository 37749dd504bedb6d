"""The queue of decisions, and deciding."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from approvals import selectors as approving
from approvals import services
from approvals.forms import ReasonForm
from approvals.models import Approval, ApprovalAction, ApprovalStatus
from approvals.subjects import Asked, Subject, Words, subject_of
from desk import selectors
from desk.lists import QUEUE
from lib.db import Refused
from ui.lists import Listing
from ui.portals import ACT, FORM, or_404, see_other, staff_page
from ui.refusals import status_for

# --- one of them


@dataclass
class Inspection:
    """One approval as its decider reads it."""

    approval: Approval
    problem: str = ""
    note: str = ""

    @cached_property
    def subject(self) -> Subject:
        return subject_of(self.approval.entity_type)

    @cached_property
    def asked(self) -> Asked | None:
        """What it is about, where its subject tells more than its name."""
        return self.subject.find(self.approval.entity_id)

    @cached_property
    def words(self) -> Words:
        return Words(self.subject, self.asked)

    @cached_property
    def successor(self) -> Approval | None:
        """The question about what took the place of the thing that this one is about."""
        replaced_by = self.asked and self.asked.replaced_by
        return approving.newest_approval(self.approval.entity_type, replaced_by) if replaced_by else None

    @cached_property
    def is_running(self) -> bool:
        """Whether its clock still means something: it waits, or its investor is asked."""
        paused = self.approval.status == ApprovalStatus.CHANGES_ASKED and self.approval.sla_paused_at
        return self.waits or bool(paused and self.asked and self.asked.is_paused)

    @cached_property
    def waits(self) -> bool:
        return self.approval.status == ApprovalStatus.PENDING

    @cached_property
    def why_not(self) -> str:
        """Why the reader may not decide it, in words; '' when they may."""
        word = approving.why_not_decide(self.approval.pk)
        return str(services.WHY_NOT.get(word, "")) if word else ""

    @cached_property
    def may_decide(self) -> bool:
        return self.waits and not self.why_not

    @cached_property
    def trail(self) -> list[dict]:
        return approving.trail_of(self.approval)

    @cached_property
    def first_approval(self) -> dict | None:
        """The other person's approval of the same content, where two are needed."""
        given = (row for row in self.trail if row["status"] == ApprovalStatus.APPROVED)
        same = (row for row in given if row["content_hash"] == self.approval.content_hash)
        return next((row for row in same if row["id"] != self.approval.pk), None)

    @cached_property
    def counts(self) -> dict:
        """What counts for the reader who decides it, with all that the investor has on the deal."""
        return approving.approval_counts(self.approval.pk)

    @cached_property
    def rule(self):
        return approving.approval_rule(self.approval.currency)


@staff_page()
def approvals(request):
    """The queue by the clock, with the most urgent open beside it."""
    queue = _queue(request)
    if answer := queue.as_file():
        return answer
    first = queue.items[0]["id"] if queue.items else None
    return _queue_page(request, queue, first and Inspection(_approval(first)))


@staff_page()
def approval(request, approval_id: UUID):
    """One approval, with the queue beside it."""
    return _queue_page(request, _queue(request), Inspection(_approval(approval_id)))


def _queue(request) -> Listing:
    return Listing(QUEUE, request, lambda words, shown: selectors.Queue(shown, words))


def _approval(approval_id: UUID) -> Approval:
    return or_404(approving.approval_of(approval_id))


def _queue_page(request, queue: Listing, item: Inspection | None, status: int = 200) -> HttpResponse:
    ids = [row["id"] for row in queue.items]
    listed = item is not None and item.approval.pk in ids
    context = {
        "listing": queue,
        "page": queue.page,
        "waiting": approving.approvals_waiting(),
        "item": item,
        "place": listed and queue.page.start_index() + ids.index(item.approval.pk),
        "form": ReasonForm(auto_id="reject_%s"),
        "ask_form": ReasonForm(auto_id="ask_%s"),
        "filters": _filters(request),
    }
    return render(request, "staff/desk/approvals.html", context, status=status)


def _filters(request) -> str:
    """The search and the page of the queue, to be kept on the way through a decision."""
    kept = request.GET.copy()
    kept.pop("format", None)
    return f"?{kept.urlencode()}" if kept else ""


# --- deciding


@staff_page(ACT)
def approve(request, approval_id: UUID):
    """Approve, and carry it out."""
    item = Inspection(_approval(approval_id))
    seen = request.POST.get("seen", "").replace("\0", "?")  # not a hash of anything, and no text of the database
    return _decided(request, item, ApprovalAction.APPROVE, seen=seen or None)


@staff_page(FORM)
def reject(request, approval_id: UUID):
    """Reject with a reason: a dialog of the queue, and a page of its own without JavaScript."""
    return _with_reason(request, approval_id, ApprovalAction.REJECT, "staff/desk/reject.html")


@staff_page(FORM)
def ask(request, approval_id: UUID):
    """Ask the investor for changes, which stops the clock."""
    return _with_reason(request, approval_id, ApprovalAction.REVISE, "staff/desk/ask.html")


def _with_reason(request, approval_id: UUID, action: str, template: str) -> HttpResponse:
    item = Inspection(_approval(approval_id))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return _decided(request, item, action, reason=form.cleaned_data["reason"])
    if not item.may_decide and not form.is_bound:
        return see_other("staff:approval", approval_id)
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
        return _queue_page(request, _queue(request), again, status_for(refusal))
    messages.success(request, item.words[outcome])
    left = _filters(request) if len(_queue(request).found) else ""  # a search that found only this one is over
    return see_other(reverse("staff:approvals") + left)
