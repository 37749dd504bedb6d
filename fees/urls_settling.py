"""Addresses of write-offs and refunds, for staff."""

from django.urls import path

from fees import views_settling as views

app_name = "settling_staff"
urlpatterns = [
    path("invoices/<uuid:invoice_id>/write-off/", views.propose, name="write_off"),
    path("invoices/<uuid:invoice_id>/bank-charges/<uuid:line_id>/", views.bank_charges, name="bank_charges"),
    path("write-offs/", views.write_offs, name="write_offs"),
    path("write-offs/<uuid:write_off_id>/withdraw/", views.withdraw, name="withdraw"),
    path("write-offs/<uuid:write_off_id>/reverse/", views.reverse_one, name="reverse"),
    path("refunds/", views.refunds_sent, name="refunds"),
    path("refunds/credit/", views.credits, name="credits"),
    path("refunds/files/", views.files, name="files"),
    path("refunds/files/new/", views.export, name="export"),
    path("refunds/files/<uuid:batch_id>/write/", views.write_file, name="write_file"),
    path("refunds/paid-by/<uuid:line_id>/", views.refunds_paid, name="refunds_paid"),
    path("refunds/new/<uuid:investor_id>/", views.refund_new, name="refund_new"),
    path("refunds/<uuid:refund_id>/", views.refund, name="refund"),
    path("refunds/<uuid:refund_id>/cancel/", views.refund_cancel, name="refund_cancel"),
]
