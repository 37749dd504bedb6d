"""What staff type about deals. Values stay as typed; the services have the last word."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import (
    MOST_DESCRIPTION,
    MOST_PLAN_NAME,
    DealType,
    MemberRole,
)
from deals.services import make_terms
from deals.services.invites import MOST_DAYS, MOST_USES, ROLES
from deals.services.terms import MOST_TERMS
from house.selectors import accounts_to_choose
from lib.db import BadValue, Refused
from lib.emails import EmailField
from lib.search import by_name
from lib.text import NAME, REASON, SENTENCE, LineField, TextField
from portfolio.models import Vehicle
from ui.dates import MomentField
from ui.editing import EditForm
from ui.numbers import CurrencyField, MoneyField, PriceField, UnitsField, WholeField


class RowField(forms.ModelChoiceField):
    """One row of a list. What is no id at all reads like an id that is not in the list."""

    default_error_messages = {"invalid_choice": gettext_lazy("Choose one from the list.")}

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error


class VehicleField(RowField):
    def label_from_instance(self, vehicle):
        return f"{vehicle.name} ({vehicle.currency})"


class TermsField(TextField):
    """Terms, one a line, as ``label: value``; the value is a list of pairs."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value):
        lines = [line for line in super().to_python(value).splitlines() if line.strip()]
        pairs = [[part.strip() for part in line.split(":", 1)] for line in lines]
        if not all(len(pair) == 2 and all(pair) for pair in pairs):
            raise forms.ValidationError(_("Write each term on a line of its own, as in “Lock-up: 12 months”."))
        if len(pairs) > MOST_TERMS:
            raise forms.ValidationError(_("At most %(n)s terms.") % {"n": MOST_TERMS})
        return pairs

    def prepare_value(self, value):
        return "\n".join(f"{label}: {text}" for label, text in value) if isinstance(value, list) else value


class DealForm(EditForm):
    """Everything staff keep of a deal; an edit gives only what was touched.

    Once it was open, what others rely on is shown and stays.
    """

    name = LineField(label=gettext_lazy("Name"), max_length=NAME)
    code = LineField(
        label=gettext_lazy("Code"),
        max_length=63,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    deal_type = forms.ChoiceField(label=gettext_lazy("Type"), choices=DealType.choices)
    currency = CurrencyField(label=gettext_lazy("Currency"))
    vehicle = VehicleField(
        label=gettext_lazy("Vehicle"), queryset=None, required=False, empty_label=gettext_lazy("None yet")
    )
    offer_unit_price = PriceField(label=gettext_lazy("Offer price per unit"), required=False)
    price_reason = LineField(
        label=gettext_lazy("Why the price changes"),
        max_length=REASON,
        required=False,
        help_text=gettext_lazy("A second person must approve a new price of an open deal, and reads this."),
    )
    receiving_account = RowField(
        label=gettext_lazy("Receiving account"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Default account of the currency"),
    )
    close_at = MomentField(label=gettext_lazy("Closes"), required=False)
    min_ticket = MoneyField(label=gettext_lazy("Minimum investment"), required=False)
    max_ticket = MoneyField(label=gettext_lazy("Maximum investment"), required=False)
    lot_size = UnitsField(label=gettext_lazy("Units are sold in multiples of"), required=False)
    hold_minutes = WholeField(label=gettext_lazy("Minutes a hold lasts"), low=1, high=1440)
    decision_days = WholeField(label=gettext_lazy("Days for a decision"), low=1, high=365)
    max_holds = WholeField(label=gettext_lazy("Maximum holds per investor"), low=1, high=1000, required=False)
    summary = LineField(label=gettext_lazy("In one sentence"), max_length=SENTENCE, required=False)
    description = TextField(label=gettext_lazy("Description"), max_length=MOST_DESCRIPTION, required=False)
    terms = TermsField(label=gettext_lazy("Other terms"), max_length=10_000, required=False)

    def __init__(self, *args, fixed: tuple[str, ...] = (), proposes: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not proposes:
            del self.fields["price_reason"]
        self.fields["vehicle"].queryset = Vehicle.objects.order_by(*by_name("name"), "id")
        self.fields["receiving_account"].queryset = accounts_to_choose(beside=self.initial.get("receiving_account"))
        for name in fixed:
            self.fields[name].disabled = True
        typed = "" if "currency" in fixed else self.data.get("currency", "")
        currency = (typed or self.initial.get("currency") or "USD").upper()
        for name in ("min_ticket", "max_ticket"):
            self.fields[name].currency = currency

    def clean_code(self):
        return self.cleaned_data["code"].strip()

    def clean_close_at(self):
        moment = self.cleaned_data["close_at"]
        if "close_at" in self.changed_data and moment and moment <= timezone.now():
            raise forms.ValidationError(_("Enter a future date and time."))
        return moment

    @property
    def facts(self) -> dict:
        """What the services want of a form that is valid."""
        facts = self.changes
        tickets = {name: facts.pop(name) for name in ("min_ticket", "max_ticket", "terms")}
        vehicle, account = facts.pop("vehicle"), facts.pop("receiving_account")
        facts |= {"vehicle_id": vehicle and vehicle.pk, "terms_schema": make_terms(**tickets)}
        facts["receiving_account_id"] = account and account.pk
        if self.kept is None:
            return facts
        columns = {"vehicle": "vehicle_id", "receiving_account": "receiving_account_id"} | dict.fromkeys(
            tickets, "terms_schema"
        )
        names = {columns.get(name, name) for name in self.changed_data}
        return {name: value for name, value in facts.items() if name in names}


class ReasonForm(EditForm):
    """Why something is done. Kept with the record and in the audit log."""

    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(EditForm):
    """What a person is on a deal, and for which of their investors."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    investor = RowField(
        label=gettext_lazy("Acts for"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody, as an outside party"),
    )

    def __init__(self, *args, person, investors, **kwargs):
        super().__init__(*args, **kwargs)
        staff = MemberRole.VERSO_STAFF
        self.fields["role"].choices = [
            choice for choice in MemberRole.choices if (choice[0] == staff) == person.is_staff
        ]
        self.fields["investor"].queryset = investors

    @property
    def facts(self) -> dict:
        investor = self.cleaned_data["investor"]
        return {"role": self.cleaned_data["role"], "investor_id": investor and investor.pk}


class InviteForm(EditForm):
    """A link into a deal."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(role.value, role.label) for role in ROLES])
    email = EmailField(
        label=gettext_lazy("Only for this e-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Enter an e-mail address, or leave it empty.")},
    )
    days = WholeField(label=gettext_lazy("Days it is valid"), low=1, high=MOST_DAYS, initial=MOST_DAYS)
    max_uses = WholeField(label=gettext_lazy("People who may use it"), low=1, high=MOST_USES, initial=1)


class PlanForm(EditForm):
    """A fee plan's name; its fees are added after."""

    name = LineField(label=gettext_lazy("Name"), max_length=MOST_PLAN_NAME)
    description = TextField(
        label=gettext_lazy("What it means for an investor"),
        max_length=REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_default = forms.BooleanField(label=gettext_lazy("Default plan"), required=False)


class AcceptForm(forms.Form):
    """For which investor an invitation is accepted, where a person acts for several."""

    investor = RowField(
        label=gettext_lazy("For which investor?"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args, investors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["investor"].queryset = investors
        self.fields["investor"].error_messages |= {
            "required": _("Choose the investor you act for."),
            "invalid_choice": _("Choose the investor you act for."),
        }

    def refuse(self, refusal: Refused) -> None:
        """The database wants an investor of the person's own; anything else concerns the whole form."""
        if isinstance(refusal, BadValue):
            self.add_error("investor", _("Choose the investor you act for."))
        else:
            self.add_error(None, str(refusal.sentence))
