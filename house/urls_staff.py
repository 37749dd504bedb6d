"""Addresses of the firm's details and settings."""

from django.urls import path

from house import views_staff as views

app_name = "house_staff"
urlpatterns = [
    path("house/", views.firm, name="firm"),
    path("house/details/new/", views.identity_new, name="identity_new"),
    path("settings/", views.settings, name="settings"),
]
