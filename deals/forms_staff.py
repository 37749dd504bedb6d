"""What staff type about fees. Values stay as typed; the services have the last word."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import (
    MOST_NOTES,
    CalcMethod,
    CapScope,
    Compounding,
    DayCount,
    FeeBase,
    FeeCalendar,
    FeeFrequency,
    FeeKind,
    HurdleType,
    Proration,
    Rounding,
    TierMode,
)
from deals.services.fee_plans import OF_KIND, PERIODIC, stated_of
from lib.text import REASON, LineField, TextField
from ui import figures
from ui.editing import EditForm
from ui.numbers import MoneyField, NotANumber, PercentField, WholeField, parse_money, parse_percent

MOST_TIERS = 20
# Posted by a form whose type or method was changed, to show the fields of the new one; nothing is saved.
SHOW = "show"


class TiersField(TextField):
    """Tiers, one a line, as ``up to: rate``; the last one is a rate alone. The value is what ``FeeComponent`` keeps."""

    widget = forms.Textarea(attrs={"rows": 4})
    currency = "USD"

    def to_python(self, value):
        lines = [line for line in super().to_python(value).splitlines() if line.strip()]
        if not lines:
            return None
        if len(lines) > MOST_TIERS:
            raise forms.ValidationError(_("At most %(n)s tiers.") % {"n": MOST_TIERS})
        try:
            tiers = [self._tier(line, place == len(lines)) for place, line in enumerate(lines, 1)]
        except (NotANumber, ValueError):
            example = f"{figures.amount(1_000_000, self.currency)}: 2"
            said = _("Write each tier on a line of its own, as in “%(tier)s”, and a rate alone on the last.")
            raise forms.ValidationError(said % {"tier": example}) from None
        limits = [Decimal(tier["up_to"]) for tier in tiers[:-1]]
        if limits != sorted(set(limits)):
            raise forms.ValidationError(_("Each tier goes up to more than the one before."))
        return tiers

    def _tier(self, line: str, is_last: bool) -> dict:
        *limit, rate = line.split(":")
        if len(limit) != (0 if is_last else 1):
            raise ValueError(line)
        up_to = None if is_last else f"{parse_money(limit[0].strip(), self.currency):f}"
        bps = parse_percent(rate.strip().removesuffix("%"))
        if not 0 <= bps <= 10_000:
            raise ValueError(line)
        return {"up_to": up_to, "rate_bps": str(bps)}

    def prepare_value(self, value):
        return "\n".join(map(self._line, value)) if isinstance(value, list) else value

    def _line(self, tier: dict) -> str:
        rate = figures.number(Decimal(tier["rate_bps"]) / 100)
        return rate if tier["up_to"] is None else f"{figures.amount(Decimal(tier['up_to']), self.currency)}: {rate}"


def _choice(label, choices, empty):
    return forms.TypedChoiceField(
        label=label, choices=[("", empty), *choices.choices], required=False, empty_value=None
    )


class ComponentForm(EditForm):
    """One fee of a plan: the fields of its type and method, and no others. An explicit 0 is zero.

    With ``asked``, what was typed into another one of these forms, it shows the fields of what was chosen there.
    """

    kind = forms.ChoiceField(label=gettext_lazy("Fee"), choices=FeeKind.choices)
    calc_method = forms.ChoiceField(label=gettext_lazy("Basis"))
    frequency = forms.ChoiceField(label=gettext_lazy("When"), choices=FeeFrequency.choices)
    rate_bps = PercentField(label=gettext_lazy("Rate"), required=False, help_text=gettext_lazy("0 is allowed"))
    flat_amount = MoneyField(
        label=gettext_lazy("Amount"), required=False, zero=True, help_text=gettext_lazy("0 is allowed")
    )
    tiers = TiersField(
        label=gettext_lazy("Tiers"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("In place of the rate. One a line, as in “1,000,000: 2”; the last is a rate alone."),
    )
    tier_mode = _choice(gettext_lazy("Tiers apply to"), TierMode, gettext_lazy("Each slice, the usual way"))
    base = _choice(gettext_lazy("Charged on"), FeeBase, gettext_lazy("Amount paid, the usual one"))
    day_count = _choice(gettext_lazy("Day count"), DayCount, gettext_lazy("ACT/365F, the usual one"))
    floor_amount = MoneyField(
        label=gettext_lazy("At least"), required=False, zero=True, help_text=gettext_lazy("In each period")
    )
    cap_amount = MoneyField(label=gettext_lazy("At most"), required=False, zero=True)
    cap_scope = _choice(gettext_lazy("Maximum applies to"), CapScope, gettext_lazy("Each period, the usual way"))
    in_advance = forms.BooleanField(label=gettext_lazy("Due in advance"), required=False)
    calendar = _choice(gettext_lazy("Periods"), FeeCalendar, gettext_lazy("Calendar periods, the usual ones"))
    anchor_day = WholeField(
        label=gettext_lazy("Periods begin on day"),
        low=1,
        high=31,
        required=False,
        help_text=gettext_lazy("The last day of a month that lacks it"),
    )
    proration = _choice(gettext_lazy("Part of a period"), Proration, gettext_lazy("By days, the usual way"))
    hurdle_rate_bps = PercentField(
        label=gettext_lazy("Hurdle, a year"), required=False, help_text=gettext_lazy("Carry applies only above it")
    )
    hurdle_compounding = _choice(gettext_lazy("Hurdle grows"), Compounding, gettext_lazy("Simple, the usual way"))
    hurdle_type = _choice(gettext_lazy("Hurdle type"), HurdleType, gettext_lazy("Hard, the usual one"))
    catch_up_bps = PercentField(
        label=gettext_lazy("Catch-up"), required=False, help_text=gettext_lazy("Soft hurdle only; 100 if empty")
    )
    after_management_fee = forms.BooleanField(label=gettext_lazy("Of profit after the management fee"), required=False)
    high_watermark = forms.BooleanField(label=gettext_lazy("Only above the previous peak"), required=False)
    vat_rate_bps = PercentField(
        label=gettext_lazy("VAT"), required=False, help_text=gettext_lazy("As the investor is billed, if empty")
    )
    rounding = _choice(gettext_lazy("Rounding"), Rounding, gettext_lazy("Half up, the usual way"))
    notes = LineField(label=gettext_lazy("Notes"), max_length=MOST_NOTES, required=False)

    BASES = {  # noqa: RUF012
        CalcMethod.PERCENT_OF_INVESTMENT: (FeeBase.AMOUNT, FeeBase.COMMITMENT),
        CalcMethod.PERCENT_PER_ANNUM: (FeeBase.AMOUNT, FeeBase.COMMITMENT, FeeBase.CALLED, FeeBase.NAV),
    }

    def __init__(self, *args, currency: str, asked=None, **kwargs):
        if asked is not None:
            kwargs["initial"] = (kwargs.get("initial") or {}) | {name: asked[name] for name in asked}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.currency = currency
            field.suffix = {PercentField: "%", MoneyField: currency}.get(type(field), "")
        kind, method = self._chosen()
        self.fields["calc_method"].choices = [(m.value, m.label) for m in OF_KIND[kind]]
        self.fields["frequency"].choices = self._frequencies(kind, method)
        self._bases(method)
        stated = (*stated_of(kind, method), "kind", "calc_method", "frequency", "notes", "version")
        for name in [name for name in self.fields if name not in stated]:
            del self.fields[name]

    def _chosen(self) -> tuple[str, str]:
        """The type and a method it has: as sent, as asked for, as kept."""
        source = self.data if self.is_bound else self.initial
        kind = source.get("kind")
        kind = kind if kind in FeeKind.values else FeeKind.SUBSCRIPTION
        method = source.get("calc_method")
        if method not in OF_KIND[kind]:
            method = OF_KIND[kind][0]
            if not self.is_bound:
                self.initial["calc_method"] = method
        return kind, method

    @staticmethod
    def _frequencies(kind: str, method: str) -> list:
        if kind == FeeKind.PERFORMANCE:
            taken = (FeeFrequency.ON_EXIT, *PERIODIC)
        elif method == CalcMethod.PERCENT_PER_ANNUM:
            taken = PERIODIC
        elif kind == FeeKind.SPREAD_MARKUP:
            taken = (FeeFrequency.ONE_TIME,)
        elif kind in (FeeKind.MANAGEMENT, FeeKind.OTHER):
            taken = tuple(FeeFrequency)
        else:
            taken = (FeeFrequency.ONE_TIME, FeeFrequency.ON_EXIT)
        return [(frequency.value, frequency.label) for frequency in taken]

    def _bases(self, method: str) -> None:
        if method in self.BASES:
            offered = [(base.value, base.label) for base in self.BASES[method]]
            self.fields["base"].choices = [self.fields["base"].choices[0], *offered]
        else:
            del self.fields["base"]

    @property
    def groups(self) -> list[tuple[str, list]]:
        """The fields that most fees leave empty, by what they are about."""
        names = {
            _("Tiers and limits") if "tiers" in self.fields else _("Limits"): (
                "tiers", "tier_mode", "floor_amount", "cap_amount", "cap_scope"),
            _("Base and periods"): ("base", "day_count", "calendar", "anchor_day", "proration", "in_advance"),
            _("Hurdle"): ("hurdle_rate_bps", "hurdle_compounding", "hurdle_type", "catch_up_bps",
                          "after_management_fee", "high_watermark"),
            _("Tax and rounding"): ("vat_rate_bps", "rounding"),
        }  # fmt: skip
        found = [(title, [self[name] for name in group if name in self.fields]) for title, group in names.items()]
        return [(title, fields) for title, fields in found if fields]


class NegotiatedForm(EditForm):
    """What one investor pays instead of a plan's rate or amount: lower, or nothing typed for what everybody pays."""

    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, fees, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fees, self.currency = fees, currency
        fields = {self._name(fee): self._field(fee) for fee in fees}
        self.fields = fields | self.fields
        if self.kept is not None:
            self.fields["version"].initial = self._token(self.kept)

    @staticmethod
    def _name(fee) -> str:
        return f"fee_{fee.pk.hex}"

    def _field(self, fee):
        standard = self._standard(fee)
        if fee.flat_amount is None:
            field = PercentField(label=fee.get_kind_display(), required=False)
            field.suffix, said = "%", figures.rate(standard)
        else:
            field = MoneyField(label=fee.get_kind_display(), currency=self.currency, zero=True, required=False)
            field.suffix, said = self.currency, figures.money(standard, self.currency)
        words = _("Everybody pays tiers from %(rate)s") if fee.tiers else _("Everybody pays %(rate)s")
        field.help_text = words % {"rate": said}
        return field

    @staticmethod
    def _standard(fee) -> Decimal:
        """What a negotiated figure is below or the same as: of tiers, the lowest rate."""
        if fee.tiers:
            return min(Decimal(tier["rate_bps"]) for tier in fee.tiers)
        return Decimal(fee.rate_bps if fee.flat_amount is None else fee.flat_amount)

    def clean(self):
        for fee in self.fees:
            typed = self.cleaned_data.get(self._name(fee))
            if typed is not None and not 0 <= typed <= self._standard(fee):
                self.add_error(self._name(fee), _("Negotiated fees are lower than everybody’s, and not below 0."))
        return self.cleaned_data

    @property
    def facts(self) -> dict:
        typed = {fee: self.cleaned_data[self._name(fee)] for fee in self.fees}
        named = {fee: "rate_bps" if fee.flat_amount is None else "flat_amount" for fee in self.fees}
        own = {str(fee.pk): {named[fee]: f"{Decimal(value):f}"} for fee, value in typed.items() if value is not None}
        return {"overrides": own, "reason": self.cleaned_data["reason"]}

    @property
    def plans(self) -> list[tuple]:
        """Each plan with the fields of its fees."""
        plans = dict.fromkeys(fee.fee_plan for fee in self.fees)
        return [(plan, [self[self._name(fee)] for fee in self.fees if fee.fee_plan == plan]) for plan in plans]
