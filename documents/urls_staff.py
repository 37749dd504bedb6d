"""Addresses of the papers, for staff."""

from django.urls import path

from documents import views_staff as views

app_name = "documents_staff"
urlpatterns = [
    path("documents/", views.documents, name="list"),
    path("documents/<uuid:document_id>/", views.open_document, name="open"),
    path("documents/file/<str:link>/", views.file, name="file"),
]
