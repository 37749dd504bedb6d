"""Addresses of the rules of approval."""

from django.urls import path

from approvals import views_staff as views

app_name = "approvals_staff"
urlpatterns = [
    path("approvals/rules/", views.rules, name="rules"),
    path("approvals/rules/new/", views.rule_new, name="rule_new"),
    path("approvals/rules/<uuid:rule_id>/agree/", views.rule_agree, name="rule_agree"),
]
