"""Write-offs and refunds as staff propose, follow and undo them. Decisions are made in the queue of approvals."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.forms import ReasonForm
from fees import lists_settling as lists
from fees import selectors
from fees.forms_settling import ExportForm, RefundForm, WriteOffForm
from fees.models_settling import RefundStatus
from fees.services import refunds
from fees.services import write_offs as services
from fees.services.bank import MAY_MATCH, match_line
from house.selectors import today
from investors.models import Role
from investors.selectors import investor as find_investor
from lib.db import Refused
from ui import body_limits, figures
from ui.lists import list_page, list_view
from ui.pages import act, confirm_page, form_page
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page
from ui.refusals import status_for

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
        limit=services.write_off_limit(found.currency),
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


# --- refunds

refunds_sent = list_view(lists.REFUNDS, selectors.refunds, "staff/fees/refunds.html")
credits = list_view(lists.CREDITS, selectors.credits, "staff/fees/credits.html")


def _settles(request) -> None:
    """Refunds are the work of administrators and operations; 404 for others."""
    if request.user.role not in MAY_MATCH:
        raise Http404


@staff_page(FORM)
def refund_new(request, investor_id):
    """Propose to send an investor's credit back to where it came from. ``currency`` stands in the address."""
    _settles(request)
    whose = or_404(find_investor(investor_id))
    found = [row for row in selectors.credits() if row.investor_id == whose.pk]
    asked = request.GET.get("currency")
    currency = next((row.currency for row in found if row.currency == asked), found[0].currency if found else "")
    sources, credit = selectors.sources_of(whose, currency), selectors.credit_of(whose.pk, currency)
    first = sources[0].line.counterparty if sources else ""
    initial = selectors.payee_of(whose, today()) | {"amount": credit, "name": first or whose.legal_name}
    return form_page(
        request,
        "staff/fees/refund_form.html",
        RefundForm(posted(request), sources=sources, currency=currency, initial=initial),
        verb=partial(refunds.propose_refund, investor_id=whose.pk),
        said=_("The refund is proposed. A second person approves it."),
        to=lambda made: reverse("settling_staff:refund", args=[made.pk]),
        investor=whose,
        currency=currency,
        credit=credit,
        sources=sources,
    )


@staff_page()
def refund(request, refund_id):
    """One refund: where it goes, and how far it is."""
    found = or_404(selectors.refund(refund_id))
    ends = (RefundStatus.PROPOSED, RefundStatus.APPROVED)
    may_end = found.status in ends or (found.status == "exported" and request.user.role == Role.STAFF_ADMIN)
    context = {
        "refund": found,
        "account": selectors.paying_account(found),
        "may_end": may_end and request.user.role in MAY_MATCH,
        "steps": selectors.refund_steps(found),
    }
    return render(request, "staff/fees/refund.html", context)


@staff_page(FORM)
def refund_cancel(request, refund_id):
    """End a refund that is not paid; the page asks why."""
    _settles(request)
    found = or_404(selectors.refund(refund_id))
    names = {"amount": figures.money(found.amount, found.currency), "who": found.investor.legal_name}
    back = reverse("settling_staff:refund", args=[found.pk])
    will = [_("%(who)s keeps %(amount)s as credit.") % names]
    if found.status == RefundStatus.EXPORTED:
        will.append(_("It is in a bank file already: cancel it only if the bank has told you that it was not paid."))
    return confirm_page(
        request,
        form=ReasonForm(posted(request)),
        verb=partial(refunds.cancel_refund, refund_id=found.pk),
        said=_("The refund is cancelled."),
        back=back,
        crumbs=[(_("Refunds"), "settling_staff:refunds", ""), (names["who"], "settling_staff:refund", found.pk)],
        title=_("Cancel the refund of %(amount)s?") % names,
        act=_("Cancel the refund"),
        keep=_("Keep it"),
        danger=True,
        will=will,
    )


@staff_page(ACT)
def refunds_paid(request, line_id):
    """Say that a bank line paid these refunds: one, or all of a file in one sum."""
    _settles(request)
    found = [each for each in map(selectors.refund, _ids_of(request)) if each]
    return act(
        request,
        match_line,
        said=_("The refund is paid.") if len(found) == 1 else _("The refunds are paid."),
        to=reverse("bank_staff:line", args=[line_id]),
        line_id=line_id,
        parts=[{"refund": each.pk, "amount": -each.amount} for each in found],
    )


def _ids_of(request) -> list:
    """The refunds that were sent; 404 for what is no id."""
    try:
        return [UUID(said) for said in request.POST.getlist("refund")]
    except ValueError as wrong:
        raise Http404 from wrong


# --- files for banks


@staff_page()
def files(request):
    """Approved refunds that wait for a file, by the account that pays them; and the files that were made."""
    tomorrow = today() + timedelta(days=1)
    waiting = [
        (group, ExportForm(initial={"execution_date": tomorrow, "batch_id": uuid4(), "refunds": _ids(group)}))
        for group in selectors.refunds_to_export()
    ]
    may_export = request.user.role in MAY_MATCH
    context = {"waiting": waiting, "may_export": may_export}
    return list_page(request, "staff/fees/refund_files.html", lists.FILES, selectors.refund_batches, **context)


def _ids(group) -> str:
    return ",".join(str(each.pk) for each in group.refunds)


@staff_page(ACT, own_transaction=True, body=body_limits.MESSAGE)
def export(request):
    """Make a file of the refunds that the page showed: they are claimed, then the file is written."""
    _settles(request)
    form = ExportForm(posted(request))
    if not form.is_valid():
        messages.error(request, " ".join(error for found in form.errors.values() for error in found))
        return see_other("settling_staff:files")
    return _made(request, refunds.export_refunds, **form.cleaned_data)


@staff_page(ACT, own_transaction=True)
def write_file(request, batch_id):
    """Write the file of a batch whose making was cut off."""
    _settles(request)
    return _made(request, refunds.write_refund_file, batch_id=batch_id)


def _made(request, verb, **facts):
    try:
        batch = verb(acting_user=request.user, **facts)
    except Refused as refusal:
        if status_for(refusal) == 404:
            raise
        messages.error(request, str(refusal.sentence))
    else:
        said = ngettext(
            "The file with %(n)s refund is ready.", "The file with %(n)s refunds is ready.", batch.refunds_count
        )
        messages.success(request, said % {"n": batch.refunds_count})
    return see_other("settling_staff:files")
