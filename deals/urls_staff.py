"""Addresses of deals, for staff."""

from django.urls import path

from deals import views_staff as views

app_name = "deals_staff"
_PLAN = "deals/<slug:code>/fees/<uuid:plan_id>/"
urlpatterns = [
    path("deals/", views.deals, name="list"),
    path("deals/new/", views.new, name="new"),
    path("deals/<slug:code>/", views.detail, name="detail"),
    path("deals/<slug:code>/edit/", views.edit, name="edit"),
    path("deals/<slug:code>/open/", views.open_deal, name="open"),
    path("deals/<slug:code>/stop/", views.start_allocation, name="start_allocation"),
    path("deals/<slug:code>/close/", views.close, name="close"),
    path("deals/<slug:code>/cancel/", views.cancel, name="cancel"),
    path("deals/<slug:code>/members/", views.members, name="members"),
    path("deals/<slug:code>/members/add/", views.member_pick, name="member_pick"),
    path("deals/<slug:code>/members/add/<uuid:profile_id>/", views.member_add, name="member_add"),
    path("deals/<slug:code>/members/<uuid:profile_id>/remove/", views.member_remove, name="member_remove"),
    path("deals/<slug:code>/members/fees/<uuid:investor_id>/", views.negotiated, name="negotiated"),
    path("deals/<slug:code>/invites/new/", views.invite_new, name="invite_new"),
    path("deals/<slug:code>/invites/<uuid:invite_id>/revoke/", views.invite_revoke, name="invite_revoke"),
    path("deals/<slug:code>/fees/", views.fee_plans, name="fee_plans"),
    path("deals/<slug:code>/fees/new/", views.plan_new, name="plan_new"),
    path(_PLAN, views.plan_edit, name="plan_edit"),
    path(f"{_PLAN}default/", views.plan_default, name="plan_default"),
    path(f"{_PLAN}version/", views.plan_version, name="plan_version"),
    path(f"{_PLAN}propose/", views.plan_propose, name="plan_propose"),
    path(f"{_PLAN}fee/", views.component_new, name="component_new"),
    path(f"{_PLAN}fee/<uuid:component_id>/", views.component_edit, name="component_edit"),
    path(f"{_PLAN}fee/<uuid:component_id>/remove/", views.component_remove, name="component_remove"),
    path("deals/<slug:code>/commitments/", views.commitments, name="commitments"),
    path("deals/<slug:code>/documents/", views.documents, name="documents"),
    path("deals/<slug:code>/activity/", views.activity, name="activity"),
]
