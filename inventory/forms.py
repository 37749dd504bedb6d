"""What investors type to reserve and to commit. Values stay as typed until they can be read."""

import uuid
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.db import BadValue, NotEnoughUnits, Refused
from lib.text import REASON, LineField, TextField
from ui import figures
from ui.numbers import UnitsField, WholeField

# Firefox would keep a hidden value over a reload, and send the key of a request that is already answered.
_HIDDEN = {"autocomplete": "off"}


class RequestKeyField(forms.UUIDField):
    """The key that makes a repeated request the same one. One that cannot be read is as good as a new one."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput(attrs=_HIDDEN), required=False, initial=uuid.uuid4, **kwargs)

    def clean(self, value):
        try:
            return super().clean(value) or uuid.uuid4()
        except forms.ValidationError:
            return uuid.uuid4()


class ShownPriceField(LineField):
    """The price that stood on the page when the form was sent, as a plain machine number."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput(attrs=_HIDDEN), required=False, **kwargs)

    def clean(self, value):
        try:
            price = Decimal(super().clean(value))
        except InvalidOperation:
            return None
        return price if price.is_finite() else None


class ExitForm(forms.Form):
    """For how long the reader assumes that units are kept until they are sold."""

    YEARS = 5

    years = WholeField(label=gettext_lazy("Sold after, in years"), low=1, high=30)


class ReserveForm(forms.Form):
    """Units to reserve in one deal room, at the price that was shown."""

    units = UnitsField(label=gettext_lazy("Units"))
    price = ShownPriceField()
    request_key = RequestKeyField()

    def __init__(self, *args, room, **kwargs):
        super().__init__(*args, **kwargs)
        self.room, self.deal = room, room.deal
        units = self.fields["units"]
        units.widget.attrs |= {
            "class": "input",
            "hx-get": reverse("inventory:room_cost", args=[room.deal.code]),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#costs",
            "hx-swap": "outerHTML",
            "hx-include": "#id_years",
            "aria-describedby": "id_units_helptext",
        }
        self.fields["price"].initial = self._offer()

    def _offer(self) -> str:
        price = self.deal.offer_unit_price
        return "" if price is None else f"{price:f}"

    def clean_price(self):
        """The shown price, if it still is the offer."""
        price = self.cleaned_data["price"]
        if price is None or price != self.deal.offer_unit_price:
            self.add_error(None, self.say_price)
        return price

    def refuse(self, refusal: Refused) -> None:
        """Put the database's refusal beside what caused it. What was typed stays."""
        if isinstance(refusal, NotEnoughUnits):
            self.add_error("units", self.say_available(Decimal(refusal.available or 0)))
            return
        causes = {
            "min_ticket": ("units", self.say_least),
            "max_ticket": ("units", self.say_most),
            "max_total": ("units", self.say_most),
            "max_holds": (None, str(refusal.sentence)),
            "lot_size": ("units", self.say_multiples),
            "amount": ("units", _("This amount rounds to 0. Enter more units.")),
            "too_much": ("units", _("At this price the amount is too large. Enter fewer units.")),
            "offer_price": (None, self.say_price),
            "request_key": (None, self.say_sent_before),
        }
        cause = causes.get(refusal.detail) if isinstance(refusal, BadValue) else None
        field, sentence = cause or (None, str(refusal.sentence))
        self.add_error(field, sentence)

    # --- what helps to type

    @property
    def hint(self) -> str:
        least, most = self.room.least_units, self.all_available
        if not most:
            available = self.room.stock.available if self.room.stock else Decimal(0)
            return self.say_available(available) if available else _("No units are available now")
        values = {"least": figures.units(least or 0), "most": figures.unit_count(most)}
        if least and least <= most:
            return _("From %(least)s to %(most)s") % values
        return _("Up to %(most)s") % values

    @property
    def all_available(self) -> Decimal | None:
        """Everything one may take now, or None where nothing is available."""
        available = self.room.in_multiples(self.room.stock.available if self.room.stock else Decimal(0), ROUND_FLOOR)
        return (available if self.room.most_units is None else min(available, self.room.most_units)) or None

    @property
    def suggested(self) -> Decimal | None:
        """What stands in the box at first: the smallest ticket in whole units, or a round number that is available."""
        least, most = self.room.least_units, self.all_available
        whole = least and least.to_integral_value(ROUND_CEILING)
        if whole and most and whole <= most and self.room.in_multiples(whole, ROUND_FLOOR) == whole:
            return whole
        return least or next(iter(self.quick), most)

    @property
    def quick(self) -> list[Decimal]:
        """A few round numbers of units between the smallest ticket and what is available."""
        least, most = self.room.least_units or Decimal(100), self.all_available or Decimal(0)
        round_numbers = [least, *(Decimal(n) for n in (1_000, 5_000, 10_000, 50_000) if n > least)]
        sold = self.room.in_multiples
        return [units for units in round_numbers if units < most and sold(units, ROUND_FLOOR) == units][:3]

    # --- sentences, said by the server and, as one types, by the page

    def say_available(self, available: Decimal) -> str:
        if available <= 0:
            return self.say_none
        most = self.room.in_multiples(available, ROUND_FLOOR)
        values = {
            "free": figures.units(available),
            "most": figures.units(most),
            "size": figures.units(self.deal.lot_size or 0),
        }
        if most <= 0:
            return _("Only %(free)s available; units are sold in multiples of %(size)s.") % values
        return _("Only %(free)s available. Enter %(most)s or less.") % values

    @property
    def say_none(self) -> str:
        return _("No units are available now. Your entry is kept; units may become available at any moment.")

    @property
    def say_available_as_typed(self) -> str:
        """The same sentence for the page, which fills in what is available by then."""
        return _("Only %(free)s available. Enter %(free)s or less.") % {"free": "{free}"}

    @property
    def say_number(self) -> str:
        return _("Enter a number, such as %(example)s.") % {"example": figures.units(Decimal("1250.5"))}

    @property
    def say_least(self) -> str:
        values = {
            "amount": self._ticket(self.room.least_ticket),
            "units": figures.units(self.room.least_units or 0),
        }
        return _("The minimum investment is %(amount)s. Enter %(units)s or more.") % values

    @property
    def say_most(self) -> str:
        values = {
            "amount": self._ticket(self.room.most_ticket),
            "units": figures.units(self.room.most_units or 0),
            "used": self._ticket(self.room.ticket_used),
        }
        if not self.room.ticket_used:
            return _("The maximum investment is %(amount)s. Enter %(units)s or less.") % values
        if not self.room.most_units:
            return (
                _("The maximum investment is %(amount)s, and you have used %(used)s of it: no more can be reserved.")
                % values
            )
        return (
            _("The maximum investment is %(amount)s, and you have used %(used)s of it. Enter %(units)s or less.")
            % values
        )

    @property
    def say_multiples(self) -> str:
        units, sold = self.cleaned_data["units"], self.room.in_multiples
        values = {
            "size": figures.units(self.deal.lot_size or 0),
            "less": figures.units(sold(units, ROUND_FLOOR)),
            "more": figures.units(sold(units, ROUND_CEILING)),
        }
        if units < (self.deal.lot_size or 0):
            return _("Units are sold in multiples of %(size)s. Enter %(more)s.") % values
        return _("Units are sold in multiples of %(size)s. Enter %(less)s or %(more)s.") % values

    @property
    def say_price(self) -> str:
        price = figures.price(self.deal.offer_unit_price or 0, self.deal.currency)
        return _(
            "The price is now %(price)s, not the one this page showed. Nothing was reserved: check it and submit again."
        ) % {"price": f"{price}{figures.NBSP}{self.deal.currency}"}

    @property
    def say_sent_before(self) -> str:
        return _(
            "This form was already submitted with other units, and nothing more was reserved."
            " To reserve these as well, submit it again."
        )

    def _ticket(self, amount: Decimal | None) -> str:
        return figures.money(amount or 0, self.deal.currency)

    def renewed(self, room) -> "ReserveForm":
        """The same form as typed, with its errors, under a fresh request key and at the price of now."""
        self.room, self.deal = room, room.deal
        self.data = self.data.copy()
        self.data[self.add_prefix("request_key")] = str(uuid.uuid4())
        self.data[self.add_prefix("price")] = self._offer()
        return self


class AnswerForm(forms.Form):
    """What an investor answers when staff asked for changes: another plan, a sentence, or both."""

    fee_plan = forms.ChoiceField(label=gettext_lazy("Fee plan"), widget=forms.RadioSelect, required=False)
    note = TextField(
        label=gettext_lazy("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=REASON,
        required=False,
    )

    def __init__(self, *args, plans, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen = str(chosen or "")
        self.fields["fee_plan"].choices = [(str(plan.pk), plan.name) for plan in plans]
        self.fields["fee_plan"].initial = self.chosen
        self.fields["fee_plan"].error_messages["invalid_choice"] = _("Choose one of the plans of this deal.")

    def clean(self):
        said = super().clean()
        plan = said.get("fee_plan")
        said["changed_plan"] = plan if plan and plan != self.chosen else None
        if not self.errors and not said["changed_plan"] and not said.get("note", "").strip():
            self.add_error("note", _("Write a sentence, or choose another plan."))
        return said


class CommitForm(forms.Form):
    """How to pay for a hold: one of the deal's fee plans."""

    fee_plan = forms.ChoiceField(label=gettext_lazy("Fee plan"), widget=forms.RadioSelect)
    request_key = RequestKeyField()

    def __init__(self, *args, plans, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fee_plan"].choices = [(str(plan.pk), plan.name) for plan in plans]
        self.fields["fee_plan"].required = bool(plans)
        self.fields["fee_plan"].error_messages["invalid_choice"] = _("Choose one of the plans of this deal.")
        self.fields["fee_plan"].error_messages["required"] = _("Choose a fee plan.")

    def refuse(self, refusal: Refused) -> None:
        self.add_error(None, say_not_committed(refusal))


def say_not_committed(refusal: Refused) -> str:
    """Why a hold was not committed, and what to do."""
    if isinstance(refusal, BadValue) and refusal.detail == "other_price":
        return _(
            "A commitment at another price is awaiting approval, and all units of a commitment have the same price."
            " Nothing was changed: wait for the decision, or withdraw that commitment, and then commit this hold."
        )
    return str(refusal.sentence)


class ReduceForm(forms.Form):
    """How many units of an undecided commitment stay."""

    units = UnitsField(label=gettext_lazy("Units you keep"))

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean_units(self):
        units = self.cleaned_data["units"]
        if units >= self.asked.units:
            raise forms.ValidationError(self.say_less)
        return units

    @property
    def say_less(self) -> str:
        return _("Enter fewer than your current %(units)s.") % {"units": figures.unit_count(self.asked.units)}

    def refuse(self, refusal: Refused) -> None:
        """Put the database's refusal beside what caused it. What was typed stays."""
        causes = {
            "not_less": self.say_less,
            "min_ticket": _(
                "This is below the deal’s minimum investment. Keep more units, or withdraw the commitment."
            ),
            "lot_size": _("Units are sold in multiples, and this is not one of them. Enter another number."),
            "amount": _("This amount rounds to 0. Enter more units."),
        }
        cause = causes.get(refusal.detail) if isinstance(refusal, BadValue) else None
        self.add_error("units" if cause else None, cause or str(refusal.sentence))
