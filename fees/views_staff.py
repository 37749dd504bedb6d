"""Invoices as staff keep them: what is owed, what waits, what to credit, and runs of a period."""

from functools import partial

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.identity import acting_as
from deals.forms import ReasonForm
from fees import lists, papers, selectors, services
from fees.forms_staff import CreditForm, MonthForm, PeriodForm, first_of
from fees.models_settling import WriteOffStatus
from fees.selectors import matching
from fees.services.bank import MAY_MATCH
from house.selectors import today
from investors.models import Role
from ledger.selectors import is_closed, next_to_close
from ui.editing import status_of
from ui.lists import list_page, list_view
from ui.pages import act, confirm_page, form_page
from ui.pages import run as carried_out
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page


@staff_page()
def invoices(request):
    """Every invoice, with what is open and how long it is overdue."""
    source = partial(selectors.invoices, today=today())
    return list_page(request, "staff/fees/invoices.html", lists.INVOICES, source)


@staff_page()
def ageing(request):
    """What is open by currency and days overdue."""
    day = today()
    return render(request, "staff/fees/ageing.html", {"rows": selectors.ageing(day), "today": day})


@staff_page()
def invoice(request, invoice_id):
    """One invoice: lines, taxes, what was applied to it, and what answers it."""
    found = or_404(selectors.invoice(invoice_id))
    write_offs = selectors.write_offs_of(found)
    context = {
        "invoice": found,
        "sheet": selectors.sheet_of(found),
        "badge": selectors.badge_of(found, today()),
        "missing": selectors.missing(found, today()),
        "write_offs": write_offs,
        "may_write_off": found.open > 0 and all(each.status != WriteOffStatus.PROPOSED for each in write_offs),
        "administers": request.user.role == Role.STAFF_ADMIN,
        "credit": matching.credit_of(found.investor_id, found.currency) if found.open else None,
        "may_match": request.user.role in MAY_MATCH,
        "entries": selectors.entries_of(found),
        "follow_up": selectors.follow_up(found) if found.number else None,
    }
    return render(request, "staff/fees/invoice.html", context)


@staff_page(own_transaction=True)
def derivation(request, invoice_id):
    """The PDF of an invoice with how each fee came about."""
    with acting_as(request.user.pk):
        found = or_404(selectors.invoice(invoice_id))
        or_404(found.number)
    return papers.pdf_answer(*services.paper_with_derivation(acting_user=request.user, invoice_id=invoice_id))


@staff_page(FORM)
def hold(request, invoice_id):
    """Hold reminders of an invoice, with a reason."""
    found = or_404(selectors.invoice(invoice_id))
    return confirm_page(
        request,
        form=ReasonForm(posted(request), kept={"status": found.status}),
        verb=lambda shown=None, **facts: services.hold_reminders(invoice_id=found.pk, **facts) or True,
        said=_("Reminders of this invoice are on hold."),
        back=reverse("fees_staff:invoice", args=[found.pk]),
        title=_("Hold reminders of %(number)s") % {"number": found.number or _("a draft")},
        act=_("Hold reminders"),
        will=[_("Nobody is reminded of this invoice until someone resumes its reminders.")],
        crumbs=[(_("Invoices"), "fees_staff:invoices", "")],
    )


@staff_page(ACT)
def resume(request, invoice_id):
    """Let reminders of an invoice go on."""
    or_404(selectors.invoice(invoice_id))
    back = reverse("fees_staff:invoice", args=[invoice_id])
    return act(request, services.resume_reminders, said=_("Reminders go on."), to=back, invoice_id=invoice_id)


@staff_page()
def statements(request):
    """What every investor's account was and came to in a month, each with its statement."""
    form = MonthForm(request.GET if "month" in request.GET else None, today=today())
    start, end = selectors.month_of(form.chosen)
    context = {"form": form, "accounts": selectors.statements_on(start, end), "start": start, "end": end}
    return render(request, "staff/fees/statements.html", context, status=422 if form.errors else 200)


@staff_page()
def month_end(request):
    """Whether a month may be closed, item by item."""
    day = today()
    coming = next_to_close(day)
    form = MonthForm(request.GET if "month" in request.GET else None, today=day, first=coming)
    found = selectors.month_end(*selectors.month_of(form.chosen))
    context = {
        "form": form,
        "found": found,
        "coming": coming,
        "state": _state_of(found.start, coming),
        "may_close": request.user.role == Role.STAFF_ADMIN,
    }
    return render(request, "staff/fees/month_end.html", context, status=422 if form.errors else 200)


def _state_of(month, coming) -> str:
    """Whether a month is closed, the coming one, after an earlier one, or not over (or nothing was ever posted)."""
    if is_closed(month):
        return "closed"
    if coming is None:
        return "not_over"
    return "coming" if month == coming else "earlier" if month > coming else "not_over"


lines = list_view(lists.LINES, selectors.lines, "staff/fees/lines.html")


@staff_page(own_transaction=True)
def statement_pdf(request, investor_id, currency, year, month):
    """The statement of one account for a month, as PDF."""
    first = or_404(first_of(year, month))
    with acting_as(request.user.pk):
        account = or_404(selectors.account_of(investor_id, currency, *selectors.month_of(first)))
    return papers.pdf_answer(*services.statement_paper(account=account))


@staff_page(ACT)
def issue(request, invoice_id):
    """Issue a draft."""
    or_404(selectors.invoice(invoice_id))
    back = reverse("fees_staff:invoice", args=[invoice_id])
    return act(request, services.issue_draft, said=_("The invoice is issued."), to=back, invoice_id=invoice_id)


@staff_page(FORM)
def credit(request, invoice_id):
    """Answer an invoice with a credit note."""
    found = or_404(selectors.invoice(invoice_id))
    sheet = selectors.sheet_of(found)
    return form_page(
        request,
        "staff/fees/credit.html",
        CreditForm(posted(request), sheet=sheet),
        verb=partial(services.credit_invoice, invoice_id=found.pk),
        said=_("The credit note is issued."),
        to=lambda note: reverse("fees_staff:invoice", args=[note]),
        invoice=found,
        sheet=sheet,
    )


@staff_page(FORM)
def runs(request):
    """Runs of invoices; what the next one would bill; and opening it."""
    start, end = _period_asked(request) or services.month_before(today())
    form = PeriodForm(posted(request), initial={"start": start, "end": end})
    if form.is_valid() and (made := carried_out(form, services.open_run, acting_user=request.user)):
        return see_other("fees_staff:run", made.pk)
    context = {"form": form, "preview": selectors.preview(end), "end": end}
    page = list_page(request, "staff/fees/runs.html", lists.RUNS, selectors.runs, **context)
    page.status_code = status_of(form) if posted(request) is not None else page.status_code
    return page


def _period_asked(request) -> tuple | None:
    """The period that an address names, as the month-end checklist does."""
    asked = PeriodForm(request.GET)
    return (asked.cleaned_data["start"], asked.cleaned_data["end"]) if asked.is_valid() else None


@staff_page()
def run(request, run_id):
    """One run: what it bills, how far it is."""
    found = or_404(selectors.run(run_id))
    source = partial(selectors.items_of, found)
    return list_page(
        request, "staff/fees/run.html", lists.items(found), source, run=found, counts=selectors.counts_of(found)
    )


@staff_page(ACT, own_transaction=True)
def issue_run(request, run_id):
    """Issue what waits, some at a time: each is a transaction of its own."""
    with acting_as(request.user.pk):
        or_404(selectors.run(run_id))
    came = services.issue_run(acting_user=request.user, run_id=run_id, most=services.MOST_A_CLICK)
    said = ngettext("%(n)s invoice issued.", "%(n)s invoices issued.", came["issued"]) % {"n": came["issued"]}
    messages.success(request, said)
    if came["failed"]:
        wrong = ngettext(
            "%(n)s could not be issued. Put right what its reason in the table names, then issue again.",
            "%(n)s could not be issued. Put right what their reasons in the table name, then issue again.",
            came["failed"],
        )
        messages.error(request, wrong % {"n": came["failed"]})
    return see_other("fees_staff:run", run_id)


@staff_page(ACT)
def close_run(request, run_id):
    """Close a run."""
    or_404(selectors.run(run_id))
    to = reverse("fees_staff:run", args=[run_id])
    return act(request, services.close_run, said=_("The run is closed."), to=to, run_id=run_id)
