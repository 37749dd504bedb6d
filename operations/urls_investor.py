"""Addresses of what people are told."""

from django.urls import path

from operations import views_investor as views

app_name = "operations"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
]
