"""What every page of a deal shares, for staff: finding it, what its head and tabs read, asking before a step."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from deals.models import Deal
from deals.selectors import staff as selectors
from ui.pages import confirm_page
from ui.portals import or_404


def find_deal(code: str) -> Deal:
    """The deal of an address. Raises Http404."""
    return or_404(selectors.deal_called(code))


def about(deal: Deal) -> dict:
    """What a page of a deal shows around its content; the tabs are counted where they are drawn."""
    return {"deal": deal, "counts": SimpleLazyObject(lambda: selectors.tab_counts(deal))}


def confirm_step(request, deal: Deal, *, back: str = "deals_staff:detail", **page):
    """A question about a deal; ``back`` names the page it was asked from."""
    crumbs = [(_("Deals"), "deals_staff:list", ""), (deal.name, "deals_staff:detail", deal.code)]
    return confirm_page(request, back=reverse(back, args=[deal.code]), crumbs=crumbs, **about(deal), **page)
