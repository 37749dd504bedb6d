"""Addresses of accrued fees, for investors."""

from django.urls import path

from fees import views_events as views

app_name = "fee_events"
urlpatterns = [
    path("fees/", views.own_events, name="events"),
    path("fees/<uuid:event_id>/", views.own_event, name="event"),
]
