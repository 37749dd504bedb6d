"""The lists of lots, sources, the book, allocations and exits as staff read them."""

from decimal import Decimal
from functools import partial

from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import Deal
from inventory.models import Allocation
from inventory.selectors import book as selectors
from inventory.selectors.lots import Lots
from lib.exact import plain
from ui import cells, columns, figures
from ui.lists import ByName, Column, Empty, Filter, List, Listing, count_lines
from ui.templatetags import verso

SOURCES = List(
    "sources",
    gettext_lazy("Sources, table"),
    columns=[
        Column(
            "name",
            gettext_lazy("Source"),
            "counterparty_name",
            link=lambda source: reverse("inventory_staff:source", args=[source.pk]),
            sort=(ByName("counterparty_name"),),
        ),
        Column(
            "type", gettext_lazy("Type"), "get_kind_display", sort=("kind", ByName("counterparty_name")), beside=True
        ),
        Column("notes", gettext_lazy("Notes"), "notes", show=cells.shortened, css="wide"),
    ],
    search=gettext_lazy("Name or note"),
    sort="name",
    no_match=(gettext_lazy("No sources match"), gettext_lazy("Try part of the name or notes.")),
    nothing=Empty(
        "handshake",
        gettext_lazy("No sources yet"),
        gettext_lazy("A source is the company, fund or person units are bought from. A lot names one."),
        href=reverse_lazy("inventory_staff:source_new"),
        action=gettext_lazy("Add a source"),
    ),
)


# ---------- lots ----------


def lots(deal: Deal, *, over: bool) -> List:
    """The lots of a deal, with where their units are and what they earn."""
    amount, currency = columns.amount(deal.currency), {"currency": deal.currency}
    return List(
        f"lots-{deal.code}",
        _("Lots, table"),
        columns=[
            Column("lot", _("Lot"), "name", template="staff/inventory/_lot_name.html"),
            Column("source", _("Source"), "row.source.counterparty_name", link=_source_page, empty=_("not known")),
            columns.day("acquired", _("Acquired"), "row.acquired_at", sub=_locked_up, empty=_("not known")),
            columns.day("lockup", _("Lock-up until"), "row.lockup_until", extra=True),
            columns.badge(
                "status",
                _("Status"),
                "lot",
                draw=verso.dot_for_status,
                sub=lambda lot: cells.shortened(lot.row.block_reason, 40) if lot.is_blocked else "",
                beside=True,
            ),
            Column("availability", _("Availability"), template="staff/inventory/_lot_units.html", css="bar-cell"),
            columns.units("units", _("Units"), "units"),
            columns.units("allocated", _("Allocated"), "allocated"),
            columns.units("on_hold", _("On hold"), "on_hold"),
            columns.units("available", _("Available"), "available"),
            columns.units("blocked", _("Blocked"), "blocked", extra=True),
            columns.unit_cost("unit_cost", _("Unit cost, %(currency)s") % currency, "unit_cost"),
            Column("currency", _("Currency"), "row.currency", extra=True),
            columns.unit_cost(
                "spread", _("Spread a unit, %(currency)s") % currency, "spread_unit", empty=_("no price yet")
            ),
            amount("spread_booked", _("Spread booked"), "spread_booked", extra=True),
            amount("spread_on_hold", _("Spread on hold"), "spread_on_hold", extra=True),
            amount("spread_offer", _("Spread at offer"), "spread_at_offer", extra=True),
        ],
        rows=100,
        css="wide",
        nothing=_no_lots(deal, over),
    )


def _no_lots(deal: Deal, over: bool) -> Empty:
    if over:
        return Empty("layers", _("No lots"), _("This deal ended without a lot."))
    what = _("A lot is a parcel of units bought from a source at a unit cost. A deal sells its lots, the oldest first.")
    add = reverse("inventory_staff:lot_add", args=[deal.code])
    return Empty("layers", _("No lots yet"), what, add, _("Add a lot"))


def _source_page(lot) -> str:
    return reverse("inventory_staff:source", args=[lot.row.source_id]) if lot.row.source_id else ""


def _locked_up(lot) -> str:
    until = lot.row.lockup_until
    return _("locked up until %(day)s") % {"day": figures.day(until)} if until else ""


def lots_foot(found: Lots, listing: Listing) -> dict:
    """The sums of all lots, not only those on the page, and whether they reconcile."""
    sums = {"units": found.units, "allocated": found.allocated, "on_hold": found.on_hold, "available": found.available}
    sums |= {"blocked": found.blocked}
    amounts = {"spread_booked": found.spread_booked, "spread_on_hold": found.spread_on_hold}
    amounts |= {"spread_offer": found.spread_at_offer}
    context = {"lots": found, "deal": found.deal, "id": "why-cost-all", "now": timezone.now()}
    return (
        {name: verso.units(value) for name, value in sums.items()}
        | {name: verso.amount(value, found.deal.currency) for name, value in amounts.items()}
        | {
            "lot": _("All"),
            "availability": render_to_string("staff/inventory/_reconciled.html", context),
            "unit_cost": render_to_string("staff/inventory/_why_cost.html", context),
            "spread": "" if found.spread_unit is None else verso.unit_cost(found.spread_unit),
        }
    )


# ---------- the book ----------

SHOWN = [
    ("", gettext_lazy("Active")),
    ("on_hold", gettext_lazy("On hold")),
    ("committed", gettext_lazy("Awaiting approval")),
    ("allocated", gettext_lazy("Allocated")),
    ("ended", gettext_lazy("Ended")),
    ("all", gettext_lazy("All")),
]


def _from_lots(entry) -> str:
    return " + ".join(f"{part.name} {plain(part.units.normalize())}" for part in entry.parts)


def _from_lots_shown(entry) -> str:
    return " + ".join(f"{part.name} {figures.units(part.units)}" for part in entry.parts)


def book(deal: Deal) -> List:
    """The holds, commitments and allocations of a deal, with what each earns."""
    amount, price, currency = columns.amount(deal.currency), columns.price(deal.currency), {"currency": deal.currency}
    value = F("requested_units") * F("proposed_unit_price")
    return List(
        f"book-{deal.code}",
        _("Book, table"),
        columns=[
            Column(
                "investor",
                _("Investor"),
                "row.investor.legal_name",
                link=lambda entry: reverse("inventory_staff:hold", args=[deal.code, entry.pk]),
                sort=(ByName("investor__legal_name"), "created_at"),
            ),
            Column(
                "status",
                _("Status"),
                lambda entry: verso.status_word(*entry.badge),
                draw=lambda entry: verso.badge_for_status(*entry.badge),
                beside=True,
            ),
            columns.moment("current_since", _("Since"), "since", extra=True),
            Column("clock", _("Clock"), template="staff/inventory/_clock.html"),
            columns.moment("ends", _("Ends"), "row.expires_at", extra=True),
            Column("lots", _("From lots"), _from_lots, draw=_from_lots_shown),
            columns.units("units", _("Units"), "units", sort=("requested_units", "created_at")),
            price("price", _("Price, %(currency)s") % currency, "unit_price", extra=True),
            amount("amount", _("Amount, %(currency)s") % currency, "amount", sort=(value,)),
            Column(
                "cost",
                _("Weighted cost, %(currency)s") % currency,
                "weighted_cost",
                template="staff/inventory/_why_entry.html",
                num=True,
            ),
            amount("spread", _("Spread, %(currency)s") % currency, "spread"),
            amount("fee", _("Fee, %(currency)s") % currency, "fee"),
            Column("currency", _("Currency"), lambda entry: deal.currency, extra=True),
            columns.moment("since", _("Submitted"), "row.created_at", sort=("created_at",)),
        ],
        search=_("Investor"),
        filters=[Filter("show", _("Show"), SHOWN)],
        sort="since",
        fetch=partial(selectors.as_entries, deal),
        css="wide",
        row_css=lambda entry: "now" if entry.is_running else "",
        no_match=(_("No entries match"), _("Try part of the investor’s name, or show all.")),
        nothing=Empty(
            "bookmark",
            _("The book is empty"),
            _("Holds, commitments and allocations of this deal appear here as investors reserve."),
        ),
    )


def book_foot(deal: Deal, listing: Listing) -> dict:
    """The sums of every line that was asked for, not only those on the page."""
    totals, amount = selectors.totals_of(deal, listing.found), partial(verso.amount, currency=deal.currency)
    foot = {
        "investor": _("Book"),
        "status": cells.faint(count_lines(totals.lines)),
        "units": verso.units(totals.units),
        "amount": amount(totals.amount),
        "cost": "" if totals.weighted_cost is None else verso.unit_cost(totals.weighted_cost),
        "spread": amount(totals.spread),
    }
    # Fees follow each line's plan, so they are summed only where every line is at hand.
    if not listing.page.has_other_pages():
        foot["fee"] = amount(sum((entry.fee for entry in listing.items), Decimal(0)))
    return foot


# ---------- allocations ----------


def status_of_allocation(line: Allocation) -> str:
    """The key of what its badge says: one that was undone is not rejected."""
    return "undone" if line.undone_at else line.status


def allocations(deal: Deal) -> List:
    """What was given on a deal, at which price."""
    amount, price, currency = columns.amount(deal.currency), columns.price(deal.currency), {"currency": deal.currency}

    def entry(line) -> str:
        return line.reservation_id and reverse("inventory_staff:hold", args=[deal.code, line.reservation_id])

    return List(
        f"allocations-{deal.code}",
        _("Allocations, table"),
        columns=[
            Column(
                "investor", _("Investor"), "investor.legal_name", link=entry, sort=(ByName("investor__legal_name"),)
            ),
            columns.badge("status", _("Status"), "allocation", status_of_allocation, beside=True),
            columns.units("units", _("Units"), "units", sort=("units",)),
            price("price", _("Price, %(currency)s") % currency, "unit_price", sort=("unit_price",)),
            amount("amount", _("Amount, %(currency)s") % currency, "amount", sort=("amount",)),
            Column("currency", _("Currency"), lambda line: deal.currency, extra=True),
            Column("approved_by", _("Approved by"), "approved_by.display_name", extra=True),
            columns.moment(
                "approved",
                _("Approved"),
                "approved_at",
                sub="approved_by.display_name",
                empty=_("not yet"),
                sort=("approved_at",),
            ),
        ],
        search=_("Investor"),
        no_match=(_("No allocations match"), _("Try part of the investor’s name.")),
        nothing=Empty(
            "check-check", _("Nothing is allocated yet"), _("Units appear here once a commitment is approved.")
        ),
    )


# ---------- exits ----------


def exits(deal: Deal) -> List:
    """What was sold of a deal, and what is proposed."""
    amount, price, currency = columns.amount(deal.currency), columns.price(deal.currency), {"currency": deal.currency}
    return List(
        f"exits-{deal.code}",
        _("Exits, table"),
        columns=[
            columns.day(
                "day",
                _("Sold on"),
                "exit_date",
                link=lambda row: reverse("inventory_staff:exit", args=[deal.code, row.pk]),
            ),
            columns.badge("status", _("Status"), "exit", beside=True),
            Column("share", _("Share"), "fraction", show=lambda value: figures.percent(value * 100), num=True),
            price("price", _("Price, %(currency)s") % currency, "unit_price"),
            columns.units("units", _("Units"), "units"),
            amount("cost", _("Cost, %(currency)s") % currency, "cost"),
            amount("proceeds", _("Proceeds, %(currency)s") % currency, "proceeds"),
            Column("proposed_by", _("Proposed by"), "proposed_by.display_name", extra=True),
            columns.moment("decided", _("Decided"), "decided_at", sub="decided_by.display_name", empty=_("not yet")),
        ],
        nothing=Empty(
            "check-check",
            _("Nothing is sold yet"),
            _("An exit sells all or part of what the deal’s investors hold. One person proposes it, another approves."),
        ),
    )


def exit_lines(deal: Deal) -> List:
    """What each allocation gave and got in an exit."""
    amount, currency = columns.amount(deal.currency), {"currency": deal.currency}
    return List(
        f"exit-{deal.code}",
        _("Items, table"),
        columns=[
            Column("investor", _("Investor"), "investor"),
            columns.units("units", _("Units"), "units"),
            amount("cost", _("Cost, %(currency)s") % currency, "cost"),
            amount("proceeds", _("Proceeds, %(currency)s") % currency, "proceeds"),
            amount("gain", _("Gain, %(currency)s") % currency, "gain"),
        ],
        nothing=Empty("check-check", _("Nothing was sold"), _("No units are sold by this exit.")),
    )
