"""What an introducer reads of its own: whom it introduced, what it earned and how, its invoices.

To everybody who is no introducer these pages do not exist.
"""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from fees.selectors.invoices import sheet_of
from house.selectors import today
from introducers import derivations, selectors
from ui.portals import investor_page, or_404

PAGE = 25


def _own(request) -> selectors.Own:
    own = selectors.own_of(request.user)
    if not own.introducers:
        raise Http404
    return own


@investor_page()
def home(request):
    """Pipeline, what was earned, terms and invoices."""
    own = _own(request)
    page = Paginator(own.introductions(), PAGE).get_page(request.GET.get("page"))
    terms = own.terms(today())
    context = {
        "own": own,
        "page": page,
        "rows": [(row, own.deal_name(row)) for row in page.object_list],
        "standing": own.standing(),
        "terms": [(row, own.deal_name(row), derivations.terms_of(row)) for row in terms],
        "invoices": list(own.invoices()[:PAGE]),
    }
    return render(request, "investor/introducers/home.html", context)


@investor_page()
def commissions(request):
    """The statement of commission: each step with its base."""
    own = _own(request)
    page = Paginator(own.commissions(), PAGE).get_page(request.GET.get("page"))
    rows = [(row, own.deal_name(row)) for row in page.object_list]
    return render(
        request, "investor/introducers/commissions.html", {"page": page, "rows": rows, "standing": own.standing()}
    )


@investor_page()
def commission(request, commission_id):
    """How one commission came about."""
    own = _own(request)
    found = or_404(own.commissions().filter(pk=commission_id).select_related("invoice").first())
    context = {
        "commission": found,
        "deal_name": own.deal_name(found),
        "formula": derivations.formula_of(found.derivation),
        "facts": derivations.facts_of(found.derivation, found.currency),
        "rounding": derivations.rounding_of(found.derivation),
    }
    return render(request, "investor/introducers/commission.html", context)


@investor_page()
def invoice(request, invoice_id):
    """One self-billing invoice."""
    own = _own(request)
    found = or_404(own.invoices().select_related("doc").filter(pk=invoice_id).first())
    return render(request, "investor/introducers/invoice.html", {"invoice": found, "sheet": sheet_of(found)})
