"""Questions about the firm: who it is, into which accounts it is paid, what it settled. For staff."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from house import db
from house.models import HouseIdentity, HouseSetting, ReceivingAccount


def today() -> date:
    """The day it is where the firm is, by its setting ``time_zone``: papers are dated by it, and due or overdue."""
    return db.house_today()


# --- identity


def identities() -> QuerySet[HouseIdentity]:
    """Every version of the firm's details, the one in effect last first."""
    return HouseIdentity.objects.select_related("recorded_by").order_by("-effective_from", "-recorded_at", "pk")


def identity_on(day: date) -> HouseIdentity | None:
    """The version that counts on a day, or None."""
    return identities().filter(effective_from__lte=day).first()


def identity_recorded_last() -> HouseIdentity | None:
    """The version that the next one replaces: a later one may be recorded to take effect earlier."""
    later = HouseIdentity.objects.filter(replaces=OuterRef("pk"))
    return HouseIdentity.objects.filter(~Exists(later)).first()


# --- accounts


def receiving_accounts() -> QuerySet[ReceivingAccount]:
    """All accounts, by currency, with who proposed, agreed and ended at hand."""
    people = ("proposed_by", "agreed_by", "ended_by", "replaces")
    return ReceivingAccount.objects.select_related(*people).order_by("currency", "-proposed_at", "pk")


def active_accounts() -> QuerySet[ReceivingAccount]:
    """The accounts into which investors may be asked to pay, defaults first."""
    active = receiving_accounts().filter(active_from__isnull=False, active_until=None)
    return active.order_by("currency", "-is_default", "active_from", "pk")


def accounts_to_choose(*, beside: ReceivingAccount | None = None) -> QuerySet[ReceivingAccount]:
    """The accounts that a deal may have: the active ones, and the one it has (``beside``)."""
    active = Q(active_from__isnull=False, active_until=None) | Q(pk=beside and beside.pk)
    return receiving_accounts().filter(active).order_by("currency", "-is_default", "active_from", "pk")


def ended_accounts() -> QuerySet[ReceivingAccount]:
    """The accounts that were, last ended first."""
    return receiving_accounts().filter(active_until__isnull=False).order_by("-active_until", "pk")


# --- settings


def setting(key: str) -> str:
    """The value of a setting as text, ``bank_fee_tolerance:JPY`` for one currency. Raises BadValue for no setting."""
    return db.house_setting(key)


def setting_values() -> dict[str, str | None]:
    """Every setting that is kept, as it is."""
    return dict(HouseSetting.objects.values_list("key", "value"))


def settings_changed() -> QuerySet[HouseSetting]:
    """The settings that somebody changed, last first, with who and why."""
    changed = HouseSetting.objects.filter(changed_by__isnull=False)
    return changed.select_related("changed_by").order_by("-changed_at", "key")
