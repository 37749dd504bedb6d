"""The page of one's own profile."""

from django.urls import path

from . import views_investor as views

urlpatterns = [path("profile/", views.profile, name="profile")]
