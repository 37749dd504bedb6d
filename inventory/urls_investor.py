"""Addresses of the deal room and of holds."""

from django.urls import path

from inventory import views_investor as views

app_name = "inventory"
urlpatterns = [
    path("deals/<slug:code>/", views.room, name="room"),
    path("deals/<slug:code>/stock/", views.room_stock, name="room_stock"),
    path("deals/<slug:code>/cost/", views.room_cost, name="room_cost"),
    path("deals/<slug:code>/reserve/", views.reserve, name="reserve"),
    path("reservations/", views.reservations, name="reservations"),
    path("reservations/<uuid:reservation_id>/release/", views.release, name="release"),
    path("reservations/<uuid:reservation_id>/commit/", views.commit, name="commit"),
    path("commitments/<uuid:commitment_id>/withdraw/", views.withdraw, name="withdraw"),
    path("commitments/<uuid:commitment_id>/reduce/", views.reduce, name="reduce"),
    path("commitments/<uuid:commitment_id>/answer/", views.answer, name="answer"),
]
