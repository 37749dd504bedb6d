"""Numbers as people type them, in the language of the reader: one place, exact, never rounded.

What could mean two things, is not finite, or has more places than we keep is refused with a sentence that
says what to type instead. The form fields below are these functions with a text box around them.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.fields import PRICE_BOUND, UPPER_BOUND
from lib.money import is_kept, minor_units
from lib.text import LineField
from ui import figures

UNIT_PLACES = 8
PRICE_PLACES = 6


class NotANumber(ValueError):
    """What was typed cannot be used; the message is the sentence the person reads."""


def _read(text: str) -> Decimal:
    try:
        return figures.read_number(str(text))
    except ValueError:
        example = figures.number(Decimal("1250.5"))
        raise NotANumber(_("Enter a number, such as %(example)s.") % {"example": example}) from None


def _within(value: Decimal, places: int, bound: Decimal, zero: bool) -> Decimal:
    """The value, if it is above zero (or zero, where that may be), below the bound and short enough."""
    if not value.is_finite():
        raise NotANumber(_("This is not a number."))
    if value < 0 or (value == 0 and not zero):
        raise NotANumber(_("Enter 0 or more.") if zero else _("Enter a number above 0."))
    if value >= bound:
        raise NotANumber(_("This number is too large."))
    if -int(value.as_tuple().exponent) > places:
        few = _("Enter at most %(n)s decimals.") % {"n": places}
        raise NotANumber(few if places else _("Enter no decimals."))
    return abs(value)


def check_units(value: Decimal) -> Decimal:
    """Units above zero, at most 8 decimals, for services. Raises NotANumber."""
    return _within(value, UNIT_PLACES, UPPER_BOUND, zero=False)


def check_price(value: Decimal, *, zero: bool = False) -> Decimal:
    """A price per unit, at most 6 decimals, above zero unless ``zero``, for services. Raises NotANumber."""
    return _within(value, PRICE_PLACES, PRICE_BOUND, zero)


def check_amount(units: Decimal, unit_price: Decimal | None) -> Decimal:
    """The units, if at this price they cost less than an amount may be. Raises NotANumber."""
    if units * (unit_price or Decimal(0)) >= UPPER_BOUND:
        raise NotANumber(_("At this price the amount is too large. Enter fewer units."))
    return units


def check_money(value: Decimal, currency: str, *, zero: bool = False) -> Decimal:
    """An amount to the minor unit of its currency, above zero unless ``zero``. Raises NotANumber."""
    return _within(value, minor_units(currency), UPPER_BOUND, zero)


def check_currency(code: str | None) -> str:
    """A currency that is kept, as three capital letters, for services. Raises NotANumber."""
    if not is_kept(code or ""):
        raise NotANumber(_("Enter a currency with no more than two decimals, as three letters, such as EUR."))
    return code


def parse_units(text: str) -> Decimal:
    """Units as typed: see :func:`check_units`. Raises NotANumber."""
    return check_units(_read(text))


def parse_price(text: str, *, zero: bool = False) -> Decimal:
    """A price as typed: see :func:`check_price`. Raises NotANumber."""
    return check_price(_read(text), zero=zero)


def parse_money(text: str, currency: str, *, zero: bool = False) -> Decimal:
    """An amount as typed: see :func:`check_money`. Raises NotANumber."""
    return check_money(_read(text), currency, zero=zero)


def parse_percent(text: str) -> int:
    """A rate in percent, 0 to 100 with at most two decimals, as whole basis points. Raises NotANumber."""
    typed = str(text).strip().removesuffix("%").rstrip()
    value = _within(_read(typed), 2, UPPER_BOUND, zero=True)
    if value > 100:
        raise NotANumber(_("Enter a rate from 0 to 100."))
    return int(value * 100)


def parse_whole(text: str, low: int, high: int) -> int:
    """A whole number from low to high. Raises NotANumber."""
    value = _read(text)
    if value != value.to_integral_value() or not low <= value <= high:
        bounds = {"low": figures.number(low), "high": figures.number(high)}
        raise NotANumber(_("Enter a whole number from %(low)s to %(high)s.") % bounds)
    return int(value)


class _NumberField(forms.Field):
    """A text box for a number. The page shows what the person typed until it can be read."""

    widget = forms.TextInput
    default_error_messages = {"required": gettext_lazy("Enter a number.")}

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value):
        if value is None or not str(value).strip():
            return None
        try:
            return self.parse(str(value))
        except NotANumber as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value):
        return self.write(value) if isinstance(value, Decimal | int) else value

    def has_changed(self, initial, data):
        try:
            return initial != self.to_python(data)
        except forms.ValidationError:
            return True

    def parse(self, text: str):
        raise NotImplementedError

    def write(self, value) -> str:
        return figures.number(value)


class CurrencyField(LineField):
    """A currency as three letters, in capitals or not."""

    def __init__(self, **kwargs):
        super().__init__(max_length=3, min_length=3, **kwargs)

    def clean(self, value):
        try:
            return check_currency(super().clean(value).upper())
        except NotANumber as error:
            raise forms.ValidationError(str(error), code="invalid") from error


class UnitsField(_NumberField):
    """Units above zero, at most 8 decimals."""

    def parse(self, text):
        return parse_units(text)


class PriceField(_NumberField):
    """A price per unit, at most 6 decimals; ``zero=True`` lets 0 through."""

    def __init__(self, *args, zero: bool = False, **kwargs):
        self.zero = zero
        super().__init__(*args, **kwargs)

    def parse(self, text):
        return parse_price(text, zero=self.zero)

    def write(self, value):
        return figures.number(value, 2, PRICE_PLACES)


class MoneyField(_NumberField):
    """An amount in ``currency``; a form that learns the currency later sets it on the field."""

    def __init__(self, *args, currency: str = "USD", zero: bool = False, **kwargs):
        self.currency, self.zero = currency, zero
        super().__init__(*args, **kwargs)

    def parse(self, text):
        return parse_money(text, self.currency, zero=self.zero)

    def write(self, value):
        return figures.amount(value, self.currency)


class PercentField(_NumberField):
    """A rate in percent; the value is whole basis points. An explicit 0 is zero, an empty box is None."""

    def parse(self, text):
        return parse_percent(text)

    def write(self, value):
        return figures.number(Decimal(value) / 100)


class WholeField(_NumberField):
    """A whole number from ``low`` to ``high``."""

    def __init__(self, *args, low: int, high: int, **kwargs):
        self.low, self.high = low, high
        super().__init__(*args, **kwargs)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "inputmode": "numeric"}

    def parse(self, text):
        return parse_whole(text, self.low, self.high)
