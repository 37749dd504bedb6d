"""Addresses of invoices, for staff."""

from django.urls import path

from fees import views_staff as views

app_name = "fees_staff"
urlpatterns = [
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/ageing/", views.ageing, name="ageing"),
    path("invoices/runs/", views.runs, name="runs"),
    path("invoices/runs/<uuid:run_id>/", views.run, name="run"),
    path("invoices/runs/<uuid:run_id>/issue/", views.issue_run, name="issue_run"),
    path("invoices/runs/<uuid:run_id>/close/", views.close_run, name="close_run"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("invoices/<uuid:invoice_id>/issue/", views.issue, name="issue"),
    path("invoices/<uuid:invoice_id>/credit/", views.credit, name="credit"),
]
