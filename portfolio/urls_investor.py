"""Addresses of what an investor owns."""

from django.urls import path

from portfolio import views_investor as views

app_name = "portfolio"
urlpatterns = [
    path("portfolio/", views.positions, name="positions"),
]
