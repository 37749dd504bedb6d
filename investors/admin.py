"""People and investors in the admin: to look at. They are kept on the staff pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lib.search import by_name
from ui.readonly_admin import ReadOnlyAdmin

from .models import Investor, Profile


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "email", "role", "title", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("display_name", "email")
    ordering = (*by_name("display_name"), "email")
    fields = (
        "id", "display_name", "email", "role", "title", "is_active", "last_login",
        "language", "time_zone", "created_at",
    )  # fmt: skip


@admin.register(Investor)
class InvestorAdmin(ReadOnlyAdmin):
    list_display = ("legal_name", "type", "country", "kyc_status", "rm", "people")
    list_filter = ("kyc_status", "type")
    list_select_related = ("rm",)
    search_fields = ("legal_name",)
    ordering = by_name("legal_name")
    fields = (
        "id", "legal_name", "type", "country", "rm", "kyc_status", "kyc_reason", "kyc_changed_at",
        "people", "created_at",
    )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("links__user")

    @admin.display(description=_("acts for it"))
    def people(self, investor):
        return ", ".join(str(link.user) for link in investor.links.all())
