"""Lots, holds and allocations in the admin: to look at, and to release. They are kept on the staff pages."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory import services
from inventory.models import Allocation, Reservation, ShareLot, ShareSource
from lib.db import NotLive, Refused
from lib.search import by_name
from ui.readonly_admin import ReadOnlyAdmin


@admin.register(ShareSource)
class ShareSourceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind")
    list_filter = ("kind",)
    search_fields = ("counterparty_name", "notes")
    ordering = by_name("counterparty_name")


@admin.register(ShareLot)
class ShareLotAdmin(ReadOnlyAdmin):
    list_display = (
        "deal",
        "acquired_at",
        "source",
        "units_total",
        "units_remaining",
        "unit_cost",
        "currency",
        "status",
    )
    list_filter = ("status", "currency")
    list_select_related = ("deal", "source")
    search_fields = ("deal__name", "deal__code", "source__counterparty_name")
    ordering = (*by_name("deal__name"), "acquired_at")


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = (
        "investor", "deal", "status", "requested_units", "proposed_unit_price", "expires_at", "created_by",
        "created_at",
    )  # fmt: skip
    list_filter = ("status",)
    list_select_related = ("investor", "deal", "created_by")
    search_fields = ("investor__legal_name", "deal__name", "deal__code")
    ordering = ("-created_at",)
    actions = ("release",)

    @admin.action(description=gettext_lazy("Release selected"), permissions=["view"])
    def release(self, request, chosen):
        """One by one, through the same service as the staff page."""
        for hold in chosen:
            try:
                services.cancel_hold(acting_user=request.user, reservation_id=hold.pk)
            except NotLive:
                said = {"investor": hold.investor}
                why = _("%(investor)s: these units are allocated or awaiting approval, so the hold can’t be released.")
                self.message_user(request, why % said, messages.ERROR)
            except Refused as refusal:
                said = {"investor": hold.investor, "why": refusal.sentence}
                self.message_user(request, _("%(investor)s: %(why)s") % said, messages.ERROR)
            else:
                said = {"investor": hold.investor}
                self.message_user(request, _("%(investor)s: the units were released.") % said, messages.SUCCESS)


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("investor", "deal", "status", "units", "unit_price", "approved_by", "approved_at")
    list_filter = ("status",)
    list_select_related = ("investor", "deal", "approved_by")
    search_fields = ("investor__legal_name", "deal__name", "deal__code")
    ordering = ("-created_at",)
