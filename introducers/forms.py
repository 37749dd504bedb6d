"""What staff type about introducers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.forms import RowField
from deals.forms_staff import TiersField
from deals.models import Deal
from house.models import NUMBER, POSTCODE, STREET, TOWN
from introducers import selectors
from introducers.models import Basis, IntroducerStatus
from investors.models import Investor, VatTreatment
from lib.emails import EmailField
from lib.text import NAME, REASON, LineField, TextField
from ui.dates import DayField
from ui.details import bic_field, check_vat_id, country_field, iban_field
from ui.editing import EditForm
from ui.numbers import MoneyField, PercentField, WholeField

MOST_TIER_TEXT = 1_000


class IntroducerForm(EditForm):
    """Who an introducer is, how it is taxed and where its money goes."""

    legal_name = LineField(label=_("Legal name"), max_length=NAME)
    status = forms.ChoiceField(label=_("Status"), choices=IntroducerStatus.choices)
    portal_email = EmailField(label=_("Portal account"), required=False)
    contact_name = LineField(label=_("Contact"), max_length=NAME, required=False)
    email = EmailField(label=_("E-mail"), required=False)
    phone = LineField(label=_("Phone"), max_length=NUMBER, required=False)
    street = LineField(label=_("Street and number"), max_length=STREET, required=False)
    postcode = LineField(label=_("Postcode"), max_length=POSTCODE, required=False)
    town = LineField(label=_("Town"), max_length=TOWN, required=False)
    country = country_field()
    vat_treatment = forms.ChoiceField(label=_("VAT"), choices=VatTreatment.choices)
    vat_rate_bps = PercentField(label=_("VAT rate"), required=False)
    vat_id = LineField(label=_("VAT number"), max_length=NUMBER, required=False)
    account_holder = LineField(label=_("Account holder"), max_length=NAME, required=False)
    bank_name = LineField(label=_("Bank"), max_length=NAME, required=False)
    iban = iban_field(required=False)
    bic = bic_field(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].required = False

    def clean(self):
        super().clean()
        check_vat_id(self)
        if self.cleaned_data.get("vat_treatment") != VatTreatment.DOMESTIC:
            self.cleaned_data["vat_rate_bps"] = 0
        self.cleaned_data["vat_rate_bps"] = self.cleaned_data.get("vat_rate_bps") or 0
        return self.cleaned_data


class _TermsForm(EditForm):
    """What is earned, on what, and from when."""

    basis_type = forms.ChoiceField(label=_("Basis"), choices=Basis.choices)
    rate_bps = PercentField(label=_("Rate"), required=False)
    cap_amount = MoneyField(label=_("Cap"), zero=True, required=False)
    tiers = TiersField(label=_("Tiers"), max_length=MOST_TIER_TEXT, required=False)
    trail_years = WholeField(label=_("Trail, years"), low=1, high=50, required=False)
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"), required=False)
    note = TextField(label=_("Note"), max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self):
        super().clean()
        if self.cleaned_data.get("tiers"):
            self.cleaned_data["rate_bps"] = None
        elif "rate_bps" not in self.errors and self.cleaned_data.get("rate_bps") is None and "tiers" not in self.errors:
            self.add_error("rate_bps", _("Enter a rate, or tiers."))
        return self.cleaned_data


class AgreementForm(_TermsForm):
    """A signed agreement with its paper."""

    paper = forms.FileField(label=_("Signed agreement"))
    signed_on = DayField(label=_("Signed on"))

    @property
    def facts(self) -> dict:
        """The service's arguments: the paper as a file and its name."""
        paper = self.cleaned_data["paper"]
        return super().facts | {"paper": paper.file, "filename": paper.name}


class DealTermsForm(_TermsForm):
    """What is earned on one deal in place of the default."""

    deal = RowField(label=_("Deal"), queryset=Deal.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deal"].queryset = selectors.deals()

    @property
    def facts(self) -> dict:
        facts = super().facts
        return facts | {"deal_id": facts.pop("deal").pk}


class EndForm(EditForm):
    last_day = DayField(label=_("Last day"))
    reason = TextField(label=_("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))


class IntroductionForm(EditForm):
    """Whom an introducer brought."""

    email = EmailField(label=_("Prospect’s e-mail"))
    name = LineField(label=_("Prospect"), max_length=NAME, required=False)
    deal = RowField(label=_("Deal"), queryset=Deal.objects.none(), required=False, empty_label=_("All deals"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deal"].queryset = selectors.deals()

    @property
    def facts(self) -> dict:
        deal = self.cleaned_data["deal"]
        return {"email": self.cleaned_data["email"], "name": self.cleaned_data["name"], "deal_id": deal and deal.pk}


class LinkForm(EditForm):
    investor = RowField(label=_("Investor"), queryset=Investor.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["investor"].queryset = selectors.investors()

    @property
    def facts(self) -> dict:
        return {"investor_id": self.cleaned_data["investor"].pk}


class PayoutForm(EditForm):
    paid_on = DayField(label=_("Paid on"))
    note = TextField(label=_("Note"), max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 2}))
