"""Vehicles and what investors own in the admin: to look at."""

from django.contrib import admin
from django.urls import reverse

from lib.search import by_name
from portfolio.models import Position, Subscription, Valuation, Vehicle
from ui.readonly_admin import ReadOnlyAdmin


@admin.register(Vehicle)
class VehicleAdmin(ReadOnlyAdmin):
    list_display = ("name", "type", "domicile", "currency", "created_at")
    list_filter = ("type", "currency")
    search_fields = ("name", "domicile")
    ordering = by_name("name")

    def view_on_site(self, vehicle):
        return reverse("portfolio_staff:vehicle", args=[vehicle.pk])


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ("investor", "vehicle", "units", "cost_basis", "last_nav", "as_of_date")
    list_filter = ("vehicle",)
    list_select_related = ("investor", "vehicle")
    search_fields = ("investor__legal_name", "vehicle__name")
    ordering = (*by_name("investor__legal_name"), *by_name("vehicle__name"))


@admin.register(Valuation)
class ValuationAdmin(ReadOnlyAdmin):
    list_display = ("vehicle", "as_of_date", "nav_total", "nav_per_unit")
    list_select_related = ("vehicle",)
    search_fields = ("vehicle__name",)
    ordering = ("-as_of_date", *by_name("vehicle__name"))


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("investor", "vehicle", "commitment", "currency", "status", "created_at")
    list_filter = ("status", "currency")
    list_select_related = ("investor", "vehicle")
    search_fields = ("investor__legal_name", "vehicle__name")
    ordering = ("-created_at",)
