"""The ledger as staff read it, and closing a month."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from house.selectors import today as house_today
from investors.models import Role
from ledger import forms, lists, selectors, services
from ui import figures
from ui.lists import list_page, list_view
from ui.pages import confirm_page
from ui.portals import FORM, or_404, posted, see_other, staff_page

accounts = list_view(lists.ACCOUNTS, selectors.accounts, "staff/ledger/accounts.html")


@staff_page()
def trial_balance(request):
    """Debits and credits by type of account, a sheet for each currency, at the end of a day or now."""
    form = forms.DayForm(request.GET)
    on = form.cleaned_data.get("on") if form.is_valid() else None
    found = selectors.trial_balance(on) if form.is_valid() else []
    context = {"form": form, "on": on, "sheets": [lists.sheet(each) for each in found]}
    return render(request, "staff/ledger/trial_balance.html", context, status=200 if form.is_valid() else 422)


@staff_page()
def account(request, account_id):
    """One account and everything posted to it."""
    found = or_404(selectors.account(account_id))
    source = partial(selectors.account_history, found)
    return list_page(request, "staff/ledger/account.html", lists.postings(found), source, account=found)


@staff_page()
def periods(request):
    """The closed months, and the one that can be closed next."""
    context = {"coming": selectors.next_to_close(house_today()), "may_close": _may_close(request)}
    return list_page(request, "staff/ledger/periods.html", lists.PERIODS, selectors.closed_months, **context)


@staff_page(FORM)
def close(request):
    """Close the first open month, for good."""
    if not _may_close(request):
        raise Http404
    back, today = reverse("ledger_staff:periods"), house_today()
    month = selectors.next_to_close(today)
    if month is None:
        return see_other(back)
    name = {"month": figures.month(month)}
    return confirm_page(
        request,
        form=forms.CloseForm(posted(request), kept={"month": month}),
        verb=partial(services.close_period, month=month, today=today),
        back=back,
        said=_("%(month)s is closed.") % name,
        title=_("Close %(month)s?") % name,
        act=_("Close the month"),
        danger=True,
        crumbs=[(_("Ledger"), "ledger_staff:trial_balance", ""), (_("Months"), "ledger_staff:periods", "")],
        will=[_("Nothing more is posted in this month or before it."), services.MONTH_IS_FOR_GOOD],
    )


def _may_close(request) -> bool:
    return request.user.role == Role.STAFF_ADMIN
