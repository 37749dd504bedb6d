"""What staff say of the firm: who it is, its settings, and that the clock of its machinery is right."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from house import db, selectors
from house.models import NUMBER, POSTCODE, STREET, TOWN, HouseIdentity
from lib import text
from lib.db import BadValue, Busy, ShownChanged
from lib.emails import normal_email
from lib.exact import plain
from lib.versions import ChangedMeanwhile, Shown, expect


@as_acting_user
def confirm_clock(*, acting_user) -> None:
    """Say that the database's clock is right, so that jobs act by it again. Raises NotAllowed. Leaves an audit row."""
    db.confirm_clock()


# --- who the firm is

_IDENTITY = {
    "legal_name": text.NAME, "street": STREET, "postcode": POSTCODE, "town": TOWN, "country": 2, "vat_id": NUMBER,
    "register_number": NUMBER,
}  # fmt: skip


class ReasonMissing(BadValue):
    field = "reason"
    sentence = _("Enter a reason. It is kept in the audit log. Nothing was changed.")


@as_acting_user
def record_identity(
    *,
    acting_user,
    effective_from: date,
    reason: str,
    email: str = "",
    phone: str = "",
    shown: Shown | None = None,
    **said: str,
) -> UUID:
    """Record who the firm is from a day on; the version's id. Papers of before keep what they say.

    ``said``: legal_name, street, postcode, town, country (ISO code), vat_id, register_number. Raises NotAllowed (but
    for administrators), ReasonMissing, ChangedMeanwhile, BadValue.
    """
    last = selectors.identity_recorded_last()
    kept = kept_of_identity(last)
    expect(shown, kept)
    lines = [text.line(said.get(name), most) for name, most in _IDENTITY.items()]
    values = [effective_from, *lines, normal_email(email), text.line(phone, NUMBER)]
    try:
        return db.fn_record_house_identity(values, text.text(reason), last and last.pk)
    except ShownChanged as refusal:
        raise ChangedMeanwhile(kept, []) from refusal
    except BadValue as refusal:
        raise (ReasonMissing() if refusal.detail == "reason" else refusal) from refusal


def kept_of_identity(identity: HouseIdentity | None) -> dict:
    """What the form of the firm's details shows of the version recorded last."""
    return {name: getattr(identity, name, "") for name in (*_IDENTITY, "email", "phone")}


# --- settings

WHOLE = ("invoice_due_days", "invoice_run_day", "valuation_stale_days")
WORDS = ("time_zone", "invoice_runs")
BY_CURRENCY = ("bank_fee_tolerance", "write_off_limit")


@as_acting_user
def change_settings(
    *,
    acting_user,
    reason: str,
    time_zone: str,
    invoice_due_days: int,
    invoice_runs: str,
    invoice_run_day: int,
    reminder_days: list[int],
    valuation_stale_days: int,
    bank_fee_tolerance: dict[str, Decimal],
    write_off_limit: dict[str, Decimal],
    auto_apply_matches: bool,
    shown: Shown | None = None,
) -> int:
    """Change the firm's settings; how many changed. What SQL does from then on goes by them.

    Tolerance and limit are amounts by currency, ``*`` for all others, in that currency. Raises NotAllowed (but for
    administrators), ReasonMissing, ChangedMeanwhile, Busy, BadValue. Locks the settings.
    """
    before = selectors.setting_values()
    expect(shown, kept_of_settings(before))
    changes = {
        "time_zone": time_zone,
        "invoice_due_days": str(invoice_due_days),
        "invoice_runs": invoice_runs,
        "invoice_run_day": str(invoice_run_day),
        "valuation_stale_days": str(valuation_stale_days),
        "reminder_days": ",".join(map(str, reminder_days)),
        "auto_apply_matches": "true" if auto_apply_matches else "false",
    }
    for name, amounts in (("bank_fee_tolerance", bank_fee_tolerance), ("write_off_limit", write_off_limit)):
        changes |= _by_currency(name, amounts, before)
    changed = {key: value for key, value in changes.items() if before.get(key) != value}
    try:
        return db.fn_change_house_settings(changed, before, text.text(reason))
    except ShownChanged as refusal:
        raise ChangedMeanwhile(kept_of_settings(before), []) from refusal
    except Busy as refusal:
        raise SettingsBusy() from refusal
    except BadValue as refusal:
        raise (ReasonMissing() if refusal.detail == "reason" else refusal) from refusal


class SettingsBusy(Busy):
    sentence = _("Someone is changing these settings at this moment. Nothing was changed. Please try again.")


def kept_of_settings(values: dict[str, str | None]) -> dict:
    """The settings as their form shows them: numbers, lists and amounts by currency."""
    amounts = {name: {} for name in BY_CURRENCY}
    for key, value in sorted(values.items()):
        name, _colon, currency = key.partition(":")
        if name in amounts and value is not None:
            amounts[name][currency or "*"] = Decimal(value)
    return {
        **{name: int(values[name]) for name in WHOLE},
        **{name: values[name] for name in WORDS},
        "reminder_days": [int(day) for day in values["reminder_days"].split(",")],
        "auto_apply_matches": values["auto_apply_matches"] == "true",
        **amounts,
    }


def _by_currency(name: str, amounts: dict[str, Decimal], before: dict) -> dict[str, str | None]:
    """The keys of an amount by currency: one no longer named loses its own, the same amount is no change."""
    found = {key: None for key in before if key.startswith(f"{name}:")}
    for currency, amount in amounts.items():
        key = name if currency == "*" else f"{name}:{currency}"
        same = before.get(key) is not None and Decimal(before[key]) == amount
        found[key] = before[key] if same else plain(amount)
    return found
