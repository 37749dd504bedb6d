"""The address of the desk, under the name of the portal itself: ``staff:desk``."""

from django.urls import path

from operations import views_staff as views

app_name = "staff"
urlpatterns = [path("", views.desk, name="desk")]
