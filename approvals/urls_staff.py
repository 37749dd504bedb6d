"""Addresses of what two administrators change: rules of approval, receiving accounts."""

from django.urls import path

from approvals import views_staff as views

app_name = "approvals_staff"
urlpatterns = [
    path("approvals/rules/", views.rules, name="rules"),
    path("approvals/rules/new/", views.rule_new, name="rule_new"),
    path("approvals/rules/<uuid:rule_id>/agree/", views.rule_agree, name="rule_agree"),
    path("house/accounts/", views.accounts, name="accounts"),
    path("house/accounts/new/", views.account_new, name="account_new"),
    path("house/accounts/<uuid:receiving_id>/agree/", views.account_agree, name="account_agree"),
    path("house/accounts/<uuid:receiving_id>/end/", views.account_end, name="account_end"),
]
