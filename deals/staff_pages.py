"""What every page of a deal shares, for staff: finding it, showing a tab, running a service, asking once more."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from deals import forms
from deals.models import Deal
from deals.selectors import staff as selectors
from deals.services.deals import NotReady
from lib.db import NotAllowed, Refused
from ui.portals import posted, see_other

ROWS = 50


def find_deal(code: str) -> Deal:
    return or_404(selectors.deal_called(code))


def or_404(found):
    if found is None:
        raise Http404
    return found


def deal_page(request, template: str, deal: Deal, *, status: int = 200, **context):
    """One tab of a deal, or a page below it."""
    context |= {"deal": deal, "counts": selectors.tab_counts(deal)}
    return render(request, f"staff/deals/{template}.html", context, status=status)


def rows_of(request, found):
    return Paginator(found, ROWS).get_page(request.GET.get("page"))


def done(form, verb, **facts):
    """Run a service with what the form holds. None when it was refused: the form then says why."""
    try:
        return verb(**facts) or True
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        form.refuse(refusal)
        return None


def confirmed(request, deal: Deal, *, back: str, said: str, verb, form=None, kept=None, **page):
    """A page that says what will happen, and does it once confirmed. ``form`` asks for a reason.

    ``kept`` are the values on which the question rests: when they change meanwhile, it is asked again.
    """
    form = form or forms.StaffForm(posted(request), kept=kept)
    if request.method == "POST" and form.is_valid():
        try:
            verb(acting_user=request.user, **form.changes, **({"shown": form.shown} if kept is not None else {}))
        except NotAllowed:
            raise Http404 from None
        except NotReady as refusal:
            page["checks"] = refusal.checks
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, said)
            return see_other(back)
    page["open_items"] = [check for check in page.get("checks", []) if not check.ok]
    status = 409 if form.is_conflict else 422 if request.method == "POST" else 200
    return deal_page(request, "confirm", deal, status=status, form=form, back=back, **page)
