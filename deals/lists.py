"""The lists of deals, their members, commitments and papers as staff read them."""

from functools import partial

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import CommitmentStatus, Deal, FeePlan
from deals.pricing import options_of
from deals.selectors import staff as selectors
from documents.lists import to_open
from inventory.selectors.stock import units_of
from ui import cells, columns, figures
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso


def _with_units(deals: list[Deal]) -> list[Deal]:
    stock = units_of([deal.pk for deal in deals])
    for deal in deals:
        deal.stock = stock.get(deal.pk)
    return deals


def _units(name: str, label, part: str, **more) -> Column:
    """Units of a deal; one without lots has 0 of each."""
    return columns.units(name, label, lambda deal: getattr(deal.stock, part) if deal.stock else 0, **more)


def _price(deal: Deal) -> str:
    price = deal.offer_unit_price
    return verso.price(price, deal.currency) if price else cells.faint(_("no price yet"))


DEALS = List(
    "deals",
    gettext_lazy("Deals, table"),
    columns=[
        Column(
            "name",
            gettext_lazy("Deal"),
            "name",
            link=lambda deal: reverse("deals_staff:detail", args=[deal.code]),
            sub="code",
            sort=(ByName("name"),),
        ),
        Column("code", gettext_lazy("Code"), "code", sort=("code",), extra=True),
        columns.badge("status", gettext_lazy("Status"), "deal", beside=True),
        Column("vehicle", gettext_lazy("Vehicle"), "vehicle.name", empty=gettext_lazy("none yet")),
        Column("currency", gettext_lazy("Currency"), "currency", sort=("currency", ByName("name")), extra=True),
        columns.moment(
            "closes",
            gettext_lazy("Closes"),
            "close_at",
            empty=gettext_lazy("no date"),
            sort=("close_at", ByName("name")),
        ),
        Column(
            "price",
            gettext_lazy("Offer price"),
            "offer_unit_price",
            draw=_price,
            sort=("currency", "offer_unit_price", ByName("name")),
            num=True,
        ),
        Column("availability", gettext_lazy("Availability"), template="staff/deals/_availability.html", css="bar-cell"),
        _units("available", gettext_lazy("Available"), "available"),
        _units("units", gettext_lazy("Units"), "total"),
        _units("on_hold", gettext_lazy("On hold"), "on_hold", extra=True),
        _units("allocated", gettext_lazy("Allocated"), "allocated", extra=True),
    ],
    search=gettext_lazy("Name, code or vehicle"),
    filters=[Filter("status", gettext_lazy("Status"), [("", gettext_lazy("All statuses")), *selectors.STATUSES])],
    fetch=_with_units,
    no_match=(
        gettext_lazy("No deals match"),
        gettext_lazy("Try part of the name, code or vehicle, or all statuses."),
    ),
    nothing=Empty(
        "layers",
        gettext_lazy("No deals yet"),
        gettext_lazy("A deal begins as a draft. Give it a vehicle, a price, lots and a fee plan, and open it."),
        href=reverse_lazy("deals_staff:new"),
        action=gettext_lazy("Add a deal"),
    ),
)


# ---------- one deal ----------


def _investor_page(row) -> str:
    return reverse("investors_staff:investor", args=[row.investor_id]) if row.investor_id else ""


def _member_status(place) -> str:
    return "accepted" if place.accepted_at else "invited"


def members(deal: Deal) -> List:
    """Who is in a deal, and who is invited."""
    return List(
        f"members-{deal.code}",
        _("Members, table"),
        columns=[
            Column(
                "person",
                _("Person"),
                "user.display_name",
                link=lambda place: reverse("investors_staff:person", args=[place.user_id]),
                sub="user.email",
                sort=(ByName("user__display_name"),),
            ),
            Column("email", _("E-mail"), "user.email", sort=("user__email",), extra=True),
            Column("role", _("Role"), "get_role_display", sort=("role", ByName("user__display_name"))),
            Column("investor", _("Acts for"), "investor.legal_name", link=_investor_page, empty=_("nobody")),
            columns.badge(
                "status",
                _("Status"),
                "member",
                _member_status,
                beside=True,
            ),
            Column("invited_by", _("Invited by"), "invited_by.display_name", extra=True),
            columns.day("invited", _("Invited"), "invited_at", sub="invited_by.display_name", sort=("invited_at",)),
            columns.moment("accepted", _("Accepted"), "accepted_at", empty=_("not yet"), sort=("accepted_at",)),
            Column("action", _("Action"), template="staff/deals/_member_action.html", css="acts", num=True),
        ],
        search=_("Person or investor"),
        no_match=(_("No members match"), _("Try part of the name, e-mail or investor.")),
        nothing=Empty(
            "users",
            _("No one is invited yet"),
            _("Investors and their lawyers see this deal once they accept an invitation."),
            href=reverse("deals_staff:member_pick", args=[deal.code]),
            action=_("Invite a person"),
        ),
    )


def _used(link) -> str:
    return _("%(used)s of %(most)s") % {"used": figures.units(link.used_count), "most": figures.units(link.max_uses)}


INVITES = List(
    "invite-links",
    gettext_lazy("Invite links, table"),
    columns=[
        Column("role", gettext_lazy("Role"), "get_role_display"),
        Column("email", gettext_lazy("For"), "email", empty=gettext_lazy("anyone with the link")),
        columns.badge("status", gettext_lazy("Status"), "invite", "status", beside=True),
        Column("used", gettext_lazy("Used"), _used, num=True),
        columns.moment("until", gettext_lazy("Valid until"), "expires_at"),
        columns.day("created", gettext_lazy("Created"), "created_at", sub="created_by.display_name"),
        Column("action", gettext_lazy("Action"), template="staff/deals/_invite_action.html", css="acts", num=True),
    ],
    nothing=Empty(
        "link",
        gettext_lazy("No invite links yet"),
        gettext_lazy("A link lets someone with an account, or about to get one, join this deal in a role you choose."),
    ),
)


def people_to_invite(deal: Deal) -> List:
    """People who have no place on a deal yet."""

    def acts_for(person) -> str:
        return ", ".join(link.investor.legal_name for link in person.investor_links.all())

    def acts_for_shown(person) -> str:
        return acts_for(person) or cells.faint(_("our staff") if person.is_staff else _("nobody"))

    def choose(person) -> str:
        href = reverse("deals_staff:member_add", args=[deal.code, person.pk])
        return cells.small_button(href, _("Choose"), about=person)

    none = _("No one to invite"), _("Current members are not listed. Add the person first, or create an invite link.")
    return List(
        f"people-{deal.code}",
        _("People, table"),
        columns=[
            Column("person", _("Person"), "display_name", sub="email", sort=(ByName("display_name"),)),
            Column("investors", _("Acts for"), acts_for, draw=acts_for_shown),
            Column("action", _("Action"), draw=choose, css="acts", num=True, beside=True),
        ],
        search=_("Name, e-mail or investor"),
        no_match=none,
        nothing=Empty("search", *none, reverse("investors_staff:person_new"), _("Add a person")),
        files=False,
    )


def fees(deal: Deal, plan: FeePlan) -> List:
    """The fees of a plan."""
    rate = partial(Column, show=verso.rate_bps, num=True)
    return List(
        "fees",
        _("Fees of %(plan)s, table") % {"plan": plan.name},
        columns=[
            Column("fee", _("Fee"), "get_kind_display", sub="notes"),
            Column(
                "basis",
                _("Basis"),
                "get_calc_method_display",
                sub=lambda fee: "; ".join(options_of(fee, deal.currency)),
            ),
            Column("when", _("When"), "get_frequency_display"),
            rate("rate", _("Rate"), "rate_bps", beside=True),
            columns.amount(deal.currency)(
                "amount", _("Amount, %(currency)s") % {"currency": deal.currency}, "flat_amount"
            ),
            Column("hurdle", _("Hurdle a year"), template="staff/deals/_fee_hurdle.html", num=True),
            Column("action", _("Action"), template="staff/deals/_fee_action.html", css="acts", num=True),
        ],
    )


def _commitment_status(asked) -> str:
    if asked.status == CommitmentStatus.UNDER_REVIEW:
        return "changes_asked"
    return "replaced" if asked.replaced_by_id else "undone" if asked.undone_at else asked.status


def _decided(asked) -> str:
    if asked.decided_at:
        return figures.stamp(asked.decided_at)
    return cells.faint(_("by %(day)s") % {"day": figures.day(asked.decide_by)}) if asked.decide_by else ""


def commitments(deal: Deal) -> List:
    """What investors asked for on a deal."""
    amount, price, currency = columns.amount(deal.currency), columns.price(deal.currency), {"currency": deal.currency}
    return List(
        f"commitments-{deal.code}",
        _("Commitments, table"),
        columns=[
            Column(
                "investor",
                _("Investor"),
                "investor.legal_name",
                link=_investor_page,
                sub=lambda asked: asked.created_by and _("by %(who)s") % {"who": asked.created_by},
                sort=(ByName("investor__legal_name"),),
            ),
            columns.badge("status", _("Status"), "commitment", _commitment_status, beside=True),
            columns.units("units", _("Units"), "requested_units", sort=("requested_units",)),
            price("price", _("Price, %(currency)s") % currency, "unit_price", sort=("unit_price",)),
            amount("amount", _("Amount, %(currency)s") % currency, "amount", sort=("amount",)),
            Column("currency", _("Currency"), lambda asked: deal.currency, extra=True),
            Column("plan", _("Plan"), "selected_fee_plan.name"),
            columns.moment("submitted", _("Submitted"), "created_at", sort=("created_at",)),
            Column("decided", _("Decided"), "decided_at", draw=_decided, sort=("decided_at",), css="tabular"),
        ],
        search=_("Investor"),
        filters=[Filter("status", _("Status"), [("", _("All statuses")), *CommitmentStatus.choices])],
        sort="-submitted",
        no_match=(_("No commitments match"), _("Try part of the investor’s name, or all statuses.")),
        nothing=Empty(
            "check-check",
            _("No commitments yet"),
            _("Investors’ commitments appear here; they are decided under Approvals."),
        ),
    )


DOCUMENTS = List(
    "documents",
    gettext_lazy("Documents, table"),
    columns=[
        Column(
            "title",
            gettext_lazy("Title"),
            "title",
            link=to_open,
            empty=gettext_lazy("Untitled document"),
            sort=(ByName("title"),),
        ),
        Column("type", gettext_lazy("Type"), "type", sort=("type",)),
        columns.day("filed", gettext_lazy("Filed"), "created_at", sort=("created_at",), num=True, beside=True),
    ],
    sort="-filed",
    nothing=Empty(
        "file-text",
        gettext_lazy("No documents yet"),
        gettext_lazy("Documents that all members of this deal may read appear here."),
    ),
)
