"""Write-offs and refunds as staff propose, follow and undo them. Decisions are made in the queue of approvals."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from deals.forms import ReasonForm
from fees import lists_settling as lists
from fees import selectors
from fees.forms_settling import WriteOffForm
from fees.services import write_offs as services
from investors.models import Role
from ui import figures
from ui.lists import list_view
from ui.pages import act, confirm_page, form_page
from ui.portals import ACT, FORM, or_404, posted, staff_page

write_offs = list_view(lists.WRITE_OFFS, selectors.write_offs, "staff/fees/write_offs.html")


def _open_invoice(invoice_id):
    """An invoice of which something is open; 404 else."""
    found = or_404(selectors.invoice(invoice_id))
    return or_404(found if found.open > 0 else None)


def _page_of(invoice_id) -> str:
    return reverse("fees_staff:invoice", args=[invoice_id]) + "#write-offs"


@staff_page(FORM)
def propose(request, invoice_id):
    """Propose to write off what an invoice has open, or a part of it."""
    found = _open_invoice(invoice_id)
    return form_page(
        request,
        "staff/fees/write_off.html",
        WriteOffForm(posted(request), invoice=found),
        verb=partial(services.propose_write_off, invoice_id=found.pk),
        said=_("The write-off is proposed. An administrator decides."),
        to=_page_of(found.pk),
        invoice=found,
    )


@staff_page(ACT)
def bank_charges(request, invoice_id, line_id):
    """Propose that what a payment of this invoice fell short of is what banks kept."""
    found = _open_invoice(invoice_id)
    return act(
        request,
        services.propose_bank_charges,
        said=_("The bank charges are proposed. A second person decides."),
        to=_page_of(found.pk),
        invoice_id=found.pk,
        line_id=line_id,
        amount=found.open,
    )


@staff_page(ACT)
def withdraw(request, write_off_id):
    """Take a proposal back."""
    found = or_404(selectors.write_off(write_off_id))
    return act(
        request,
        services.withdraw_write_off,
        said=_("The proposal is withdrawn. The invoice stays open."),
        to=_page_of(found.invoice_id),
        write_off_id=found.pk,
    )


@staff_page(FORM)
def reverse_one(request, write_off_id):
    """Take a write-off back; the page asks why. For administrators."""
    found = or_404(selectors.write_off(write_off_id) if request.user.role == Role.STAFF_ADMIN else None)
    names = {"number": found.invoice.number, "amount": figures.money(found.amount, found.currency)}
    return confirm_page(
        request,
        form=ReasonForm(posted(request)),
        verb=partial(services.reverse_write_off, write_off_id=found.pk),
        said=_("The write-off is reversed. The invoice is open again."),
        back=_page_of(found.invoice_id),
        crumbs=[
            (_("Invoices"), "fees_staff:invoices", ""),
            (found.invoice.number, "fees_staff:invoice", found.invoice_id),
        ],
        title=_("Reverse the write-off of %(amount)s?") % names,
        act=_("Reverse the write-off"),
        keep=_("Cancel"),
        danger=True,
        will=[
            _("%(number)s is open again by %(amount)s, and the investor owes it again.") % names,
            _("The write-off stays on record with its reversal; the ledger posts the opposite entry."),
        ],
    )
