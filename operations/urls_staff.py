"""Addresses of the desk's work: decisions and jobs."""

from django.urls import path

from operations import views_staff as views

app_name = "operations_staff"
urlpatterns = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<uuid:approval_id>/", views.approval, name="approval"),
    path("approvals/<uuid:approval_id>/approve/", views.approve, name="approve"),
    path("approvals/<uuid:approval_id>/reject/", views.reject, name="reject"),
    path("approvals/<uuid:approval_id>/ask/", views.ask, name="ask"),
    path("rules/", views.rules, name="rules"),
    path("rules/new/", views.rule_new, name="rule_new"),
    path("rules/<uuid:rule_id>/agree/", views.rule_agree, name="rule_agree"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/clock/", views.confirm_clock, name="confirm_clock"),
    path("jobs/mail/", views.mail, name="mail"),
    path("jobs/mail/<uuid:notice_id>/again/", views.mail_again, name="mail_again"),
]
