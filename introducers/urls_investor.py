"""Addresses of an introducer's own portal."""

from django.urls import path

from introducers import views_investor as views

app_name = "introducers"
urlpatterns = [
    path("introductions/", views.home, name="home"),
    path("introductions/commissions/", views.commissions, name="commissions"),
    path("introductions/commissions/<uuid:commission_id>/", views.commission, name="commission"),
    path("introductions/invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
]
