"""Addresses of what people are told."""

from django.urls import path

from notifications import views_investor as views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
]
