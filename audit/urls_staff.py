"""Pages by which staff read the audit log and check it."""

from django.urls import path

from . import views_staff as views

app_name = "audit_staff"
urlpatterns = [
    path("audit/", views.log, name="log"),
    path("audit/verify/", views.verify, name="verify"),
    path("audit/export/", views.export, name="export"),
    path("audit/<int:entry_id>/", views.entry, name="entry"),
]
