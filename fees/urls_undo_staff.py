"""The addresses at which staff propose to undo an allocation, and take that back."""

from django.urls import path

from fees import views_undo as views

app_name = "undo_staff"
urlpatterns = [
    path("deals/<slug:code>/allocations/<uuid:allocation_id>/undo/", views.undo, name="undo"),
    path("deals/<slug:code>/allocations/<uuid:allocation_id>/undo/withdraw/", views.withdraw, name="withdraw"),
]
