"""The lists of people and investors as staff read them."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ui import columns
from ui.lists import ByName, Column, Empty, Filter, List

from .models import KycStatus, Role


def _acts_for(person) -> str:
    return ", ".join(link.investor.legal_name for link in person.investor_links.all())


PEOPLE = List(
    "people",
    gettext_lazy("People, table"),
    columns=[
        Column(
            "name",
            gettext_lazy("Name"),
            "display_name",
            link=lambda person: reverse("investors_staff:person", args=[person.pk]),
            sub="email",
            sort=(ByName("display_name"),),
        ),
        Column("email", gettext_lazy("E-mail"), "email", sort=("email",), extra=True),
        Column("role", gettext_lazy("Role"), "get_role_display", sub="title", sort=("role",)),
        Column("title", gettext_lazy("Title"), "title", extra=True),
        Column("investors", gettext_lazy("Acts for"), _acts_for),
        columns.badge("access", gettext_lazy("Access"), "access", "access", beside=True),
        Column(
            "may_sign_in",
            gettext_lazy("May sign in"),
            lambda person: _("yes") if person.is_active else _("no"),
            extra=True,
        ),
        columns.moment(
            "last",
            gettext_lazy("Last sign-in"),
            "last_login",
            empty=gettext_lazy("never"),
            sort=("last_login",),
            num=True,
        ),
    ],
    search=gettext_lazy("Name or e-mail"),
    filters=[Filter("role", gettext_lazy("Role"), [("", gettext_lazy("All roles")), *Role.choices])],
    sort="name",
    no_match=(gettext_lazy("No people match"), gettext_lazy("Try part of the name or e-mail.")),
    nothing=Empty(
        "users",
        gettext_lazy("No people yet"),
        gettext_lazy("Everyone who signs in appears here: staff, investors’ people, lawyers, introducers."),
        href=reverse_lazy("investors_staff:person_new"),
        action=gettext_lazy("Add a person"),
    ),
)

_KYC = [
    ("", gettext_lazy("All statuses")),
    ("open", gettext_lazy("Pending or in review")),
    *KycStatus.choices,
]


def _people(investor) -> str:
    return ", ".join(str(link.user) for link in investor.links.all())


INVESTORS = List(
    "investors",
    gettext_lazy("Investors, table"),
    columns=[
        Column(
            "name",
            gettext_lazy("Legal name"),
            "legal_name",
            link=lambda investor: reverse("investors_staff:investor", args=[investor.pk]),
            sub="get_type_display",
            sort=(ByName("legal_name"),),
        ),
        Column("type", gettext_lazy("Type"), "get_type_display", sort=("type", ByName("legal_name")), extra=True),
        columns.badge("kyc", gettext_lazy("KYC"), "kyc", "kyc_status", sort=("kyc_status",), beside=True),
        Column("people", gettext_lazy("People"), _people, empty=gettext_lazy("nobody yet")),
        Column("country", gettext_lazy("Country"), "country_name", sort=("country",)),
        Column(
            "rm",
            gettext_lazy("Relationship manager"),
            "rm.display_name",
            empty=gettext_lazy("nobody yet"),
            sort=(ByName("rm__display_name"),),
        ),
    ],
    search=gettext_lazy("Legal name or person"),
    filters=[Filter("kyc", gettext_lazy("KYC status"), _KYC)],
    sort="name",
    no_match=(
        gettext_lazy("No investors match"),
        gettext_lazy("Try part of the name, or another KYC status."),
    ),
    nothing=Empty(
        "briefcase",
        gettext_lazy("No investors yet"),
        gettext_lazy("Every legal investor, person or entity, appears here with its KYC status and its people."),
        href=reverse_lazy("investors_staff:investor_new"),
        action=gettext_lazy("Add an investor"),
    ),
)


# ---------- one of them ----------

ACTS_FOR = List(
    "acts-for",
    gettext_lazy("Acts for, table"),
    columns=[
        Column(
            "investor",
            gettext_lazy("Investor"),
            "investor.legal_name",
            link=lambda link: reverse("investors_staff:investor", args=[link.investor_id]),
        ),
        columns.badge("kyc", gettext_lazy("KYC"), "kyc", "investor.kyc_status", beside=True),
        columns.day("since", gettext_lazy("Since"), "created_at", num=True),
    ],
    css="fit",
    nothing=Empty(
        "briefcase",
        gettext_lazy("Acts for no investor"),
        gettext_lazy("Open an investor and link this person there. Lawyers and introducers act for none."),
        href=reverse_lazy("investors_staff:investors"),
        action=gettext_lazy("Go to investors"),
    ),
)


def authorised(investor) -> List:
    """Who acts for an investor."""
    return List(
        "authorised",
        _("Authorised people, table"),
        columns=[
            Column(
                "person",
                _("Person"),
                "user.display_name",
                link=lambda link: reverse("investors_staff:person", args=[link.user_id]),
                sub="user.email",
            ),
            columns.badge("access", _("Access"), "access", "user.access", beside=True),
            columns.day("since", _("Since"), "created_at"),
            Column("action", _("Action"), template="staff/investors/_unlink.html", css="acts", num=True),
        ],
        css="fit",
        nothing=Empty(
            "users",
            _("No authorised people yet"),
            _("A linked person sees this investor's holds, commitments and positions, and acts for it."),
            href=reverse("investors_staff:investor_link", args=[investor.pk]),
            action=_("Link a person"),
        ),
    )


BILLING = List(
    "billing",
    gettext_lazy("Versions of billing details, table"),
    columns=[
        columns.day("from", gettext_lazy("Effective from"), "effective_from"),
        Column("name", gettext_lazy("Name on invoices"), "legal_name", sub=lambda row: ", ".join(row.address_lines)),
        Column("vat", gettext_lazy("VAT"), "vat_words", sub="vat_id"),
        Column("why", gettext_lazy("Why"), "reason", css="wide"),
        Column("who", gettext_lazy("Recorded by"), "recorded_by.display_name"),
        columns.moment("when", gettext_lazy("Recorded"), "recorded_at", num=True),
    ],
    nothing=Empty(
        "receipt",
        gettext_lazy("No billing details yet"),
        gettext_lazy("Name, address and VAT of this investor as its invoices state them appear here."),
    ),
)
