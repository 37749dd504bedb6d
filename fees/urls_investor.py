"""Addresses of an investor's invoices."""

from django.urls import path

from fees import views_investor as views

app_name = "fees"
urlpatterns = [
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("invoices/statement/", views.statement, name="statement"),
]
