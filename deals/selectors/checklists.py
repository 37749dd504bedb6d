"""What a deal needs before it moves on: lists that the machine evaluates, each item with its fix."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import UNDECIDED, Deal, DealCommitment, DealStatus, FeePlan

# The code the database gives a deal for which nobody chose one.
_MADE_UP_CODE = re.compile(r"deal_[0-9a-f]{12}")


@dataclass(frozen=True)
class Check:
    """One item of a checklist: what must be so, whether it is, what to do and where."""

    key: str
    label: str
    ok: bool
    todo: str
    url: str


def open_checks(deal: Deal) -> list[Check]:
    """What a deal needs before it opens: vehicle, price, code, dates, lots, plan."""
    edit = reverse("deals_staff:edit", args=[deal.code])
    same_currency = bool(deal.vehicle and deal.vehicle.currency == deal.currency)
    vehicle = _("A vehicle in %(currency)s") % {"currency": deal.currency}
    in_time = deal.close_at is None or deal.close_at > timezone.now()
    readable = not _MADE_UP_CODE.fullmatch(deal.code)
    return [
        Check("vehicle", vehicle, same_currency, _("Choose a vehicle whose currency is the deal's."), edit),
        Check("price", _("An offer price"), bool(deal.offer_unit_price), _("Enter the price of one unit."), edit),
        Check("code", _("A readable code"), readable, _("Enter a code that people can read and type."), edit),
        Check(
            "close_at",
            _("A future closing date"),
            in_time,
            _("Move the closing date, or leave it empty."),
            edit,
        ),
        *_of_other_apps("open", deal),
        _fee_plan_check(deal),
    ]


def _of_other_apps(step: str, deal: Deal) -> list[Check]:
    """What apps that stand on deals add to a checklist: see ``settings.DEAL_CHECKS``."""
    return [check for path in settings.DEAL_CHECKS[step] for check in import_string(path)(deal=deal)]


def _fee_plan_check(deal: Deal) -> Check:
    ready = FeePlan.objects.filter(
        deal=deal, is_default=True, components__isnull=False, effective_from__isnull=False
    ).exists()
    return Check(
        "fee_plan",
        _("A default fee plan with a fee in it"),
        ready,
        _("Add a fee plan, make it the default and give it a fee; an explicit 0 will do."),
        reverse("deals_staff:fee_plans", args=[deal.code]),
    )


def close_checks(deal: Deal) -> list[Check]:
    """What a deal needs before it closes: nothing is left undecided or on hold."""
    undecided = DealCommitment.objects.filter(deal=deal, status__in=UNDECIDED).count()
    waiting = ngettext("%(n)s commitment is pending.", "%(n)s commitments are pending.", undecided) % {"n": undecided}
    return [
        Check(
            "stopped",
            _("Investors can no longer reserve"),
            deal.status == DealStatus.ALLOCATION_PENDING,
            _("Close the book first."),
            reverse("deals_staff:start_allocation", args=[deal.code]),
        ),
        Check(
            "commitments",
            _("Every commitment is decided"),
            undecided == 0,
            waiting,
            reverse("deals_staff:commitments", args=[deal.code]),
        ),
        *_of_other_apps("close", deal),
    ]
