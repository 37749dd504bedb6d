"""What there is to sell, what is on hold, and what was given."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from deals.models import Deal, DealCommitment, DealExit
from documents.models import Document
from investors.models import Investor
from lib.fields import (
    PRICE_BOUND,
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    PriceField,
    RandomUUID,
    UnitsField,
    between,
    currency_code,
    line,
    moments_within_years,
    one_of,
    product_within,
    text,
    within_years,
)
from lib.text import NAME, REASON

MOST_NOTES = 5_000


class SourceKind(models.TextChoices):
    COMPANY = "company", _("Company")
    FUND = "fund", _("Fund")
    COLLEAGUE = "colleague", _("Colleague")
    OTHER = "other", _("Other")


class ShareSource(models.Model):
    """From whom units were bought. Staff only."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.TextField(_("type"), choices=SourceKind)
    counterparty_name = models.TextField(_("counterparty"), null=True, blank=True)
    contract_doc = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.TextField(_("notes"), null=True, blank=True)

    class Meta:
        db_table = "share_sources"
        constraints = [
            one_of("kind", SourceKind, name="share_sources_kind_known"),
            line("counterparty_name", NAME, required=True, name="share_sources_name_is_line"),
            text("notes", MOST_NOTES, name="share_sources_notes_is_text"),
        ]

    def __str__(self):
        return self.counterparty_name or self.get_kind_display()


class LotStatus(models.TextChoices):
    AVAILABLE = "available", _("Available")
    BLOCKED = "held", _("Blocked")
    EXHAUSTED = "exhausted", _("Exhausted")


class ShareLot(models.Model):
    """A parcel of units bought at a unit cost. Staff only; ``units_remaining`` moves through functions only.

    ``units_remaining`` stands in no index and no index predicate: it changes with every hold.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="lots", db_index=False)
    source = models.ForeignKey(ShareSource, models.PROTECT, null=True, blank=True, related_name="lots")
    units_total = UnitsField(_("units"))
    unit_cost = PriceField(_("unit cost"))
    currency = models.CharField(_("currency"), max_length=3, null=True, default="USD", db_default="USD")
    acquired_at = models.DateField(_("acquired"), null=True, blank=True)
    lockup_until = models.DateField(_("lock-up until"), null=True, blank=True)
    units_remaining = UnitsField()
    status = models.TextField(
        _("status"), choices=LotStatus, null=True, default=LotStatus.AVAILABLE, db_default=LotStatus.AVAILABLE
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    block_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "share_lots"
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            one_of("status", LotStatus, name="share_lots_status_known"),
            text("block_reason", REASON, name="share_lots_block_reason_is_text"),
            currency_code("currency", name="share_lots_currency_code"),
            between("units_total", 0, UPPER_BOUND, name="share_lots_total_bounds"),
            between("unit_cost", 0, PRICE_BOUND, name="share_lots_cost_bounds"),
            product_within("units_total", "unit_cost", name="share_lots_amount_bounds"),
            within_years("acquired_at", name="share_lots_acquired_within_years"),
            within_years("lockup_until", name="share_lots_lockup_within_years"),
            models.CheckConstraint(
                condition=models.Q(units_remaining__gte=0, units_remaining__lte=models.F("units_total")),
                name="share_lots_remaining_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "status"], name="share_lots_deal_status"),
            models.Index(
                models.F("deal"),
                models.F("acquired_at").asc(nulls_last=True),
                models.F("created_at"),
                models.F("id"),
                name="share_lots_order",
            ),
        ]


class ReservationStatus(models.TextChoices):
    PENDING = "pending", _("On hold")
    APPROVED = "approved", _("Allocated")
    EXPIRED = "expired", _("Lapsed")
    CANCELLED = "cancelled", _("Released")


class Reservation(models.Model):
    """A hold: units taken out of lots for an investor until ``expires_at``. Written by functions only.

    A hold is over at ``expires_at`` by the database clock, whatever its status still says.
    Every hold pays for every index, so a foreign key that leads another index has none of its own.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="reservations", db_index=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+", db_index=False)
    requested_units = UnitsField()
    proposed_unit_price = PriceField()
    expires_at = models.DateTimeField()
    status = models.TextField(
        choices=ReservationStatus, null=True, default=ReservationStatus.PENDING, db_default="pending"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="created_by",
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    commitment = models.ForeignKey(
        DealCommitment, models.PROTECT, null=True, related_name="reservations", db_index=False
    )
    hold_minutes = models.IntegerField(null=True)
    request_key = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reservations"
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            one_of("status", ReservationStatus, name="reservations_status_known"),
            between("requested_units", 0, UPPER_BOUND, above=True, name="reservations_units_bounds"),
            between("proposed_unit_price", 0, PRICE_BOUND, name="reservations_price_bounds"),
            product_within("requested_units", "proposed_unit_price", name="reservations_amount_bounds"),
            models.UniqueConstraint(
                fields=["created_by", "request_key"],
                condition=models.Q(request_key__isnull=False),
                name="reservations_request_once",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(status="pending"), name="reservations_due"),
            models.Index(fields=["deal", "status", "expires_at"], name="reservations_deal_status"),
            models.Index(fields=["investor", "deal"], name="reservations_investor_deal"),
            models.Index(
                fields=["commitment"],
                condition=models.Q(commitment__isnull=False),
                name="reservations_commitment",
            ),
        ]


class ReservationLotItem(models.Model):
    """How many units of one lot a hold took."""

    pk = models.CompositePrimaryKey("reservation_id", "lot_id")
    reservation = models.ForeignKey(Reservation, models.PROTECT, related_name="lot_items", db_index=False)
    lot = models.ForeignKey(ShareLot, models.PROTECT, related_name="reservation_items", db_index=False)
    units = UnitsField()

    class Meta:
        db_table = "reservation_lot_items"
        constraints = [between("units", 0, UPPER_BOUND, above=True, name="reservation_lot_items_units_bounds")]


class AllocationStatus(models.TextChoices):
    PENDING_REVIEW = "pending_review", _("Awaiting approval")
    APPROVED = "approved", _("Allocated")
    REJECTED = "rejected", _("Rejected")
    SETTLED = "settled", _("Settled")


class Allocation(models.Model):
    """Units finally given to an investor at a unit price. Written by functions only.

    One that was undone is rejected, so that it counts nowhere, and says in ``undone_at`` that it was given before.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="allocations")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    unit_price = PriceField()
    units = UnitsField()
    status = models.TextField(
        choices=AllocationStatus,
        null=True,
        default=AllocationStatus.PENDING_REVIEW,
        db_default="pending_review",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="approved_by"
    )
    approved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    reservation = models.OneToOneField(Reservation, models.PROTECT, null=True, related_name="allocation")
    commitment = models.ForeignKey(DealCommitment, models.PROTECT, null=True, related_name="allocations")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "allocations"
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            one_of("status", AllocationStatus, name="allocations_status_known"),
            between("units", 0, UPPER_BOUND, above=True, name="allocations_units_bounds"),
            between("unit_price", 0, PRICE_BOUND, name="allocations_price_bounds"),
            product_within("units", "unit_price", name="allocations_product_bounds"),
            *moments_within_years("allocations", "undone_at"),
        ]
        indexes = [models.Index(fields=["deal", "investor", "status"], name="allocations_deal_investor")]


class AllocationLotItem(models.Model):
    """How many units of one lot an allocation took."""

    pk = models.CompositePrimaryKey("allocation_id", "lot_id")
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="lot_items", db_index=False)
    lot = models.ForeignKey(ShareLot, models.PROTECT, related_name="allocation_items")
    units = UnitsField()

    class Meta:
        db_table = "allocation_lot_items"
        constraints = [between("units", 0, UPPER_BOUND, above=True, name="allocation_lot_items_units_bounds")]


class UndoStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AllocationUndo(models.Model):
    """That an approved allocation is to be undone, and why. Two other people approve it. Written by functions only."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="undos")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+", db_index=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField()
    status = models.TextField(choices=UndoStatus, db_default=UndoStatus.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="proposed_by",
        db_default=ActingProfile(),
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="decided_by"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "allocation_undos"
        constraints = [
            *moments_within_years("allocation_undos", "proposed_at", "decided_at"),
            text("reason", REASON, required=True, name="allocation_undos_reason_is_text"),
            one_of("status", UndoStatus, name="allocation_undos_status_known"),
            models.UniqueConstraint(
                fields=["allocation"], condition=models.Q(status="proposed"), name="allocation_undos_one_proposed"
            ),
            models.UniqueConstraint(
                fields=["allocation"], condition=models.Q(status="approved"), name="allocation_undos_once"
            ),
        ]


class DealExitItem(models.Model):
    """What one allocation gave and got in an exit: units, cost pro rata, proceeds. Append-only; written by functions.

    Date and price are the exit's, frozen with it; cost and proceeds are in ``currency``, the deal's.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    exit = models.ForeignKey(DealExit, models.PROTECT, related_name="items", db_index=False)
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="+", db_index=False)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="exit_items")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="+")
    exit_date = models.DateField()
    unit_price = PriceField()
    units = UnitsField()
    cost = MoneyField()
    proceeds = MoneyField()
    currency = models.CharField(max_length=3)

    class Meta:
        db_table = "deal_exit_items"
        constraints = [
            models.UniqueConstraint(fields=["exit", "allocation"], name="deal_exit_items_once"),
            within_years("exit_date", name="deal_exit_items_date_within_years"),
            between("unit_price", 0, PRICE_BOUND, name="deal_exit_items_price_bounds"),
            between("units", 0, UPPER_BOUND, above=True, name="deal_exit_items_units_bounds"),
            between("cost", 0, UPPER_BOUND, name="deal_exit_items_cost_bounds"),
            between("proceeds", 0, UPPER_BOUND, name="deal_exit_items_proceeds_bounds"),
            currency_code("currency", name="deal_exit_items_currency_code"),
        ]
