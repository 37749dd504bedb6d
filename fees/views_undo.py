"""Undoing an allocation: what will happen, listed before anybody asks for it."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from deals.forms import ReasonForm
from deals.staff_pages import about, find_deal
from fees.selectors import undo as selectors
from inventory import services
from ui.pages import act, form_page
from ui.portals import ACT, FORM, or_404, posted, staff_page


@staff_page(FORM)
def undo(request, code, allocation_id):
    """Propose to undo an allocation; two other people approve it."""
    deal = find_deal(code)
    allocation = or_404(selectors.allocation_of(deal, allocation_id))
    return form_page(
        request,
        "staff/fees/undo.html",
        ReasonForm(posted(request)),
        verb=partial(services.propose_undo, allocation_id=allocation.pk),
        said=_("Undoing is proposed. Nothing moves until two other people have approved it."),
        to=lambda made: reverse("undo_staff:undo", args=[code, allocation.pk]),
        allocation=allocation,
        undoing=selectors.undoing_of(allocation),
        waits=selectors.waiting_undo(allocation),
        why_not=selectors.why_not(allocation),
        undone_for=selectors.reason_of(allocation),
        **about(deal),
    )


@staff_page(ACT)
def withdraw(request, code, allocation_id):
    """Take the proposal back; the allocation stays as it is."""
    allocation = or_404(selectors.allocation_of(find_deal(code), allocation_id))
    waits = or_404(selectors.waiting_undo(allocation))
    return act(
        request,
        services.withdraw_undo,
        said=_("The proposal is withdrawn. The allocation stays as it is."),
        to=reverse("undo_staff:undo", args=[code, allocation.pk]),
        undo_id=waits.entity_id,
    )
