"""The firm's details and settings as staff read them, with what they were before."""

from django.utils.translation import gettext_lazy as _

from ui import columns
from ui.lists import Column, Empty, List

SETTING_NAMES = {
    "invoice_due_days": _("Days to pay an invoice"),
    "reminder_days": _("Reminders, days after the due date"),
    "time_zone": _("Time zone"),
    "invoice_runs": _("Invoice accrued fees automatically"),
    "invoice_run_day": _("On day of the month"),
    "bank_fee_tolerance": _("Bank fee tolerance"),
    "write_off_limit": _("Write-off limit"),
    "auto_apply_matches": _("Apply certain matches automatically"),
    "valuation_stale_days": _("Days until a valuation is stale"),
}


def _setting(row) -> str:
    name, _colon, currency = row.key.partition(":")
    words = str(SETTING_NAMES.get(name, name))
    return f"{words}, {currency}" if currency else words


IDENTITIES = List(
    "identities",
    _("Versions of the firm’s details, table"),
    columns=[
        columns.day("from", _("Effective from"), "effective_from"),
        Column("name", _("Legal name"), "legal_name", sub=lambda row: ", ".join(row.address_lines)),
        Column("vat", _("VAT number"), "vat_id"),
        Column("register", _("Register number"), "register_number"),
        Column("why", _("Why"), "reason", css="wide"),
        Column("who", _("Recorded by"), "recorded_by.display_name"),
        columns.moment("when", _("Recorded"), "recorded_at", num=True),
    ],
    nothing=Empty(
        "landmark",
        _("No details yet"),
        _("Name, address and numbers of the firm appear on every invoice. An administrator records them here."),
    ),
)
SETTINGS_CHANGED = List(
    "settings-changed",
    _("Settings that were changed, table"),
    columns=[
        Column("setting", _("Setting"), _setting),
        Column("value", _("Value"), "value", empty=_("as for all currencies")),
        Column("why", _("Why"), "reason", css="wide"),
        Column("who", _("Changed by"), "changed_by.display_name"),
        columns.moment("when", _("Changed"), "changed_at", num=True),
    ],
    nothing=Empty(
        "clock",
        _("Nothing changed yet"),
        _("The settings are those of a new installation. Who changed one, and why, appears here."),
    ),
)
