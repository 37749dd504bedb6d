"""Double entry: accounts, entries, their postings, and the months that are closed.

An amount is signed: a debit is positive, a credit negative, and the postings of an entry add up to zero in its one
currency. SQL functions alone write here (``migrations_sql/ledger``); entries and postings never change. What a row must
hold is checked once a statement (``guard_postings``): each CHECK would be parsed anew by every entry.
"""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from investors.models import Investor
from lib.fields import (
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    RandomUUID,
    between,
    moments_within_years,
    text,
    within_years,
)

MOST_MEMO = 200
MOST_REASON = 1000
NOBODY = "00000000-0000-0000-0000-000000000000"


class AccountKind(models.TextChoices):
    """What an account holds, whose it is, and the side on which its balance normally stands.

    ========================  ==========  ======  =====================================================================
    kind                      owner       side    meaning
    ========================  ==========  ======  =====================================================================
    receivable                investor    debit   invoiced and not yet paid
    credit                    investor    credit  paid too much, credited after payment: the investor's to use or refund
    introducer_payable        introducer  credit  commission owed to an introducer
    bank                      bank acct.  debit   money in one of the firm's bank accounts
    suspense                  bank acct.  credit  money that came in and is not assigned yet; the owner may be missing
    accrued_fees              investor    debit   earned and not invoiced yet
    fee_income_…              house       credit  fees earned, one account for each type of fee
    principal_due             house       credit  purchase prices invoiced, for the units themselves
    spread                    house       credit  the margin inside those prices: principal_due less what units cost
    vat                       house       credit  VAT invoiced, owed to the tax office
    write_offs                house       debit   receivables given up
    bank_charges              house       debit   what banks kept of payments, borne by the house
    rounding                  house       either  what rounding leaves
    commission_expense        house       debit   commissions to introducers
    refunds_clearing          house       credit  refunds ordered, until the bank has paid them
    payouts_clearing          house       credit  payouts to introducers ordered, until the bank has paid them
    ========================  ==========  ======  =====================================================================

    Receivable, credit, introducer_payable, bank and suspense run a balance that every posting moves by one, under the
    account's lock. All others are summed when somebody asks, so that no posting waits for another at them.
    """

    RECEIVABLE = "receivable", _("Receivable")
    CREDIT = "credit", _("Investor credit")
    INTRODUCER_PAYABLE = "introducer_payable", _("Introducer payable")
    BANK = "bank", _("Bank")
    SUSPENSE = "suspense", _("Suspense")
    ACCRUED_FEES = "accrued_fees", _("Accrued fees")
    FEE_INCOME_SUBSCRIPTION = "fee_income_subscription", _("Fee income: subscription")
    FEE_INCOME_MANAGEMENT = "fee_income_management", _("Fee income: management")
    FEE_INCOME_PERFORMANCE = "fee_income_performance", _("Fee income: performance")
    FEE_INCOME_SPREAD = "fee_income_spread", _("Fee income: amount per unit")
    FEE_INCOME_FLAT = "fee_income_flat", _("Fee income: flat")
    FEE_INCOME_OTHER = "fee_income_other", _("Fee income: other")
    PRINCIPAL_DUE = "principal_due", _("Principal due")
    SPREAD = "spread", _("Spread")
    VAT = "vat", _("VAT")
    WRITE_OFFS = "write_offs", _("Write-offs")
    BANK_CHARGES = "bank_charges", _("Bank charges")
    ROUNDING = "rounding", _("Rounding")
    COMMISSION_EXPENSE = "commission_expense", _("Commission expense")
    REFUNDS_CLEARING = "refunds_clearing", _("Refunds in clearing")
    PAYOUTS_CLEARING = "payouts_clearing", _("Payouts in clearing")


class EntryKind(models.TextChoices):
    """What people read of the usual kinds of entry. Apps above may use others: the column takes any plain word."""

    FEE_ACCRUED = "fee_accrued", _("Fee accrued")
    SPREAD_EARNED = "spread_earned", _("Spread earned")
    INVOICE_ISSUED = "invoice_issued", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    PAYMENT_RECEIVED = "payment_received", _("Payment")
    MATCH = "match", _("Payment applied")
    BANK_LINE = "bank_line", _("Bank line")
    BANK_FEE = "bank_fee", _("Bank charges")
    REFUND = "refund", _("Refund")
    WRITE_OFF = "write_off", _("Write-off")
    COMMISSION = "commission", _("Commission")
    REVERSAL = "reversal", _("Reversal")


class MonthOf(Func):
    """The first day of the month of a date."""

    template = "(date_trunc('month', (%(expressions)s)::timestamp))::date"
    output_field = models.DateField()


class LedgerAccount(models.Model):
    """One account in one currency. ``holder_id`` is its owner in an app above, or a bank account of the house."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.TextField(_("type"), choices=AccountKind)
    currency = models.CharField(_("currency"), max_length=3)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    holder_id = models.UUIDField(null=True)
    owner_id = models.GeneratedField(
        expression=Coalesce("investor_id", "holder_id", models.Value(NOBODY, output_field=models.UUIDField())),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    # Null for accounts that are summed.
    balance = MoneyField(null=True)
    seq = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "ledger_accounts"
        constraints = [
            models.UniqueConstraint(fields=["kind", "currency", "owner_id"], name="ledger_accounts_one_each"),
            between("balance", -UPPER_BOUND, UPPER_BOUND, name="ledger_accounts_balance_bounds"),
        ]


class LedgerEntry(models.Model):
    """One event in money. ``key`` makes posting it again harmless; the source is the row of an app above.

    ``asked_date`` is the day it concerns, ``effective_date`` the day it counts from: later where that month is closed.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.TextField(_("type"))
    key = models.TextField(unique=True)
    effective_date = models.DateField(_("effective date"))
    asked_date = models.DateField()
    period = models.GeneratedField(
        expression=MonthOf("effective_date"), output_field=models.DateField(), db_persist=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    source_table = models.TextField(null=True)
    source_id = models.UUIDField(null=True)
    memo = models.TextField(db_default="")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.UUIDField(null=True, db_default=ActingProfile(), editable=False)

    class Meta:
        db_table = "ledger_entries"
        indexes = [
            models.Index(fields=["source_id"], name="ledger_entries_source"),
            models.Index(fields=["period"], name="ledger_entries_period"),
        ]


class LedgerPosting(models.Model):
    """One side of an entry on one account. ``seq`` and ``balance_after`` where the account runs.

    That entry and account are there, in one currency, is checked once a statement: a foreign key would lock the
    account's row for each posting, and almost every entry has one of the house's own. Neither is ever deleted.
    """

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="postings", db_constraint=False)
    account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    amount = MoneyField()
    deal_id = models.UUIDField(null=True)  # which deal it concerns, where it concerns one
    seq = models.BigIntegerField(null=True)
    balance_after = MoneyField(null=True)

    class Meta:
        db_table = "ledger_postings"
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="ledger_postings_one_after_another"),
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="ledger_postings_amount_bounds"),
            between("balance_after", -UPPER_BOUND, UPPER_BOUND, name="ledger_postings_balance_bounds"),
        ]


class AccountingPeriod(models.Model):
    """A month that was closed, named by its first day: nothing more is posted in it, nor before it, ever."""

    month = models.DateField(primary_key=True)
    closed_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_by = models.UUIDField(null=True, db_default=ActingProfile(), editable=False)
    reason = models.TextField(db_default="")

    class Meta:
        db_table = "accounting_periods"
        constraints = [
            within_years("month", name="accounting_periods_month_within_years"),
            models.CheckConstraint(condition=Q(month__day=1), name="accounting_periods_first_day"),
            text("reason", MOST_REASON, name="accounting_periods_reason_is_text"),
            *moments_within_years("accounting_periods", "closed_at"),
        ]
