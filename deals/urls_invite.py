"""Addresses of invite links, for whoever was given one."""

from django.urls import path

from deals import views_invite as views

app_name = "deals_invite"
urlpatterns = [
    path("invite/<str:token>/", views.open_invite, name="open"),
    path("invite/", views.accept, name="accept"),
]
