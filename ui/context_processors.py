"""What every page shows around its content: who is here, where one can go, and what waits there."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """A place of the navigation. ``due`` draws its count as work that waits; ``group`` starts a heading.

    ``if_counted``: it is there only for whom one of ``NAV_COUNTS`` names it. ``of_investors``: whoever acts for no
    investor (a lawyer, an introducer) has nothing there.
    """

    name: str
    label: str
    icon: str
    due: bool = False
    group: str = ""
    on_phone: bool = False
    if_counted: bool = False
    of_investors: bool = False


# Under this name ``NAV_COUNTS`` say how many investors a person acts for.
INVESTORS = "investors"
INVESTOR_PLACES = (
    Place("home", _("Home"), "house", due=True, on_phone=True),
    Place("deals:list", _("Deals"), "layers", on_phone=True),
    Place("inventory:reservations", _("Reservations"), "bookmark", on_phone=True, of_investors=True),
    Place("deals:commitments", _("Commitments"), "check-check", of_investors=True),
    Place("portfolio:positions", _("Portfolio"), "chart-line", on_phone=True, of_investors=True),
    Place("fee_events:events", _("Fees"), "percent", of_investors=True),
    Place("fees:invoices", _("Invoices"), "receipt", of_investors=True),
    Place("introducers:home", _("Introductions"), "handshake", on_phone=True, if_counted=True),
    Place("documents:list", _("Documents"), "file-text"),
)
STAFF_PLACES = (
    Place("staff:desk", _("Desk"), "gauge", on_phone=True),
    Place("staff:approvals", _("Approvals"), "check-check", due=True, on_phone=True),
    Place("deals_staff:list", _("Deals"), "layers", on_phone=True),
    Place("investors_staff:investors", _("Investors"), "briefcase", on_phone=True),
    Place("investors_staff:people", _("People"), "users"),
    Place("fee_events_staff:events", _("Fees"), "percent", group=_("Finance")),
    Place("fees_staff:invoices", _("Invoices"), "receipt"),
    Place("bank_staff:payments", _("Payments"), "circle-check"),
    Place("bank_staff:accounts", _("Bank"), "landmark", due=True),
    Place("introducers_staff:introducers", _("Introducers"), "handshake"),
    Place("documents_staff:list", _("Documents"), "file-text", group=_("Records")),
    Place("ledger_staff:trial_balance", _("Ledger"), "list"),
    Place("fees_staff:month_end", _("Month-end"), "calendar"),
    Place("house_staff:firm", _("Firm"), "id-card"),
    Place("house_staff:settings", _("Settings"), "settings"),
    Place("audit_staff:log", _("Audit"), "scroll-text"),
    Place("staff:jobs", _("Jobs"), "timer"),
    Place("admin:index", pgettext_lazy("the Django admin", "Admin"), "database"),
)
ROLES = {
    "staff_admin": _("Administrator"),
    "staff_ops": _("Operations"),
    "staff_rm": _("Relationship manager"),
}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame of one page. Everything is read when a template asks for it, and at most once."""

    brand = "VERSO"
    version = settings.VERSION

    def __init__(self, request):
        self._request = request

    @cached_property
    def theme(self) -> str:
        """light, dark, or empty: then the system's choice counts."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def person(self):
        """The signed-in profile, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def portal(self) -> str:
        """staff or investor: which side of the house this is."""
        return "staff" if self.person and self.person.is_staff else "investor"

    @cached_property
    def role(self) -> str:
        """The second line under the name."""
        return ROLES.get(self.person.role, self.person.email) if self.person else ""

    @cached_property
    def initials(self) -> str:
        words = (self.person.display_name or self.person.email).split() if self.person else []
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @cached_property
    def counts(self) -> dict[str, int]:
        """What waits where, by url name, of all who count there; an error page asks nobody."""
        if not self.person or getattr(self._request, "without_counts", False):
            return {}
        found = {}
        for path in getattr(settings, "NAV_COUNTS", ()):
            for name, waiting in import_string(path)(self._request).items():
                found[name] = found.get(name, 0) + waiting
        return found

    @cached_property
    def nav(self) -> list[dict]:
        """The places this person can go to; a place whose page does not exist is left out."""
        if not self.person:
            return []
        places = STAFF_PLACES if self.portal == "staff" else INVESTOR_PLACES
        known = [(place, _address(place.name)) for place in places if self._has(place)]
        here = self._here([url for _place, url in known if url])
        return [
            {"place": place, "url": url, "here": url == here, "count": self.counts.get(place.name, 0)}
            for place, url in known
            if url
        ]

    def _has(self, place: Place) -> bool:
        """Whether a place is this person's; an error page, which asks nobody, leaves out as little as it can."""
        if place.of_investors and self.counts.get(INVESTORS) == 0:
            return False
        return place.name in self.counts or not place.if_counted

    @cached_property
    def tabs(self) -> list[dict]:
        """The places of the bottom bar on a phone, four at most; "More" holds the rest."""
        return [item for item in self.nav if item["place"].on_phone][:4]

    def _here(self, urls: list[str]) -> str:
        """The address that covers this page: the longest that begins its path."""
        path = self._request.path
        roots = {_address("home"), _address("staff:desk")}
        fits = [url for url in urls if path == url or (url not in roots and path.startswith(url))]
        return max(fits, key=len, default="")

    @cached_property
    def home_url(self) -> str:
        """Where the brand leads: the desk for staff, home for everybody else."""
        return (self.portal == "staff" and _address("staff:desk")) or _address("home") or "/"

    @cached_property
    def profile_url(self) -> str:
        return _address("profile")

    @cached_property
    def password_url(self) -> str:
        return _address("account_change_password")

    @cached_property
    def sign_out_url(self) -> str:
        return _address("account_logout")

    @property
    def password_length(self) -> int:
        return getattr(settings, "PASSWORD_LENGTH_MIN", 15)

    @cached_property
    def now(self):
        """The server's clock when the page was made."""
        return timezone.localtime()

    @cached_property
    def time_zone(self) -> str:
        return timezone.get_current_timezone_name()

    @cached_property
    def other_theme(self) -> str:
        """What the theme button chooses."""
        return "light" if self.theme == "dark" else "dark"


def shell(request) -> dict:
    """``shell`` for the frame; ``csp_nonce`` under the name django-htmx looks for."""
    return {"shell": Shell(request), "csp_nonce": getattr(request, "csp_nonce", "")}
