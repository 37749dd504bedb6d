"""Addresses of an investor's invoices."""

from django.urls import path

from fees import views_investor as views

app_name = "fees"
urlpatterns = [
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("invoices/<uuid:invoice_id>/derivation/", views.derivation, name="derivation"),
    path("invoices/statement/", views.statement, name="statement"),
    path("invoices/statement/<uuid:investor_id>/<str:currency>/", views.statement_pdf, name="statement_pdf"),
]
