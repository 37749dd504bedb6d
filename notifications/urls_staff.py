"""Addresses of mails that could not be delivered."""

from django.urls import path

from notifications import views_staff as views

app_name = "notifications_staff"
urlpatterns = [
    path("jobs/mail/", views.mail, name="mail"),
    path("jobs/mail/<uuid:notice_id>/again/", views.mail_again, name="mail_again"),
]
