"""Addresses of invoices, for staff."""

from django.urls import path

from fees import views_staff as views

app_name = "fees_staff"
urlpatterns = [
    path("invoices/", views.invoices, name="invoices"),
    path("month-end/", views.month_end, name="month_end"),
    path("invoices/lines/", views.lines, name="lines"),
    path("invoices/ageing/", views.ageing, name="ageing"),
    path("invoices/runs/", views.runs, name="runs"),
    path("invoices/runs/<uuid:run_id>/", views.run, name="run"),
    path("invoices/runs/<uuid:run_id>/issue/", views.issue_run, name="issue_run"),
    path("invoices/runs/<uuid:run_id>/close/", views.close_run, name="close_run"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("invoices/statements/", views.statements, name="statements"),
    path(
        "invoices/statements/<uuid:investor_id>/<str:currency>/<int:year>/<int:month>/",
        views.statement_pdf,
        name="statement_pdf",
    ),
    path("invoices/<uuid:invoice_id>/derivation/", views.derivation, name="derivation"),
    path("invoices/<uuid:invoice_id>/hold/", views.hold, name="hold"),
    path("invoices/<uuid:invoice_id>/resume/", views.resume, name="resume"),
    path("invoices/<uuid:invoice_id>/issue/", views.issue, name="issue"),
    path("invoices/<uuid:invoice_id>/credit/", views.credit, name="credit"),
]
