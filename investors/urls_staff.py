"""Pages by which staff work with people and investors."""

from django.urls import path

from . import views_staff as views

app_name = "investors_staff"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/edit/", views.person_edit, name="person_edit"),
    path("people/<uuid:pk>/access/", views.person_access, name="person_access"),
    path("people/<uuid:pk>/password-link/", views.password_link, name="password_link"),
    path("investors/", views.investors, name="investors"),
    path("investors/new/", views.investor_new, name="investor_new"),
    path("investors/<uuid:pk>/", views.investor, name="investor"),
    path("investors/<uuid:pk>/edit/", views.investor_edit, name="investor_edit"),
    path("investors/<uuid:pk>/kyc/", views.investor_kyc, name="investor_kyc"),
    path("investors/<uuid:pk>/billing/", views.investor_billing, name="investor_billing"),
    path("investors/<uuid:pk>/billing/new/", views.billing_new, name="billing_new"),
    path("investors/<uuid:pk>/people/new/", views.investor_link, name="investor_link"),
    path("investors/<uuid:pk>/people/<uuid:person>/remove/", views.investor_unlink, name="investor_unlink"),
]
