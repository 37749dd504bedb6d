"""Accounts, their postings and the closed months as staff read them."""

from django.db.models import F
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import selectors
from ledger.models import AccountKind, LedgerAccount
from ui import columns, figures
from ui.lists import ByName, Column, Empty, Filter, List, Table
from ui.templatetags import verso

_types = lazy(lambda: [("", _("All types")), *AccountKind.choices], list)()
_currencies = lazy(lambda: [("", _("All currencies")), *((each, each) for each in selectors.currencies())], list)()

ACCOUNTS = List(
    "ledger-accounts",
    gettext_lazy("Accounts, table"),
    columns=[
        Column(
            "type",
            gettext_lazy("Type"),
            "get_kind_display",
            link=lambda account: reverse("ledger_staff:account", args=[account.pk]),
            sort=("kind", "currency"),
        ),
        Column(
            "owner",
            gettext_lazy("Owner"),
            "owner",
            empty=gettext_lazy("the house"),
            sort=(ByName("investor__legal_name"), "kind", "currency"),
        ),
        Column(
            "balance",
            gettext_lazy("Balance"),
            "held",
            draw=lambda account: verso.amount(account.held, account.currency),
            num=True,
            sort=("held",),
        ),
        Column("currency", gettext_lazy("Currency"), "currency", sort=("currency", "kind"), beside=True),
    ],
    search=gettext_lazy("Investor"),
    filters=[
        Filter("kind", gettext_lazy("Type"), _types),
        Filter("currency", gettext_lazy("Currency"), _currencies),
    ],
    sort="type",
    fetch=selectors.with_owners,
    no_match=(gettext_lazy("No accounts match"), gettext_lazy("Choose another type or currency.")),
    nothing=Empty(
        "landmark",
        gettext_lazy("No accounts yet"),
        gettext_lazy("An account opens with its first entry: a fee that accrues, an invoice, a payment."),
    ),
)


def sheet(found: selectors.Sheet) -> Table:
    """The trial balance in one currency, with its sums."""
    amount = columns.amount(found.currency)
    query = f"?currency={found.currency}&kind="
    of = List(
        f"trial-balance-{found.currency.lower()}",
        _("Trial balance in %(currency)s, table") % {"currency": found.currency},
        columns=[
            Column(
                "accounts",
                _("Accounts"),
                "label",
                link=lambda side: f"{reverse('ledger_staff:accounts')}{query}{side.kind}",
            ),
            amount("debit", _("Debit"), "debit"),
            amount("credit", _("Credit"), "credit"),
        ],
    )
    sums = {name: verso.amount(getattr(found, name), found.currency) for name in ("debit", "credit")}
    table = Table(of, found.sides, {"accounts": _("Total")} | sums)
    table.currency = found.currency
    return table


def postings(account: LedgerAccount) -> List:
    """The postings of one account; a balance after each where the account runs one."""
    amount, currency = columns.amount(account.currency), {"currency": account.currency}
    runs = account.seq is not None
    return List(
        f"account-{account.kind}-{account.currency.lower()}",
        _("Postings, table"),
        columns=[
            columns.day("date", _("Date"), "entry.effective_date", sort=("entry__effective_date", "pk"), sub=_asked),
            Column("type", _("Type"), lambda posting: selectors.entry_label(posting.entry.kind), sort=("entry__kind",)),
            Column("memo", _("Memo"), "entry.memo", empty="", css="wide"),
            amount("debit", _("Debit, %(currency)s") % currency, _debit, empty="", sort=("amount",)),
            amount("credit", _("Credit, %(currency)s") % currency, _credit, empty="", sort=(-F("amount"),)),
            *([amount("balance", _("Balance, %(currency)s") % currency, "balance_after", beside=True)] if runs else []),
            *([columns.units("number", _("Number"), "seq", sort=("seq",), extra=True)] if runs else []),
            columns.moment("posted", _("Posted"), "entry.created_at", extra=True),
            Column("key", _("Key"), "entry.key", extra=True),
            Column("entry", _("Entry"), "entry_id", extra=True),
        ],
        search=_("Memo or key"),
        no_match=(_("No postings match"), _("Try part of the memo.")),
        nothing=Empty("receipt", _("No postings yet"), _("Nothing was posted to this account.")),
    )


def _debit(posting):
    return posting.amount if posting.amount > 0 else None


def _credit(posting):
    return -posting.amount if posting.amount < 0 else None


def _asked(posting) -> str:
    """The day an entry is about, where its month was closed already."""
    entry = posting.entry
    return "" if entry.asked_date == entry.effective_date else _("for %(day)s") % {"day": figures.day(entry.asked_date)}


PERIODS = List(
    "accounting-periods",
    gettext_lazy("Closed months, table"),
    columns=[
        Column("month", gettext_lazy("Month"), "month", show=figures.month, sort=("month",)),
        columns.moment("closed", gettext_lazy("Closed"), "closed_at", sort=("closed_at",)),
        Column("by", gettext_lazy("By"), "who", empty=gettext_lazy("VERSO system")),
        Column("reason", gettext_lazy("Reason"), "reason", css="wide"),
    ],
    sort="-month",
    nothing=Empty(
        "calendar",
        gettext_lazy("No months closed yet"),
        gettext_lazy("Once a month is closed, nothing more is posted in it. Corrections go to the next open month."),
    ),
)
