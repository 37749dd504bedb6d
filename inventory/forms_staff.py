"""What staff type about lots, sources and holds. Values stay as typed; the services have the last word."""

import uuid
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.forms import RowField
from inventory.forms import RequestKeyField, say_not_committed
from inventory.models import MOST_NOTES, SourceKind
from lib.db import BadValue, NotEnoughUnits, Refused, ShownChanged
from lib.text import NAME, REASON, LineField, TextField
from ui import figures
from ui.dates import DayField
from ui.editing import EditForm
from ui.numbers import PercentField, PriceField, UnitsField, WholeField


class SourceForm(EditForm):
    """Somebody units are bought from."""

    counterparty_name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=SourceKind.choices)
    notes = TextField(
        label=gettext_lazy("Notes"),
        max_length=MOST_NOTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LotForm(EditForm):
    """A parcel of units. ``lot_id`` makes a form that is sent twice the same lot."""

    units = UnitsField(label=gettext_lazy("Units"))
    unit_cost = PriceField(label=gettext_lazy("Unit cost"), zero=True)
    source = RowField(
        label=gettext_lazy("Source"), queryset=None, required=False, empty_label=gettext_lazy("Not known")
    )
    acquired_at = DayField(label=gettext_lazy("Acquired"), required=False)
    lockup_until = DayField(label=gettext_lazy("Lock-up until"), required=False)
    lot_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), initial=uuid.uuid4)

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources
        if self.kept is not None:
            del self.fields["lot_id"]

    @property
    def facts(self) -> dict:
        facts = self.changes
        source = facts.pop("source")
        return facts | {"source_id": source and source.pk}


class ExitForm(EditForm):
    """A sale of a share of what a deal holds, in percent, at one price per unit."""

    exit_date = DayField(label=gettext_lazy("Sold on"))
    share = PercentField(label=gettext_lazy("Share of the units held"))
    unit_price = PriceField(label=gettext_lazy("Exit price per unit"), zero=True)
    note = TextField(
        label=gettext_lazy("Note"), max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def facts(self) -> dict:
        facts = self.changes
        return facts | {"fraction": Decimal(facts.pop("share")) / 10_000}


class ReserveForForm(forms.Form):
    """Units that staff reserve for an investor; the price may differ from the offer."""

    investor = RowField(label=gettext_lazy("Investor"), queryset=None, empty_label=gettext_lazy("Choose an investor"))
    units = UnitsField(label=gettext_lazy("Units"))
    unit_price = PriceField(label=gettext_lazy("Price per unit"))
    hold_minutes = WholeField(label=gettext_lazy("Minutes on hold"), low=1, high=1440)
    request_key = RequestKeyField()

    def __init__(self, *args, deal, investors, **kwargs):
        kwargs["initial"] = {"unit_price": deal.offer_unit_price, "hold_minutes": deal.hold_minutes}
        super().__init__(*args, **kwargs)
        self.fields["investor"].queryset = investors
        self.fields["investor"].error_messages["required"] = _("Choose an investor.")
        self.fields["investor"].error_messages["invalid_choice"] = _("Choose an investor that is on the deal.")

    @property
    def facts(self) -> dict:
        typed = dict(self.cleaned_data)
        return typed | {"investor_id": typed.pop("investor").pk}

    def refuse(self, refusal: Refused) -> None:
        """Put the database's refusal beside what caused it; the next sending is a new request."""
        if isinstance(refusal, NotEnoughUnits):
            available = Decimal(refusal.available or 0)
            some, none = _("Only %(free)s available. Enter %(free)s or less."), _("No units are available now.")
            self.add_error("units", some % {"free": figures.units(available)} if available > 0 else none)
        elif isinstance(refusal, BadValue) and refusal.detail == "amount":
            self.add_error("units", _("This amount rounds to 0. Enter more units."))
        elif isinstance(refusal, BadValue) and refusal.detail == "too_much":
            self.add_error("units", _("At this price the amount is too large. Enter fewer units."))
        elif isinstance(refusal, BadValue) and refusal.detail == "request_key":
            self.add_error(
                None, _("This form was already submitted with other values. Submit it again to reserve these as well.")
            )
        elif isinstance(refusal, BadValue) and refusal.detail == "max_total":
            self.add_error("units", str(refusal.sentence))
        else:
            self.add_error(None, str(refusal.sentence))
        self.data = self.data.copy()
        self.data[self.add_prefix("request_key")] = str(uuid.uuid4())


class CommitForForm(forms.Form):
    """How an investor pays for a hold that staff commit on their behalf."""

    fee_plan = forms.ChoiceField(label=gettext_lazy("Fee plan"), widget=forms.RadioSelect)
    request_key = RequestKeyField()

    def __init__(self, *args, plans, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fee_plan"].choices = [(str(plan.pk), plan.name) for plan in plans]
        self.fields["fee_plan"].required = bool(plans)
        self.fields["fee_plan"].error_messages["required"] = _("Choose a fee plan.")
        self.fields["fee_plan"].error_messages["invalid_choice"] = _("Choose one of the plans of this deal.")

    shown_changed = False

    @property
    def facts(self) -> dict:
        typed = dict(self.cleaned_data)
        return typed | {"fee_plan_id": typed.pop("fee_plan") or None}

    def refuse(self, refusal: Refused) -> None:
        self.shown_changed = isinstance(refusal, ShownChanged)
        if not self.shown_changed:
            self.add_error(None, say_not_committed(refusal))
