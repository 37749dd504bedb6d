"""Addresses of an investor's papers."""

from django.urls import path

from documents import views_investor as views

app_name = "documents"
urlpatterns = [
    path("documents/", views.documents, name="list"),
    path("documents/<uuid:document_id>/", views.open_document, name="open"),
    path("documents/file/<str:link>/", views.file, name="file"),
]
