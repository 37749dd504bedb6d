"""The queue of decisions, and the tables of the desk and the jobs, as staff read them."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import selectors
from ui import columns, figures
from ui.lists import Column, Empty, Filter, List
from ui.templatetags import verso

PENDING = Empty(
    "check-check", gettext_lazy("Nothing pending"), gettext_lazy("Requests appear here, the most urgent first.")
)

# The page draws its rows as a queue; the columns are those of its files.
QUEUE = List(
    "approvals",
    gettext_lazy("Approvals, by time left"),
    columns=[
        Column("investor", gettext_lazy("Investor"), "investor"),
        Column("deal", gettext_lazy("Deal"), "deal"),
        Column("type", gettext_lazy("Type"), "kind"),
        Column("amount", gettext_lazy("Amount"), "amount"),
        Column("currency", gettext_lazy("Currency"), "currency"),
        Column("priority", gettext_lazy("Priority"), "priority"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("step", gettext_lazy("Step"), "step"),
        Column("of", gettext_lazy("Of"), "steps_needed"),
        Column("requested_by", gettext_lazy("Requested by"), "requested_by"),
        Column("submitted", gettext_lazy("Submitted at"), "created_at"),
        Column("due", gettext_lazy("Due"), "sla_breach_at"),
        Column("decided_by", gettext_lazy("Decided by"), "decided_by"),
        Column("decided", gettext_lazy("Decided at"), "decided_at"),
        Column("reason", gettext_lazy("Reason"), "notes"),
    ],
    search=gettext_lazy("Investor, deal, amount"),
    no_match=(
        gettext_lazy("No requests match"),
        gettext_lazy("Try part of the name, or the amount without its currency."),
    ),
    filters=[Filter("shown", gettext_lazy("Show"), list(selectors.SHOWN.items()), default="waiting")],
    rows=selectors.PAGE,
    can_choose=False,
)


def _who(row) -> str:
    return row["title"] or row["kind"]


def _what(row) -> str:
    steps = _("%(n)s of %(all)s") % {"n": row["step"], "all": row["steps_needed"]} if row["steps_needed"] > 1 else ""
    deal = row["deal"] if row["deal"] != row["title"] else ""
    return ", ".join(str(part) for part in (row["kind"], deal, steps) if part)


def _left(row) -> str:
    running = {"hold_ends": row["decide_by"], "paused": row["sla_paused_at"]}
    return verso.clock(row["sla_started_at"], row["sla_breach_at"], **running)


NEXT = List(
    "next",
    gettext_lazy("Due next, table"),
    columns=[
        Column(
            "who",
            gettext_lazy("Who and what"),
            _who,
            link=lambda row: reverse("staff:approval", args=[row["id"]]),
            sub=_what,
        ),
        Column(
            "amount",
            gettext_lazy("Amount"),
            "amount",
            draw=lambda row: "" if row["amount"] is None else verso.money(row["amount"], row["currency"]),
            num=True,
            beside=True,
        ),
        Column("priority", gettext_lazy("Priority"), draw=lambda row: verso.status_word("priority", row["priority"])),
        Column("left", gettext_lazy("Time left"), draw=_left),
        Column("requested_by", gettext_lazy("Requested by"), "requested_by", css="quiet"),
    ],
    nothing=PENDING,
)


def _status_of_deal(units) -> str:
    deal = units.deal
    words = verso.status_word("deal", deal.status)
    closes = deal.close_at and deal.status == "open"
    return f"{words}, " + _("closes %(day)s") % {"day": figures.day(deal.close_at)} if closes else words


UNITS = List(
    "inventory",
    gettext_lazy("Inventory health, table"),
    columns=[
        Column(
            "deal",
            gettext_lazy("Deal"),
            "deal.name",
            link=lambda units: reverse("deals_staff:detail", args=[units.deal.code]),
            sub=_status_of_deal,
        ),
        Column(
            "availability",
            gettext_lazy("Availability"),
            draw=lambda units: verso.inventory_bar(units.allocated, units.on_hold, units.available, units.blocked),
            css="bar-cell",
        ),
        columns.units("units", gettext_lazy("Units"), "total"),
        columns.units("allocated", gettext_lazy("Allocated"), "allocated"),
        columns.units("on_hold", gettext_lazy("On hold"), "on_hold"),
        columns.units("available", gettext_lazy("Available"), "available"),
        Column("reconciled", gettext_lazy("Reconciled"), template="staff/desk/_reconciled.html"),
    ],
    nothing=Empty(
        "layers",
        gettext_lazy("No deals are open"),
        gettext_lazy("Open deals and deals in allocation appear here with their availability."),
    ),
)

JOBS = List(
    "jobs",
    gettext_lazy("Jobs, table"),
    columns=[
        Column("job", gettext_lazy("Job"), template="staff/desk/_job.html"),
        columns.badge("status", gettext_lazy("Status"), "job", "status", draw=verso.dot_for_status, beside=True),
        Column("last", gettext_lazy("Last run"), template="staff/desk/_job_last.html", css="at"),
        Column("result", gettext_lazy("Result"), template="staff/desk/_job_result.html", css="wide"),
        columns.moment("next", gettext_lazy("Next run"), "next_at", empty=gettext_lazy("once a worker and beat run")),
        Column("every", gettext_lazy("Every"), "every_words", num=True),
        Column("command", gettext_lazy("Command"), template="staff/desk/_job_command.html", css="wide"),
    ],
)
