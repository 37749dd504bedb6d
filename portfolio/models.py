"""What investors own, and of which vehicles."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

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
    text,
    within_years,
)
from lib.text import NAME, REASON

MOST_DOMICILE = 100


class VehicleType(models.TextChoices):
    FUND = "fund", _("Fund")
    SPV = "spv", _("SPV")
    SECURITIZATION = "securitization", _("Securitisation")
    NOTE = "note", _("Note")
    OTHER = "other", _("Other")


class Vehicle(models.Model):
    """The fund, SPV, securitisation or note that holds the asset."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    name = models.TextField(_("name"))
    type = models.TextField(_("type"), choices=VehicleType, null=True, blank=True)
    domicile = models.TextField(_("domicile"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, null=True, default="USD", db_default="USD")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "vehicles"
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        constraints = [
            *moments_within_years("vehicles", "created_at"),
            one_of("type", VehicleType, name="vehicles_type_known"),
            line("name", NAME, required=True, name="vehicles_name_is_line"),
            line("domicile", MOST_DOMICILE, name="vehicles_domicile_is_line"),
            currency_code("currency", name="vehicles_currency_code"),
        ]

    def __str__(self):
        return self.name


class Subscription(models.Model):
    """What an investor promised to a vehicle."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="+")
    commitment = MoneyField(null=True)
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    status = models.TextField(null=True, default="pending", db_default="pending")
    signed_doc = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "subscriptions"
        constraints = [
            between("commitment", 0, UPPER_BOUND, name="subscriptions_commitment_bounds"),
            currency_code("currency", name="subscriptions_currency_code"),
        ]


class ValuationSource(models.TextChoices):
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")
    MODEL = "model", _("Model")


class ValuationStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")


class Valuation(models.Model):
    """The value of a vehicle on one day, in the vehicle's currency. It counts once a second person approved it.

    A row is never edited: another one for the same day, once approved, supersedes it.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="valuations")
    as_of_date = models.DateField()
    nav_total = MoneyField(null=True)
    nav_per_unit = PriceField(null=True)
    source = models.TextField(choices=ValuationSource, default=ValuationSource.MANAGER, db_default="manager")
    status = models.TextField(choices=ValuationStatus, default=ValuationStatus.PROPOSED, db_default="proposed")
    reason = models.TextField(blank=True, default="", db_default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="proposed_by",
        db_default=ActingProfile(),
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="approved_by"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "valuations"
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "as_of_date", "status"],
                condition=models.Q(status__in=["approved", "proposed"]),
                name="valuations_one_a_day",
            ),
            within_years("as_of_date", name="valuations_date_within_years"),
            between("nav_total", -UPPER_BOUND, UPPER_BOUND, name="valuations_total_bounds"),
            between("nav_per_unit", -UPPER_BOUND, UPPER_BOUND, name="valuations_per_unit_bounds"),
            one_of("source", ValuationSource, name="valuations_source_known"),
            one_of("status", ValuationStatus, name="valuations_status_known"),
            text("reason", REASON, name="valuations_reason_is_text"),
        ]


class Position(models.Model):
    """What an investor owns of a vehicle. Cost basis = units × price paid, in the vehicle's currency."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="positions")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="positions")
    units = UnitsField(null=True, default=0, db_default=0)
    cost_basis = MoneyField(null=True, default=0, db_default=0)
    last_nav = PriceField(null=True)
    as_of_date = models.DateField(null=True)

    class Meta:
        db_table = "positions"
        constraints = [
            models.UniqueConstraint(fields=["investor", "vehicle"], name="positions_one_per_vehicle"),
            between("units", 0, UPPER_BOUND, name="positions_units_bounds"),
            between("cost_basis", 0, UPPER_BOUND, name="positions_cost_basis_bounds"),
            between("last_nav", -PRICE_BOUND, PRICE_BOUND, name="positions_last_nav_bounds"),
        ]


class EntryCause(models.TextChoices):
    ALLOCATION = "allocation", _("Allocation")
    TRANSFER = "transfer", _("Transfer")
    REDEMPTION = "redemption", _("Redemption")
    SPLIT = "split", _("Split")
    CORRECTION = "correction", _("Correction")
    EXIT = "exit", _("Exit")


class PositionEntry(models.Model):
    """What moved a position: the position is the sum of its entries. Append-only; written by ``app.enter_positions``.

    ``effective_date`` is the day it counts from, ``recorded_at`` when it became known. ``deal_id`` and
    ``allocation_id`` name rows of the apps above. Cost in the vehicle's currency. One key, one entry: what is
    entered twice counts once.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="+", db_index=False)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="+", db_index=False)
    deal_id = models.UUIDField(null=True)
    allocation_id = models.UUIDField(null=True)
    effective_date = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    units = UnitsField()
    cost = MoneyField()
    cause = models.TextField(choices=EntryCause)
    key = models.TextField(unique=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "position_entries"
        constraints = [
            between("units", -UPPER_BOUND, UPPER_BOUND, name="position_entries_units_bounds"),
            between("cost", -UPPER_BOUND, UPPER_BOUND, name="position_entries_cost_bounds"),
            models.CheckConstraint(condition=~models.Q(units=0, cost=0), name="position_entries_move_something"),
            one_of("cause", EntryCause, name="position_entries_cause_known"),
            line("key", NAME, required=True, name="position_entries_key_is_line"),
            text("reason", REASON, name="position_entries_reason_is_text"),
            within_years("effective_date", name="position_entries_date_within_years"),
            *moments_within_years("position_entries", "recorded_at"),
        ]
        indexes = [
            models.Index(fields=["investor", "vehicle", "effective_date"], name="position_entries_of_position"),
            models.Index(fields=["vehicle", "effective_date"], name="position_entries_of_vehicle"),
            models.Index(
                fields=["allocation_id", "effective_date"],
                condition=models.Q(allocation_id__isnull=False),
                name="position_entries_of_allocation",
            ),
        ]
