"""What is owed, what was billed, what was paid, and how each amount came about."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from deals.models import Deal, DealCommitment, FeeComponent, FeeKind
from documents.models import Document
from fees.fields import profile_key
from fees.models_papers import InvoicePaper as InvoicePaper
from fees.models_papers import InvoiceReminder as InvoiceReminder
from fees.models_papers import ReminderHold as ReminderHold
from fees.models_settling import Refund
from fees.models_settling import RefundBatch as RefundBatch
from fees.models_settling import WriteOff as WriteOff
from house.models import ReceivingAccount
from inventory.models import Allocation
from investors.models import Investor
from lib.exact import ExactDecoder
from lib.fields import (
    PRICE_BOUND,
    UPPER_BOUND,
    MoneyField,
    PriceField,
    RandomUUID,
    UnitsField,
    between,
    currency_code,
    is_json_object,
    line,
    moments_within_years,
    one_of,
    text,
    within_years,
)
from lib.text import NAME, REASON, TITLE

MOST_REFERENCE = 140
MOST_MEMO = 2_000


class FeeEventStatus(models.TextChoices):
    ACCRUED = "accrued", _("Accrued")
    INVOICED = "invoiced", _("Invoiced")
    VOIDED = "voided", _("Voided")


class FeeEvent(models.Model):
    """One accrued amount with its base, period and derivation. Written by functions only; amounts never change.

    ``occasion`` is what makes it accrue once: "once", a period with its segment, or an exit. An event that was voided
    keeps it. ``house_only`` is the margin inside a price: recorded, seen by staff, never billed.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+", db_index=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    fee_component = models.ForeignKey(FeeComponent, models.PROTECT, null=True, related_name="+")
    event_date = models.DateField()
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    base_amount = MoneyField(null=True)
    computed_amount = MoneyField()
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    source_ref = models.TextField(null=True)
    status = models.TextField(choices=FeeEventStatus, null=True, default="accrued", db_default="accrued")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.TextField(choices=FeeKind, default=FeeKind.OTHER, db_default="other")
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="+", db_index=False)
    commitment = models.ForeignKey(DealCommitment, models.PROTECT, null=True, related_name="+")
    occasion = models.TextField(default="", db_default="")
    house_only = models.BooleanField(default=False, db_default=False)
    vat_rate_bps = models.IntegerField(null=True)
    derivation = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)
    adjusts = models.ForeignKey("self", models.PROTECT, null=True, related_name="adjustments")
    void_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "fee_events"
        verbose_name = _("fee event")
        verbose_name_plural = _("fee events")
        constraints = [
            one_of("status", FeeEventStatus, name="fee_events_status_known"),
            one_of("kind", FeeKind, name="fee_events_kind_known"),
            currency_code("currency", name="fee_events_currency_code"),
            between("base_amount", -UPPER_BOUND, UPPER_BOUND, name="fee_events_base_bounds"),
            between("computed_amount", -UPPER_BOUND, UPPER_BOUND, name="fee_events_amount_bounds"),
            between("vat_rate_bps", 0, 10_001, name="fee_events_vat_bounds"),
            within_years("event_date", name="fee_events_date_within_years"),
            within_years("period_start", name="fee_events_start_within_years"),
            within_years("period_end", name="fee_events_end_within_years"),
            models.CheckConstraint(
                condition=models.Q(period_end__isnull=True) | models.Q(period_end__gte=models.F("period_start")),
                name="fee_events_period_runs_forward",
            ),
            line("source_ref", MOST_REFERENCE, name="fee_events_source_ref_is_line"),
            line("occasion", MOST_REFERENCE, name="fee_events_occasion_is_line"),
            text("void_reason", REASON, name="fee_events_void_reason_is_text"),
            is_json_object("derivation", name="fee_events_derivation_is_object"),
            models.UniqueConstraint(
                fields=["allocation", "fee_component", "kind", "occasion"],
                condition=models.Q(allocation__isnull=False),
                nulls_distinct=False,
                name="fee_events_accrue_once",
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "investor", "status", "event_date"], name="fee_events_deal_investor"),
            models.Index(fields=["created_at"], name="fee_events_newest"),
        ]


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    SELF_BILLING = "self_billing", _("Self-billing invoice")


class InvoiceStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    PARTIAL = "partial", _("Partly paid")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")


class InvoiceOrigin(models.TextChoices):
    FEE_EVENTS = "fee_events", _("Fees")
    ALLOCATION = "allocation", _("Funding")
    COMMISSIONS = "introducer_commissions", _("Commissions")
    CREDIT = "credit", _("Credit")
    MANUAL = "manual", _("By hand")


class NumberSeries(models.Model):
    """The last number given in a series and year. One row lock a number: sequential, and none is lost or used twice."""

    pk = models.CompositePrimaryKey("series", "year")
    series = models.TextField()
    year = models.IntegerField()
    last = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "number_series"
        constraints = [
            models.CheckConstraint(condition=models.Q(series__in=["INV", "CRN", "SBI"]), name="number_series_known"),
            between("year", 1900, 2200, name="number_series_year_bounds"),
            between("last", 0, 1_000_000_000, name="number_series_last_bounds"),
        ]


class InvoiceRunStatus(models.TextChoices):
    OPEN = "open", _("Running")
    CLOSED = "closed", _("Closed")


class InvoiceRun(models.Model):
    """Invoices of one period: opened once, issued one by one, closed when expected = issued + skipped + failed."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    period_start = models.DateField()
    period_end = models.DateField()
    status = models.TextField(choices=InvoiceRunStatus, default="open", db_default="open")
    expected = models.IntegerField(default=0, db_default=0)
    issued = models.IntegerField(default=0, db_default=0)
    skipped = models.IntegerField(default=0, db_default=0)
    failed = models.IntegerField(default=0, db_default=0)
    opened_by = profile_key("opened_by")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invoice_runs"
        constraints = [
            *moments_within_years("invoice_runs", "opened_at", "closed_at"),
            one_of("status", InvoiceRunStatus, name="invoice_runs_status_known"),
            within_years("period_start", name="invoice_runs_start_within_years"),
            within_years("period_end", name="invoice_runs_end_within_years"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="invoice_runs_run_forward"
            ),
            models.UniqueConstraint(fields=["period_start", "period_end"], name="invoice_runs_once_a_period"),
        ]


class Invoice(models.Model):
    """What an investor is asked to pay, or is credited. Once issued it never changes but for status and paper.

    Amounts are in ``currency``; a credit note's are negative. ``parties`` holds the names, addresses, VAT ids and the
    receiving account of the day of issue. ``reference`` is what a payment has to carry (ISO 11649).
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+", db_index=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    due_date = models.DateField(null=True)
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    subtotal = MoneyField(null=True)
    tax = MoneyField(null=True)
    total = MoneyField(null=True)
    status = models.TextField(choices=InvoiceStatus, null=True, default="draft", db_default="draft")
    generated_from = models.TextField(choices=InvoiceOrigin, null=True)
    doc = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.TextField(choices=InvoiceKind, default="invoice", db_default="invoice")
    number = models.TextField(null=True, unique=True)
    issue_date = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = profile_key("issued_by")
    reference = models.TextField(null=True, unique=True)
    parties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)
    receiving_account_id = models.UUIDField(null=True)
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="+")
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    run = models.ForeignKey(InvoiceRun, models.PROTECT, null=True, related_name="+")
    note = models.TextField(default="", db_default="")

    class Meta:
        db_table = "invoices"
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            *moments_within_years("invoices", "issued_at"),
            one_of("status", InvoiceStatus, name="invoices_status_known"),
            one_of("kind", InvoiceKind, name="invoices_kind_known"),
            one_of("generated_from", InvoiceOrigin, name="invoices_origin_known"),
            currency_code("currency", name="invoices_currency_code"),
            between("subtotal", -UPPER_BOUND, UPPER_BOUND, name="invoices_subtotal_bounds"),
            between("tax", -UPPER_BOUND, UPPER_BOUND, name="invoices_tax_bounds"),
            between("total", -UPPER_BOUND, UPPER_BOUND, name="invoices_total_bounds"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("subtotal") + models.F("tax")), name="invoices_add_up"
            ),
            within_years("due_date", name="invoices_due_within_years"),
            within_years("issue_date", name="invoices_issue_within_years"),
            models.CheckConstraint(
                condition=models.Q(status="draft", number__isnull=True)
                | (~models.Q(status="draft") & models.Q(number__isnull=False, issue_date__isnull=False)),
                name="invoices_numbered_when_issued",
            ),
            line("number", 40, name="invoices_number_is_line"),
            line("reference", 40, name="invoices_reference_is_line"),
            text("note", MOST_MEMO, name="invoices_note_is_text"),
            is_json_object("parties", name="invoices_parties_is_object"),
            models.UniqueConstraint(
                fields=["allocation"],
                condition=models.Q(generated_from="allocation", kind="invoice"),
                name="invoices_fund_an_allocation_once",
            ),
        ]
        indexes = [
            models.Index(fields=["investor", "deal", "status"], name="invoices_investor_deal"),
            models.Index(
                fields=["due_date"], condition=models.Q(status__in=["sent", "partial"]), name="invoices_open_by_due"
            ),
            models.Index(
                fields=["issued_at"],
                condition=models.Q(doc__isnull=True, number__isnull=False),
                name="invoices_without_paper",
            ),
        ]


class LineKind(models.TextChoices):
    FEE = "fee", _("Fee")
    SPREAD = "spread", _("Spread")
    INVESTMENT = "investment", _("Investment")
    OTHER = "other", _("Other")


class InvoiceLine(models.Model):
    """One line of an invoice, rounded; a line of a credit note is negative and names the line that it answers."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="lines")
    kind = models.TextField(choices=LineKind, null=True)
    description = models.TextField(null=True)
    quantity = UnitsField(null=True)
    unit_price = PriceField(null=True)
    amount = MoneyField()
    fee_event = models.OneToOneField(FeeEvent, models.PROTECT, null=True, related_name="invoice_line")
    position = models.IntegerField(default=1, db_default=1)
    vat_rate_bps = models.IntegerField(default=0, db_default=0)
    credits_line = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_lines")

    class Meta:
        db_table = "invoice_lines"
        constraints = [
            one_of("kind", LineKind, name="invoice_lines_kind_known"),
            line("description", MOST_MEMO, name="invoice_lines_description_is_line"),
            between("quantity", -UPPER_BOUND, UPPER_BOUND, name="invoice_lines_quantity_bounds"),
            between("unit_price", -PRICE_BOUND, PRICE_BOUND, name="invoice_lines_price_bounds"),
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="invoice_lines_amount_bounds"),
            between("position", 1, 100_000, name="invoice_lines_position_bounds"),
            between("vat_rate_bps", 0, 10_001, name="invoice_lines_vat_bounds"),
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_lines_one_a_position"),
        ]


class InvoiceTax(models.Model):
    """The tax of an invoice at one rate: taken on the sum of its rounded lines, as electronic invoices must."""

    pk = models.CompositePrimaryKey("invoice_id", "rate_bps")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="taxes", db_index=False)
    rate_bps = models.IntegerField()
    treatment = models.TextField(default="standard", db_default="standard")
    base = MoneyField()
    amount = MoneyField()

    class Meta:
        db_table = "invoice_taxes"
        constraints = [
            between("rate_bps", 0, 10_001, name="invoice_taxes_rate_bounds"),
            line("treatment", 40, required=True, name="invoice_taxes_treatment_is_line"),
            between("base", -UPPER_BOUND, UPPER_BOUND, name="invoice_taxes_base_bounds"),
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="invoice_taxes_amount_bounds"),
        ]


class RunItemStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ISSUED = "issued", _("Issued")
    SKIPPED = "skipped", _("Nothing to bill")
    FAILED = "failed", _("Failed")


class InvoiceRunItem(models.Model):
    """One investor on one deal in a run: what was expected, and what came of it."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    run = models.ForeignKey(InvoiceRun, models.PROTECT, related_name="items", db_index=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="+")
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="+")
    status = models.TextField(choices=RunItemStatus, default="waiting", db_default="waiting")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "invoice_run_items"
        constraints = [
            one_of("status", RunItemStatus, name="invoice_run_items_status_known"),
            text("reason", REASON, name="invoice_run_items_reason_is_text"),
            models.UniqueConstraint(fields=["run", "investor", "deal"], name="invoice_run_items_once"),
        ]


class StatementFormat(models.TextChoices):
    CAMT_053 = "camt.053", "camt.053"
    MT940 = "mt940", "MT940"
    OFX = "ofx", "OFX"
    CSV = "csv", "CSV"


class BankStatement(models.Model):
    """One statement of a receiving account as it was imported; its lines are ``bank_transactions``.

    It is ``is_whole`` once all of its lines were counted and added up; the transaction that imports it sees to that.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    receiving_account_id = models.UUIDField()
    format = models.TextField(choices=StatementFormat)
    file_name = models.TextField(default="", db_default="")
    sha256 = models.TextField()
    statement_ref = models.TextField(default="", db_default="")
    sequence = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    opening = MoneyField(null=True)
    closing = MoneyField(null=True)
    # What was read, lines that were there before included: opening + lines_total = closing.
    lines_total = MoneyField(default=0, db_default=0)
    lines_read = models.IntegerField(default=0, db_default=0)
    lines_new = models.IntegerField(default=0, db_default=0)
    is_whole = models.BooleanField(default=False, db_default=False)
    override_reason = models.TextField(default="", db_default="")
    imported_by = profile_key("imported_by")
    imported_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "bank_statements"
        constraints = [
            one_of("format", StatementFormat, name="bank_statements_format_known"),
            line("file_name", TITLE, name="bank_statements_file_name_is_line"),
            line("sha256", 64, required=True, name="bank_statements_sha256_is_line"),
            line("statement_ref", MOST_REFERENCE, name="bank_statements_ref_is_line"),
            currency_code("currency", name="bank_statements_currency_code"),
            within_years("from_date", name="bank_statements_from_within_years"),
            within_years("to_date", name="bank_statements_to_within_years"),
            between("opening", -UPPER_BOUND, UPPER_BOUND, name="bank_statements_opening_bounds"),
            between("closing", -UPPER_BOUND, UPPER_BOUND, name="bank_statements_closing_bounds"),
            between("sequence", 0, UPPER_BOUND, name="bank_statements_sequence_bounds"),
            between("lines_total", -UPPER_BOUND, UPPER_BOUND, name="bank_statements_lines_total_bounds"),
            between("lines_read", 0, 100_000_000, name="bank_statements_read_bounds"),
            between("lines_new", 0, 100_000_000, name="bank_statements_new_bounds"),
            text("override_reason", REASON, name="bank_statements_reason_is_text"),
        ]
        indexes = [models.Index(fields=["receiving_account_id", "to_date"], name="bank_statements_by_account")]


class BankTransaction(models.Model):
    """One line of a bank statement; money in is positive. Never changed, never removed.

    ``fingerprint`` is what it says together with its place among equal lines, so that an overlapping file adds nothing
    and two lines that are truly equal both stay: banks use their own ids again.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    account_ref = models.TextField(null=True)
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    value_date = models.DateField(null=True)
    memo = models.TextField(null=True)
    counterparty = models.TextField(null=True)
    import_batch = models.ForeignKey(BankStatement, models.PROTECT, null=True, related_name="lines")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    receiving_account_id = models.UUIDField(null=True)
    booking_date = models.DateField(null=True)
    counterparty_account = models.TextField(default="", db_default="")
    reference = models.TextField(default="", db_default="")
    end_to_end_id = models.TextField(default="", db_default="")
    bank_ref = models.TextField(default="", db_default="")
    code = models.TextField(default="", db_default="")
    is_reversal = models.BooleanField(default=False, db_default=False)
    fingerprint = models.TextField(null=True, unique=True)

    class Meta:
        db_table = "bank_transactions"
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        constraints = [
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="bank_transactions_amount_bounds"),
            currency_code("currency", name="bank_transactions_currency_code"),
            within_years("value_date", name="bank_transactions_value_within_years"),
            within_years("booking_date", name="bank_transactions_booking_within_years"),
            line("account_ref", MOST_REFERENCE, name="bank_transactions_account_is_line"),
            text("memo", MOST_MEMO, name="bank_transactions_memo_is_text"),
            line("counterparty", MOST_REFERENCE, name="bank_transactions_counterparty_is_line"),
            line("counterparty_account", MOST_REFERENCE, name="bank_transactions_payer_account_is_line"),
            line("reference", MOST_REFERENCE, name="bank_transactions_reference_is_line"),
            line("end_to_end_id", MOST_REFERENCE, name="bank_transactions_end_to_end_is_line"),
            line("bank_ref", MOST_REFERENCE, name="bank_transactions_bank_ref_is_line"),
            line("code", 40, name="bank_transactions_code_is_line"),
            line("fingerprint", 64, name="bank_transactions_fingerprint_is_line"),
        ]
        indexes = [
            models.Index(fields=["account_ref", "value_date", "amount"], name="bank_transactions_account_date"),
            models.Index(fields=["value_date", "id"], name="bank_transactions_by_date"),
        ]


class StatementMapping(models.Model):
    """How the CSV files of a receiving account are read, as somebody confirmed it; the newest counts. Never changed."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    receiving_account = models.ForeignKey(ReceivingAccount, models.PROTECT, related_name="+", db_index=False)
    mapping = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)
    saved_by = profile_key("saved_by")
    saved_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "statement_mappings"
        constraints = [
            is_json_object("mapping", name="statement_mappings_mapping_is_object"),
            *moments_within_years("statement_mappings", "saved_at"),
        ]
        indexes = [models.Index(fields=["receiving_account", "-saved_at"], name="statement_mappings_newest")]


class PaymentStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    APPLIED = "applied", _("Applied")
    REFUNDED = "refunded", _("Refunded")


class PaymentMethod(models.TextChoices):
    BANK = "bank", _("Bank transfer")
    CREDIT = "credit", _("Investor credit")
    CREDIT_NOTE = "credit_note", _("Credit note")
    WRITE_OFF = "write_off", _("Write-off")
    BANK_FEE = "bank_fee", _("Bank charges")


class Payment(models.Model):
    """An amount applied to one invoice, in its currency. Never changed: what was wrong is answered by a reversal.

    A reversal has the opposite amount and names the row it takes back. What an invoice has open is its total less the
    sum of these.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="payments")
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    paid_at = models.DateTimeField(null=True)
    method = models.TextField(choices=PaymentMethod, null=True)
    bank_txn = models.ForeignKey(BankTransaction, models.PROTECT, null=True, related_name="payments")
    status = models.TextField(choices=PaymentStatus, null=True, default="received", db_default="received")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = profile_key("created_by")
    credited_from = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "payments"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            *moments_within_years("payments", "paid_at"),
            between("amount", -UPPER_BOUND, UPPER_BOUND, name="payments_amount_bounds"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="payments_amount_is_something"),
            currency_code("currency", name="payments_currency_code"),
            one_of("method", PaymentMethod, name="payments_method_known"),
            one_of("status", PaymentStatus, name="payments_status_known"),
            text("reason", REASON, name="payments_reason_is_text"),
        ]


class MatchKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT = "credit", _("Investor credit")
    REFUND = "refund", _("Refund")
    PAYOUT = "payout", _("Payout")
    CHARGES = "charges", _("Bank charges")
    OTHER = "other", _("Other")


class Reconciliation(models.Model):
    """Part of a bank line, matched: to an invoice, to an investor's credit, or to something else. Never changed.

    A reversal has the opposite amount and names the row it takes back; what of a line waits in suspense is its amount
    less the sum of these. The seeds' one row per invoice and line is not kept: a match may be taken back and made anew.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    bank_transaction = models.ForeignKey(BankTransaction, models.PROTECT, null=True, related_name="matches")
    matched_amount = MoneyField(null=True)
    matched_at = models.DateTimeField(null=True, db_default=Now())
    matched_by = profile_key("matched_by")
    kind = models.TextField(choices=MatchKind, default="invoice", db_default="invoice")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="matches")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = models.TextField(default="", db_default="")
    derivation = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)

    class Meta:
        db_table = "reconciliations"
        constraints = [
            *moments_within_years("reconciliations", "matched_at"),
            one_of("kind", MatchKind, name="reconciliations_kind_known"),
            between("matched_amount", -UPPER_BOUND, UPPER_BOUND, name="reconciliations_amount_bounds"),
            models.CheckConstraint(condition=~models.Q(matched_amount=0), name="reconciliations_amount_is_something"),
            text("reason", REASON, name="reconciliations_reason_is_text"),
            is_json_object("derivation", name="reconciliations_derivation_is_object"),
        ]


class AliasOf(models.TextChoices):
    NAME = "name", _("Payer name")
    ACCOUNT = "account", _("Payer account")


class PayerAlias(models.Model):
    """A payer name (folded) or account that paid for an investor before: confirmed by staff, read by suggestions."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="+")
    of = models.TextField(choices=AliasOf)
    value = models.TextField()
    learned_at = models.DateTimeField(db_default=Now(), editable=False)
    learned_by = profile_key("learned_by")

    class Meta:
        db_table = "payer_aliases"
        constraints = [
            one_of("of", AliasOf, name="payer_aliases_of_known"),
            line("value", NAME, required=True, name="payer_aliases_value_is_line"),
            models.UniqueConstraint(fields=["investor", "of", "value"], name="payer_aliases_once"),
        ]
        indexes = [models.Index(fields=["of", "value"], name="payer_aliases_by_value")]
