"""Questions about decisions and their rules. Reads only.

Row level security decides whose rows there are.
"""

from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from approvals import db
from approvals.models import PROPOSALS_WAIT, Approval, ApprovalRule, ApprovalStatus
from house.models import ReceivingAccount
from house.selectors import receiving_accounts


def approval_of(approval_id: UUID) -> Approval | None:
    """One approval; None where it is not there, or the acting person may not see it."""
    return Approval.objects.select_related("requested_by", "decided_by").filter(pk=approval_id).first()


def newest_approval(entity_type: str, entity_id: UUID) -> Approval | None:
    """The last question asked about a thing."""
    return (
        Approval.objects.filter(entity_type=entity_type, entity_id=entity_id).order_by("-created_at", "-step").first()
    )


def why_not_decide(approval_id: UUID) -> str | None:
    """One word why the acting person may not decide this now; None when they may. See services.WHY_NOT."""
    return db.why_not_decide(approval_id)


def approval_counts(approval_id: UUID) -> dict:
    """What counts for the acting person who decides this (``counted``), and how many ``people`` it then takes."""
    return db.approval_counts(approval_id)


def trail_of(approval: Approval) -> list[dict]:
    """Every question and decision about the same thing, oldest first."""
    return db.trail_of(approval.entity_type, approval.entity_id)


def approvals_waiting() -> dict:
    """``waiting`` and ``late`` counts, and when the clock that ends first began and ends."""
    return db.approvals_waiting()


def approval_rule(currency: str | None) -> ApprovalRule | None:
    """The rule in force of a currency, or the one for all others. Amounts are in that currency."""
    rules = {rule.currency: rule for rule in rules_in_force()}
    return rules.get(currency) or rules.get("*")


def rules_in_force() -> QuerySet[ApprovalRule]:
    """The one rule that counts now for each currency, as app.approval_rule finds it."""
    lasting = Q(lasts_until=None) | Q(lasts_until__gt=Now())
    rules = ApprovalRule.objects.filter(lasting, in_force_from__isnull=False).select_related("proposed_by", "agreed_by")
    return rules.order_by("currency", "-in_force_from", "pk").distinct("currency")


def rules_proposed() -> list[ApprovalRule]:
    """The rules that wait for a second administrator, the newest first; ``may_be_agreed_to`` by the acting one."""
    waiting = ApprovalRule.objects.filter(in_force_from=None, proposed_at__gt=Now() - PROPOSALS_WAIT)
    lasting = Q(lasts_until=None) | Q(lasts_until__gt=Now())
    found = waiting.filter(lasting).select_related("proposed_by").order_by("-proposed_at", "pk")
    mine = db.rules_to_agree_to()
    rules = list(found)
    for rule in rules:
        rule.may_be_agreed_to = rule.pk in mine
    return rules


def accounts_proposed() -> list[ReceivingAccount]:
    """The accounts that wait for a second administrator, newest first; ``may_be_agreed_to`` by the acting one."""
    waiting = receiving_accounts().filter(active_from=None, proposed_at__gt=Now() - PROPOSALS_WAIT)
    mine = db.accounts_to_agree_to()
    accounts = list(waiting.order_by("-proposed_at", "pk"))
    for account in accounts:
        account.may_be_agreed_to = account.pk in mine
    return accounts


def relaxations() -> list[ApprovalRule]:
    """The rules in force that end: the house keeps other rules until then."""
    return [rule for rule in rules_in_force() if rule.lasts_until]


def staff_nav_counts(request) -> dict[str, int]:
    """What waits in the staff rail."""
    if not request.user.is_staff:
        return {}
    return {"staff:approvals": Approval.objects.filter(status=ApprovalStatus.PENDING).count()}


def count_to_warn() -> int:
    """How many decisions are past three quarters of their time without a warning."""
    used = ExpressionWrapper(F("sla_breach_at") - F("sla_started_at"), output_field=DurationField())
    late = Q(sla_started_at__lte=Now() - used * 0.75)
    return Approval.objects.filter(late, status=ApprovalStatus.PENDING, sla_warned_at=None).count()
