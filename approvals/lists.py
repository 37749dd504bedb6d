"""What two administrators change, as staff read it: rules of approval, and accounts into which investors pay."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ui import columns
from ui.lists import Column, Empty, List

_limit = columns.amount("USD")  # of whichever currency the rule is: two decimals


def _currency(rule) -> str:
    return _("All others") if rule.currency == "*" else rule.currency


def _relaxes(rule) -> str:
    return ", ".join(str(word) for word in rule.relaxes_words)


COLUMNS = (
    Column("currency", gettext_lazy("Currency"), _currency),
    _limit("critical", gettext_lazy("Critical above"), "critical_above"),
    _limit("high", gettext_lazy("High above"), "high_above"),
    _limit("normal", gettext_lazy("Normal above"), "normal_above"),
    _limit("two", gettext_lazy("Two people above"), "two_approvers_above"),
    _limit("first", gettext_lazy("First, two above"), "two_approvers_first_above"),
    _limit("operations", gettext_lazy("Operations up to"), "ops_limit"),
    Column("relaxes", gettext_lazy("Conflict exemptions"), _relaxes, empty=gettext_lazy("nobody")),
    columns.moment("until", gettext_lazy("Until"), "lasts_until", empty=gettext_lazy("no end"), css="nowrap"),
    Column("who", gettext_lazy("Who and why"), template="staff/approvals/_rule_why.html", css="wide"),
)
IN_FORCE = List("rules", gettext_lazy("Rules in force, table"), columns=COLUMNS)
PROPOSED = List(
    "rules-proposed",
    gettext_lazy("Rules proposed, table"),
    columns=(
        *COLUMNS,
        Column("action", gettext_lazy("Action"), template="staff/approvals/_rule_agree.html", css="acts"),
    ),
    nothing=Empty(
        "check-check",
        gettext_lazy("No rules proposed"),
        gettext_lazy("A rule proposed by one administrator stays here for 14 days until another agrees to it."),
    ),
)

ACCOUNT = (
    Column("currency", gettext_lazy("Currency"), "currency", sub=lambda row: _("default") if row.is_default else ""),
    Column("number", gettext_lazy("Account"), "number", sub="bic", css="nowrap tabular"),
    Column("holder", gettext_lazy("Account holder"), "holder_name"),
    Column("bank", gettext_lazy("Bank"), "bank_name", sub=lambda row: ", ".join(row.address_lines)),
    Column("who", gettext_lazy("Who and why"), template="staff/accounts/_account_why.html", css="wide"),
)
ACCOUNTS_ACTIVE = List(
    "accounts",
    gettext_lazy("Active accounts, table"),
    columns=(
        *ACCOUNT,
        columns.moment("since", gettext_lazy("Active since"), "active_from", num=True),
        Column("action", gettext_lazy("Action"), template="staff/accounts/_account_end.html", css="acts"),
    ),
    nothing=Empty(
        "landmark",
        gettext_lazy("No active accounts"),
        gettext_lazy("Investors pay into these. Each currency needs one before anything is invoiced in it."),
    ),
)
ACCOUNTS_PROPOSED = List(
    "accounts-proposed",
    gettext_lazy("Proposed accounts, table"),
    columns=(
        *ACCOUNT,
        Column("replaces", gettext_lazy("Replaces"), "replaces.number", empty=gettext_lazy("none")),
        columns.moment("when", gettext_lazy("Proposed"), "proposed_at", num=True),
        Column("action", gettext_lazy("Action"), template="staff/accounts/_account_agree.html", css="acts"),
    ),
    nothing=Empty(
        "check-check",
        gettext_lazy("No accounts proposed"),
        gettext_lazy("An account proposed by one administrator stays here for 14 days until another agrees to it."),
    ),
)
ACCOUNTS_ENDED = List(
    "accounts-ended",
    gettext_lazy("Ended accounts, table"),
    columns=(
        *ACCOUNT,
        columns.moment("since", gettext_lazy("Active since"), "active_from"),
        columns.moment("until", gettext_lazy("Ended"), "active_until", num=True),
        Column("why", gettext_lazy("Why it ended"), "end_reason", sub="ended_by.display_name", css="wide"),
    ),
)
