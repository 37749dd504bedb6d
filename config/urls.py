"""All addresses. Only this module imports views of several apps."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.account.views import logout as account_logout
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.generic import RedirectView

from deals.views_investor import dashboard
from desk import health, views

# Not used here: rights follow from the role, and a profile has one e-mail, its own.
admin.site.unregister([Group, EmailAddress])
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.front_door(dashboard), name="home"),
    path("", include("deals.urls_investor")),
    path("", include("inventory.urls_investor")),
    path("", include("portfolio.urls_investor")),
    path("", include("fees.urls_events_investor")),
    path("", include("fees.urls_investor")),
    path("", include("introducers.urls_investor")),
    path("", include("documents.urls_investor")),
    path("", include("notifications.urls_investor")),
    path("", include("investors.urls_investor")),
    path("staff/", include("desk.urls_staff")),
    path("staff/", include("approvals.urls_staff")),
    path("staff/", include("notifications.urls_staff")),
    path("", include("deals.urls_invite")),
    path("staff/", include("deals.urls_staff")),
    path("staff/", include("ledger.urls_staff")),
    path("staff/", include("portfolio.urls_staff")),
    path("staff/", include("inventory.urls_staff")),
    path("staff/", include("fees.urls_events_staff")),
    path("staff/", include("fees.urls_undo_staff")),
    path("staff/", include("investors.urls_staff")),
    path("staff/", include("fees.urls_staff")),
    path("staff/", include("fees.urls_settling")),
    path("staff/", include("fees.urls_bank")),
    path("staff/", include("introducers.urls_staff")),
    path("staff/", include("house.urls_staff")),
    path("staff/", include("documents.urls_staff")),
    path("staff/", include("audit.urls_staff")),
    path("accounts/", include("investors.urls_accounts")),
    path("theme/", views.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # One way to sign in, to sign out and to a new password, also for the admin.
    path("admin/logout/", account_logout),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
]
handler400 = "desk.views.bad_request"
handler403 = "desk.views.forbidden"
handler404 = "desk.views.not_found"
handler500 = "desk.views.server_error"

admin.site.site_header = "VERSO"
admin.site.site_title = "VERSO"
admin.site.site_url = settings.SITE_URL
