"""Addresses of an investor's papers."""

from django.urls import path

from documents import views_investor as views

app_name = "documents"
urlpatterns = [
    path("documents/", views.documents, name="list"),
]
