"""Addresses of the ledger, for staff."""

from django.urls import path

from ledger import views_staff as views

app_name = "ledger_staff"
urlpatterns = [
    path("ledger/", views.trial_balance, name="trial_balance"),
    path("ledger/accounts/", views.accounts, name="accounts"),
    path("ledger/accounts/<uuid:account_id>/", views.account, name="account"),
    path("ledger/months/", views.periods, name="periods"),
    path("ledger/months/close/", views.close, name="close"),
]
