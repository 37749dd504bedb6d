"""Addresses of the papers, for staff."""

from django.urls import path

from documents import views_staff as views

app_name = "documents_staff"
urlpatterns = [
    path("documents/", views.documents, name="list"),
]
