"""An investor's invoices: what to pay, into which account, with which reference; and the account's movements."""

from django.core.paginator import Paginator
from django.shortcuts import render

from audit.identity import acting_as
from fees import papers, selectors, services
from house.selectors import today
from ui.portals import investor_page, or_404

PAGE = 25


@investor_page()
def invoices(request):
    """What the person's investors were billed, newest first, and what is open by currency."""
    page = Paginator(selectors.invoices_of(request.user), PAGE).get_page(request.GET.get("page"))
    day = today()
    for each in page.object_list:
        each.badge = selectors.badge_of(each, day)
    to_pay = selectors.to_pay(request.user, day)
    context = {"page": page, "to_pay": to_pay, "credits": selectors.credits_of(request.user)}
    return render(request, "investor/fees/invoices.html", context)


@investor_page()
def invoice(request, invoice_id):
    """One invoice, with how to pay it."""
    found = _own(request.user, invoice_id)
    context = {"invoice": found, "sheet": selectors.sheet_of(found), "badge": selectors.badge_of(found, today())}
    return render(request, "investor/fees/invoice.html", context)


@investor_page(own_transaction=True)
def derivation(request, invoice_id):
    """The PDF of an invoice with how each fee came about."""
    with acting_as(request.user.pk):
        _own(request.user, invoice_id)
    return papers.pdf_answer(*services.paper_with_derivation(acting_user=request.user, invoice_id=invoice_id))


@investor_page()
def statement(request):
    """What moved each account of the person's investors in the last twelve months, with the balance after it."""
    accounts = selectors.statements_of(request.user, today())
    return render(request, "investor/fees/statement.html", {"accounts": accounts})


@investor_page(own_transaction=True)
def statement_pdf(request, investor_id, currency):
    """One of these as PDF."""
    with acting_as(request.user.pk):
        account = or_404(selectors.own_statement(request.user, investor_id, currency, today()))
    return papers.pdf_answer(*services.statement_paper(account=account))


def _own(profile, invoice_id):
    return or_404(selectors.invoices_of(profile).filter(pk=invoice_id).first())
