"""Deals and what hangs on them in the admin: to look at, and to open. They are kept on the staff pages."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals import services
from deals.models import Deal, DealCommitment, FeeComponent, FeePlan, InvestorTerms, InviteLink, TermSheet
from lib.db import Refused
from lib.search import by_name
from ui.readonly_admin import ReadOnlyAdmin


@admin.register(Deal)
class DealAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "code",
        "status",
        "deal_type",
        "currency",
        "offer_unit_price",
        "close_at",
        "vehicle",
    )
    list_filter = ("status", "deal_type", "currency")
    list_select_related = ("vehicle",)
    search_fields = ("name", "code")
    ordering = by_name("name")
    actions = ("open_deals",)
    fields = (
        "id", "name", "code", "status", "deal_type", "vehicle", "currency", "offer_unit_price", "open_at",
        "close_at", "hold_minutes", "decision_days", "max_holds", "lot_size", "terms_schema", "summary", "description",
        "created_by", "created_at", "ended_at", "end_reason",
    )  # fmt: skip

    def view_on_site(self, deal):
        return reverse("deals_staff:detail", args=[deal.code])

    @admin.action(description=gettext_lazy("Open selected"), permissions=["view"])
    def open_deals(self, request, chosen):
        """One by one, through the same service as the staff page: the checklist decides."""
        for deal in chosen:
            try:
                services.open_deal(acting_user=request.user, deal_id=deal.pk)
            except Refused as refusal:
                said = {"deal": deal, "why": refusal.sentence}
                self.message_user(request, _("%(deal)s: %(why)s") % said, messages.ERROR)
            else:
                self.message_user(request, _("%(deal)s is open.") % {"deal": deal}, messages.SUCCESS)


@admin.register(FeePlan)
class FeePlanAdmin(ReadOnlyAdmin):
    list_display = ("name", "deal", "is_default", "created_at")
    list_filter = ("is_default",)
    list_select_related = ("deal",)
    search_fields = ("name", "deal__name", "deal__code")
    ordering = (*by_name("deal__name"), *by_name("name"))


@admin.register(FeeComponent)
class FeeComponentAdmin(ReadOnlyAdmin):
    list_display = (
        "kind",
        "fee_plan",
        "calc_method",
        "rate_bps",
        "flat_amount",
        "frequency",
        "hurdle_rate_bps",
    )
    list_filter = ("kind", "calc_method", "frequency")
    list_select_related = ("fee_plan",)
    search_fields = ("fee_plan__name",)
    ordering = (*by_name("fee_plan__name"), "kind")


@admin.register(DealCommitment)
class DealCommitmentAdmin(ReadOnlyAdmin):
    list_display = ("investor", "deal", "status", "requested_units", "unit_price", "created_at", "decide_by")
    list_filter = ("status",)
    list_select_related = ("investor", "deal")
    search_fields = ("investor__legal_name", "deal__name", "deal__code")
    ordering = ("-created_at",)


@admin.register(InvestorTerms)
class InvestorTermsAdmin(ReadOnlyAdmin):
    list_display = ("investor", "deal", "selected_fee_plan", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("investor", "deal", "selected_fee_plan")
    search_fields = ("investor__legal_name", "deal__name")
    ordering = ("-created_at",)


@admin.register(TermSheet)
class TermSheetAdmin(ReadOnlyAdmin):
    list_display = ("investor", "deal", "version", "status", "price_per_unit", "currency", "valid_until")
    list_filter = ("status", "currency")
    list_select_related = ("investor", "deal")
    search_fields = ("investor__legal_name", "deal__name")
    ordering = ("-created_at",)


@admin.register(InviteLink)
class InviteLinkAdmin(ReadOnlyAdmin):
    list_display = (
        "deal",
        "role",
        "email",
        "used_count",
        "max_uses",
        "expires_at",
        "revoked_at",
        "created_by",
    )
    list_filter = ("role",)
    list_select_related = ("deal", "created_by")
    search_fields = ("deal__name", "deal__code", "email")
    ordering = ("-created_at",)
    fields = (
        "id", "deal", "role", "email", "used_count", "max_uses", "expires_at", "revoked_at", "created_by",
        "created_at",
    )  # fmt: skip
