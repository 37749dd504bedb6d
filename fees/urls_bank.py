"""Addresses of the bank, of reconciling and of payments, for staff."""

from django.urls import path

from fees import views_bank as bank
from fees import views_reconcile as reconciling

app_name = "bank_staff"
urlpatterns = [
    path("bank/", bank.accounts, name="accounts"),
    path("bank/import/", bank.upload, name="import"),
    path("bank/import/<uuid:upload_id>/", bank.check, name="check"),
    path("bank/accounts/<uuid:bank_id>/", bank.account, name="account"),
    path("bank/statements/<uuid:statement_id>/", bank.statement, name="statement"),
    path("bank/reconcile/", reconciling.reconcile, name="reconcile"),
    path("bank/reconcile/undo/", reconciling.undo, name="undo"),
    path("bank/reconcile/<uuid:line_id>/", reconciling.line, name="line"),
    path("bank/reconcile/<uuid:line_id>/left/", reconciling.left, name="left"),
    path("bank/reconcile/<uuid:line_id>/returned/", reconciling.returned, name="returned"),
    path("bank/reconcile/<uuid:line_id>/charges/", reconciling.charges, name="charges"),
    path("bank/matches/<uuid:match_id>/take-back/", reconciling.take_back, name="take_back"),
    path("payments/", reconciling.payments, name="payments"),
    path("payments/<uuid:payment_id>/", reconciling.payment, name="payment"),
    path("payments/<uuid:payment_id>/take-back/", reconciling.payment_back, name="payment_back"),
    path("invoices/<uuid:invoice_id>/apply-credit/", reconciling.apply_credit, name="apply_credit"),
]
