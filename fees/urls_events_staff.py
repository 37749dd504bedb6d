"""Addresses of accrued fees, for staff."""

from django.urls import path

from fees import views_events as views

app_name = "fee_events_staff"
urlpatterns = [
    path("fees/", views.events, name="events"),
    path("fees/accrue/", views.accrue, name="accrue"),
    path("fees/<uuid:event_id>/", views.event, name="event"),
    path("fees/<uuid:event_id>/void/", views.void, name="void"),
    path("fees/<uuid:event_id>/adjust/", views.adjust, name="adjust"),
]
