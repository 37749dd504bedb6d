"""The audit log as staff read it: search, one entry, CSV, and "verify now"."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

import audit_verifier
from lib.exact import dump
from ui.csvfile import csv_response
from ui.lists import EXPORT_ROWS_MAX, Table
from ui.portals import ACT, or_404, see_other, staff_page

from . import selectors, services
from .forms import SearchForm
from .lists import LOG


@staff_page()
def log(request):
    """The entries that fit, a page at a time, and how the chain stands."""
    form = SearchForm(request.GET)
    rows, older = [], None
    if form.is_valid():
        rows, older = selectors.page_of_entries(form.search, before=selectors.entry_id(request.GET.get("before")))
    context = {
        "form": form,
        "listing": Table(LOG, selectors.named(rows)),
        "older": older,
        "searched": any(request.GET.get(name) for name in form.fields),
        "check": selectors.check(selectors.entry_id(request.GET.get("checked"))),
        "standing": selectors.standing(),
    }
    return render(request, "staff/audit/log.html", context, status=200 if form.is_valid() else 422)


@staff_page()
def entry(request, entry_id):
    """One entry with everything it says."""
    found = or_404(selectors.entry(entry_id))
    context = {"entry": selectors.named([found])[0], "beside": selectors.beside(found)}
    return render(request, "staff/audit/entry.html", context)


@staff_page(ACT)
def verify(request):
    """Walk the chain now. What was found is an entry of its own, which the page then shows."""
    try:
        check = services.verify_recent(acting_user=request.user)
    except (audit_verifier.AnchorUnreadable, audit_verifier.CannotVerify) as error:
        messages.error(request, _("The chain could not be checked: %(why)s") % {"why": error})
        return see_other("audit_staff:log")
    return see_other(f"{reverse('audit_staff:log')}?checked={check}")


@staff_page()
def export(request):
    """What was searched for, as CSV; the export is itself on record."""
    form = SearchForm(request.GET)
    if not form.is_valid() or not selectors.at_most(form.search, EXPORT_ROWS_MAX):
        if form.is_valid():
            messages.error(request, _("More than 50,000 entries match. Choose fewer days and export again."))
        return see_other(f"{reverse('audit_staff:log')}?{request.GET.urlencode()}")
    services.record("audit_log.exported", "audit_log", after={"search": request.GET.dict()})
    rows = selectors.named(selectors.entries(form.search))
    return csv_response("audit-log", _csv_head(), map(_csv_row, rows))


def _csv_head() -> list[str]:
    return [
        _("Number"), _("When"), _("Who"), _("Who, id"), _("Role"), _("On behalf of"), _("Action"), _("Table"),
        _("Record"), _("Deal"), _("Before"), _("After"), _("IP address"), _("Device"), _("Request"),
        _("Database login"), _("Lane"), _("Place"), _("Hash"), _("Transaction"),
    ]  # fmt: skip


def _csv_row(row) -> list:
    bodies = ["" if body is None else dump(body) for body in (row.before, row.after)]
    return [
        row.id, row.ts.isoformat(), row.who, row.actor_user_id, row.actor_role,
        row.acting_for, row.action, row.entity, row.entity_id, row.deal_id, *bodies, row.ip, row.user_agent,
        row.request_id, row.db_user, row.lane, row.seq, row.hash, row.txid,
    ]  # fmt: skip
