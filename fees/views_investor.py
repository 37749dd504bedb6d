"""An investor's invoices: what to pay, into which account, with which reference; and the account's movements."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from fees import selectors
from ui.portals import investor_page, or_404

PAGE = 25


@investor_page()
def invoices(request):
    """What the person's investors were billed, newest first, and what is open by currency."""
    page = Paginator(selectors.invoices_of(request.user), PAGE).get_page(request.GET.get("page"))
    to_pay = selectors.to_pay(request.user, timezone.localdate())
    return render(request, "investor/fees/invoices.html", {"page": page, "to_pay": to_pay})


@investor_page()
def invoice(request, invoice_id):
    """One invoice, with how to pay it."""
    found = or_404(selectors.invoices_of(request.user).filter(pk=invoice_id).first())
    return render(request, "investor/fees/invoice.html", {"invoice": found, "sheet": selectors.sheet_of(found)})


@investor_page()
def statement(request):
    """What moved each account of the person's investors in the last twelve months, with the balance after it."""
    accounts = selectors.statements_of(request.user, timezone.localdate())
    return render(request, "investor/fees/statement.html", {"accounts": accounts})
