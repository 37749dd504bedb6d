"""Addresses of lots, sources and the book, for staff."""

from django.urls import path

from inventory import views_staff as views

app_name = "inventory_staff"
_LOT = "deals/<slug:code>/lots/<uuid:lot_id>/"
_HOLD = "deals/<slug:code>/book/<uuid:reservation_id>/"
urlpatterns = [
    path("deals/<slug:code>/lots/", views.lots, name="lots"),
    path("deals/<slug:code>/lots/add/", views.lot_add, name="lot_add"),
    path(_LOT, views.lot_edit, name="lot_edit"),
    path(f"{_LOT}block/", views.lot_block, name="lot_block"),
    path(f"{_LOT}unblock/", views.lot_unblock, name="lot_unblock"),
    path("deals/<slug:code>/book/", views.book, name="book"),
    path("deals/<slug:code>/book/reserve/", views.reserve, name="reserve"),
    path(_HOLD, views.hold, name="hold"),
    path(f"{_HOLD}release/", views.release, name="release"),
    path(f"{_HOLD}commit/", views.commit, name="commit"),
    path("deals/<slug:code>/allocations/", views.allocations, name="allocations"),
    path("deals/<slug:code>/exits/", views.exits, name="exits"),
    path("deals/<slug:code>/exits/new/", views.exit_new, name="exit_new"),
    path("deals/<slug:code>/exits/<uuid:exit_id>/", views.deal_exit, name="exit"),
    path("sources/", views.sources, name="sources"),
    path("sources/new/", views.source_new, name="source_new"),
    path("sources/<uuid:source_id>/", views.source, name="source"),
]
