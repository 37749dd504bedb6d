"""The lists of bank accounts, statements, bank lines and payments as staff read them."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fees.models import BankStatement, BankTransaction, Payment, PaymentMethod
from fees.selectors.bank import SETTLED, WAITING, BankAccount, gap_before, number_of
from ui import columns, figures
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso

SHOWN = [("", _("All lines")), (WAITING, _("To match")), (SETTLED, _("Matched"))]
BANK_SETTLED = "bank_line"


def _money(name: str, label, column: str, **more) -> Column:
    """An amount in the row's currency."""

    def drawn(row):
        found = getattr(row, column)
        return "–" if found is None else verso.money(found, row.currency)

    return Column(name, label, column, draw=drawn, num=True, **more)


def _agreement(row: BankAccount) -> str:
    return "unknown" if row.apart is None else "off" if row.apart else "agrees"


def _apart(row: BankAccount) -> str:
    return figures.money(row.apart, row.currency) if row.apart else ""


ACCOUNTS = List(
    "bank-accounts",
    _("Receiving accounts, table"),
    columns=[
        Column(
            "account",
            _("Account"),
            lambda row: row.account.bank_name,
            link=lambda row: reverse("bank_staff:account", args=[row.pk]),
            sub=lambda row: number_of(row.account),
        ),
        columns.day("newest", _("Newest statement"), "newest.to_date", empty=_("none yet")),
        _money("closing", _("Closing balance"), "closing"),
        _money("books", _("Balance in the ledger"), "books"),
        columns.badge("agrees", _("Ledger and bank"), "bank_account", _agreement, beside=True),
        Column("apart", _("Difference"), "apart", draw=_apart, num=True),
        Column(
            "waiting",
            _("Lines to match"),
            "waiting",
            link=lambda row: row.waiting and f"{reverse('bank_staff:reconcile')}?account={row.pk}",
            show=verso.units,
            num=True,
        ),
        _money("suspense", _("In suspense"), "suspense"),
        Column("currency", _("Currency"), "currency", extra=True),
    ],
    can_choose=False,
    nothing=Empty(
        "landmark",
        _("No receiving accounts"),
        _("Accounts that investors pay into are proposed and agreed to with the firm’s details."),
    ),
)


def _period(row: BankStatement) -> str:
    days = [figures.day(day) for day in (row.from_date, row.to_date) if day]
    return " – ".join(dict.fromkeys(days)) or _now("Not stated")


def _notes(row: BankStatement) -> str:
    found = [_now("A statement before this one may be missing")] if gap_before(row) else []
    if None in (row.opening, row.closing):
        found.append(_now("Balances not stated"))
    return "; ".join(found)


def statements(account) -> List:
    """The statements of an account."""
    return List(
        f"statements-{account.currency}",
        _("Statements of this account, table"),
        columns=[
            Column(
                "period", _("Period"), _period, link=lambda row: reverse("bank_staff:statement", args=[row.pk]),
                css="tabular",
            ),
            Column("number", _("Number"), "sequence", num=True),
            _money("opening", _("Opening"), "opening"),
            _money("total", _("Lines"), "lines_total"),
            _money("closing", _("Closing"), "closing"),
            columns.units("read", _("Read"), "lines_read"),
            columns.units("new", _("New"), "lines_new"),
            Column("notes", _("Gaps"), _notes, empty="", css="wide"),
            Column("override", _("Imported all the same because"), "override_reason", empty="", css="wide"),
            Column("file", _("File"), "file_name", sub="get_format_display"),
            columns.moment("imported", _("Imported"), "imported_at", sub=lambda row: _by(row)),
            Column("sha256", _("SHA-256"), "sha256", extra=True),
        ],
        can_choose=True,
        nothing=Empty(
            "file-text",
            _("No statements yet"),
            _("Import a file from the bank, and its statements appear here with their lines."),
            href=reverse("bank_staff:import"),
            action=_("Import a statement"),
        ),
    )  # fmt: skip


def _by(row: BankStatement) -> str:
    return row.imported_by.display_name if row.imported_by else ""


def _status(row: BankTransaction) -> str:
    return "settled" if row.left == 0 else "waiting" if row.left == row.amount else "partial"


_LINES = [
    columns.day("booked", _("Booked"), "booking_date", sort=("booking_date",),
                link=lambda row: reverse("bank_staff:line", args=[row.pk])),
    columns.day("value", _("Value date"), "value_date", extra=True),
    Column("payer", _("Payer or payee"), "counterparty", empty=_("Not stated"), sub="counterparty_account",
           sort=(ByName("counterparty"),)),
    Column("memo", _("Purpose"), lambda row: row.memo or row.reference, css="wide"),
    Column("reference", _("Creditor reference"), "reference", extra=True),
    Column("end_to_end", _("End-to-end ID"), "end_to_end_id", extra=True),
    Column("bank_ref", _("Bank reference"), "bank_ref", extra=True),
    _money("amount", _("Amount"), "amount", sort=("amount",)),
    _money("left", _("Left to match"), "left", sort=("left",)),
    Column("currency", _("Currency"), "currency", extra=True),
    columns.badge("status", _("Status"), "bank_line", _status, beside=True),
]  # fmt: skip


def lines(statement: BankStatement) -> List:
    """The lines that came with a statement."""
    return List(
        f"bank-lines-{statement.to_date or statement.imported_at.date()}",
        _("Lines of this statement, table"),
        columns=_LINES,
        search=_("Payer, purpose, reference or amount"),
        filters=[Filter("shown", _("Status"), SHOWN)],
        no_match=(_("No lines match"), _("Try part of the payer’s name, or an amount.")),
        nothing=Empty("file-text", _("No new lines"), _("Every line of this statement was there already.")),
    )


def queue(accounts) -> List:
    """The lines to reconcile; the page draws its rows as a queue, the columns are those of its files."""
    named = [(str(each.pk), f"{each.currency} · {each.bank_name}") for each in accounts]
    return List(
        "bank-lines",
        _("Bank lines, the oldest first"),
        columns=_LINES,
        search=_("Payer, purpose, amount"),
        filters=[
            Filter("shown", _("Status"), [(WAITING, _("To match")), (SETTLED, _("Matched")), ("all", _("All lines"))],
                   default=WAITING),
            Filter("account", _("Account"), [("", _("All accounts")), *named]),
        ],
        no_match=(_("No lines match"), _("Try part of the payer’s name, or an amount.")),
        nothing=Empty("check-check", _("Everything is matched"), _("Lines of the next statement appear here.")),
        can_choose=False,
    )  # fmt: skip


def _payment_status(row: Payment) -> str:
    return "reversal" if row.reverses_id else "reversed" if hasattr(row, "reversal") else "applied"


PAYMENTS = List(
    "payments",
    _("Payments, table"),
    columns=[
        columns.day("paid", _("Received"), lambda row: row.paid_at or row.created_at, sort=("paid_at",),
                    link=lambda row: reverse("bank_staff:payment", args=[row.pk])),
        Column("investor", _("Investor"), "investor.legal_name", sort=(ByName("investor__legal_name"),)),
        Column("invoice", _("Invoice"), "invoice.number", sort=("invoice__number",),
               link=lambda row: row.invoice_id and reverse("fees_staff:invoice", args=[row.invoice_id])),
        Column("method", _("Method"), "get_method_display"),
        Column("payer", _("Payer"), "bank_txn.counterparty", extra=True),
        _money("amount", _("Amount"), "amount", sort=("currency", "amount")),
        Column("currency", _("Currency"), "currency", extra=True),
        columns.badge("status", _("Status"), "payment", _payment_status, beside=True),
        Column("reason", _("Reason"), "reason", empty="", css="wide", extra=True),
    ],
    search=_("Invoice, reference, investor or payer"),
    filters=[Filter("method", _("Method"), [("", _("All methods")), *PaymentMethod.choices])],
    no_match=(_("No payments match"), _("Try part of the invoice’s number or of the investor’s name.")),
    nothing=Empty(
        "landmark",
        _("No payments yet"),
        _("A bank line that is matched to an invoice is a payment, and so is credit that pays one."),
    ),
)  # fmt: skip
