"""Decisions in the admin, through the same service as the queue; rules for administrators."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import OuterRef, Subquery
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals import services
from approvals.forms import ReasonForm, RuleForm
from approvals.models import Approval, ApprovalAction, ApprovalRule, SlaRule
from investors.models import Investor
from lib.db import Refused
from ui import figures
from ui.editing import status_of
from ui.readonly_admin import HouseAdmin, ReadOnlyAdmin


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = (
        "investor", "kind", "asked", "priority", "status", "people", "requested_by", "due",
        "decided_by",
    )  # fmt: skip
    list_filter = ("status", "priority", "entity_type", "currency")
    list_select_related = ("requested_by", "decided_by")
    search_fields = ("entity_id", "amount")
    ordering = ("sla_breach_at",)
    actions = ("approve", "reject")
    fields = (
        "id", "investor", "kind", "entity_id", "amount", "currency", "priority", "status", "people",
        "requested_by", "request_note", "created_at", "sla_started_at", "sla_breach_at", "sla_paused_at",
        "decided_by", "decided_at", "notes", "content_hash",
    )  # fmt: skip

    def get_queryset(self, request):
        name = Investor.objects.filter(pk=OuterRef("investor_id")).values("legal_name")
        return super().get_queryset(request).annotate(investor_name=Subquery(name[:1]))

    @admin.display(description=gettext_lazy("investor"), ordering="investor_name")
    def investor(self, approval):
        return approval.investor_name or "–"

    @admin.display(description=gettext_lazy("about"), ordering="entity_type")
    def kind(self, approval):
        return approval.kind

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def asked(self, approval):
        return figures.money(approval.amount, approval.currency) if approval.amount is not None else "–"

    @admin.display(description=gettext_lazy("due"), ordering="sla_breach_at")
    def due(self, approval):
        return figures.stamp(approval.sla_breach_at)

    @admin.display(description=gettext_lazy("person"))
    def people(self, approval):
        return _("%(n)s of %(all)s") % {"n": approval.step, "all": approval.steps_needed}

    @admin.action(description=gettext_lazy("Approve selected"), permissions=["view"])
    def approve(self, request, chosen):
        """Asks once, naming what is selected, then approves one by one."""
        if "apply" in request.POST:
            self._decide(request, chosen, ApprovalAction.APPROVE)
            return None
        return self._ask(request, chosen, "approve", _("Approve?"), form=None)

    @admin.action(description=gettext_lazy("Reject selected"), permissions=["view"])
    def reject(self, request, chosen):
        """Asks for the reason, then rejects one by one."""
        form = ReasonForm(request.POST if "apply" in request.POST else None)
        if form.is_valid():
            self._decide(request, chosen, ApprovalAction.REJECT, reason=form.cleaned_data["reason"])
            return None
        return self._ask(request, chosen, "reject", _("Reject?"), form=form)

    def _ask(self, request, chosen, action, title, form):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "chosen": chosen,
            "action": action,
            "form": form,
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/approvals/decide.html", context)

    def _decide(self, request, chosen, action, reason=""):
        """Each decision stands for itself: one that is refused says why and stops none of the others."""
        decided = 0
        for approval in chosen:
            try:
                services.decide(
                    acting_user=request.user,
                    approval_id=approval.pk,
                    action=action,
                    reason=reason,
                    content_hash=approval.content_hash,
                )
            except Refused as refusal:
                messages.error(request, f"{self.investor(approval)}: {refusal.sentence}")
            else:
                decided += 1
        if decided:
            said = ngettext("One decision is recorded.", "%(n)s decisions are recorded.", decided)
            messages.success(request, said % {"n": decided})


class RuleAdmin(HouseAdmin):
    """Settings that administrators change; nothing is deleted."""

    form = RuleForm

    def has_delete_permission(self, request, obj=None):
        return False

    def render_change_form(self, request, context, *args, **kwargs):
        page = super().render_change_form(request, context, *args, **kwargs)
        if context["adminform"].form.refusal:
            page.status_code = status_of(context["adminform"].form)
        return page


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(ReadOnlyAdmin):
    """Changed on the staff page of rules, by two administrators."""

    list_display = (
        "currency", "critical_above", "high_above", "normal_above", "two_approvers_above",
        "two_approvers_first_above", "ops_limit", "relaxes", "lasts_until", "in_force_from", "proposed_by", "agreed_by",
    )  # fmt: skip
    list_select_related = ("proposed_by", "agreed_by")


@admin.register(SlaRule)
class SlaRuleAdmin(RuleAdmin):
    list_display = ("priority", "hours")
