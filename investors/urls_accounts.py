"""Sign-in and passwords: only those of allauth's pages that we want. There is no sign-up."""

from allauth.account import views as account
from django.urls import path

from . import views_accounts as views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("form/", views.kept_form, name="kept_form"),
    path("logout/", account.logout, name="account_logout"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", views.AskPasswordReset.as_view(), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("known-browser/<str:token>/", views.known_browser, name="known_browser"),
    path("set-password/", views.set_password, name="set_password"),
    path("set-password/<str:token>/", views.set_password_link, name="set_password_link"),
]
