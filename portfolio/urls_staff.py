"""Addresses of vehicles, for staff."""

from django.urls import path

from portfolio import views_staff as views

app_name = "portfolio_staff"
urlpatterns = [
    path("vehicles/", views.vehicles, name="vehicles"),
    path("vehicles/new/", views.vehicle_new, name="vehicle_new"),
    path("vehicles/<uuid:vehicle_id>/", views.vehicle, name="vehicle"),
    path("vehicles/<uuid:vehicle_id>/edit/", views.vehicle_edit, name="vehicle_edit"),
    path("vehicles/<uuid:vehicle_id>/valuations/new/", views.valuation_new, name="valuation_new"),
]
