"""Addresses of an investor's deals and commitments; the deal room itself is the inventory's."""

from django.urls import path

from deals import views_investor as views

app_name = "deals"
urlpatterns = [
    path("deals/", views.deals, name="list"),
    path("invitations/<uuid:deal_id>/accept/", views.accept, name="accept"),
    path("commitments/", views.commitments, name="commitments"),
    path("commitments/<uuid:commitment_id>/", views.commitment, name="commitment"),
]
