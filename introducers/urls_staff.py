"""Addresses of introducers, for staff."""

from django.urls import path

from introducers import views_staff as views

app_name = "introducers_staff"
urlpatterns = [
    path("introducers/", views.introducers, name="introducers"),
    path("introducers/new/", views.introducer_new, name="introducer_new"),
    path("introducers/commissions/", views.commissions, name="commissions"),
    path("introducers/commissions/<uuid:commission_id>/", views.commission, name="commission"),
    path("introducers/commissions/<uuid:commission_id>/cancel/", views.commission_cancel, name="commission_cancel"),
    path("introducers/introductions/<uuid:introduction_id>/", views.introduction, name="introduction"),
    path("introducers/introductions/<uuid:introduction_id>/link/", views.introduction_link, name="introduction_link"),
    path("introducers/introductions/<uuid:introduction_id>/lose/", views.introduction_lose, name="introduction_lose"),
    path("introducers/alerts/<uuid:alert_id>/settle/", views.alert_settle, name="alert_settle"),
    path("introducers/terms/<uuid:agreement_id>/end/", views.agreement_end, name="agreement_end"),
    path("introducers/invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("introducers/invoices/<uuid:invoice_id>/pay/", views.payout_new, name="payout_new"),
    path("introducers/invoices/<uuid:invoice_id>/match/", views.payout_match, name="payout_match"),
    path("introducers/payouts/<uuid:payout_id>/reverse/", views.payout_reverse, name="payout_reverse"),
    path("introducers/<uuid:introducer_id>/", views.introducer, name="introducer"),
    path("introducers/<uuid:introducer_id>/edit/", views.introducer_edit, name="introducer_edit"),
    path("introducers/<uuid:introducer_id>/agreement/", views.agreement_new, name="agreement_new"),
    path("introducers/<uuid:introducer_id>/terms/", views.deal_terms_new, name="deal_terms_new"),
    path("introducers/<uuid:introducer_id>/introductions/", views.introductions, name="introductions"),
    path("introducers/<uuid:introducer_id>/introductions/new/", views.introduction_new, name="introduction_new"),
    path("introducers/<uuid:introducer_id>/invoice/", views.invoice_issue, name="invoice_issue"),
]
