"""Addresses of the desk, under the name of the portal itself: ``staff:desk``."""

from django.urls import path

from desk import views_approvals, views_staff

app_name = "staff"
urlpatterns = [
    path("", views_staff.desk, name="desk"),
    path("approvals/", views_approvals.approvals, name="approvals"),
    path("approvals/<uuid:approval_id>/", views_approvals.approval, name="approval"),
    path("approvals/<uuid:approval_id>/approve/", views_approvals.approve, name="approve"),
    path("approvals/<uuid:approval_id>/reject/", views_approvals.reject, name="reject"),
    path("approvals/<uuid:approval_id>/ask/", views_approvals.ask, name="ask"),
    path("jobs/", views_staff.jobs, name="jobs"),
    path("jobs/clock/", views_staff.confirm_clock, name="confirm_clock"),
]
