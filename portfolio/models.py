"""What investors own, and of which vehicles."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from investors.models import Investor
from lib.fields import (
    PRICE_BOUND,
    UPPER_BOUND,
    MoneyField,
    PriceField,
    RandomUUID,
    UnitsField,
    between,
    currency_code,
    line,
    moments_within_years,
    one_of,
    within_years,
)
from lib.text import NAME

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


class Valuation(models.Model):
    """The value of a vehicle on one day, in the vehicle's currency."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="valuations")
    as_of_date = models.DateField()
    nav_total = MoneyField(null=True)
    nav_per_unit = PriceField(null=True)

    class Meta:
        db_table = "valuations"
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "as_of_date"], name="valuations_once_a_day"),
            within_years("as_of_date", name="valuations_date_within_years"),
            between("nav_total", -UPPER_BOUND, UPPER_BOUND, name="valuations_total_bounds"),
            between("nav_per_unit", -UPPER_BOUND, UPPER_BOUND, name="valuations_per_unit_bounds"),
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
