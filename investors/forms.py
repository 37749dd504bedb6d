"""Forms of sign-in, passwords, people and investors. Who may do what is asked by the services."""

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from house.forms import from_field, postcode_field, reason_field, street_field, town_field, vat_id_field
from lib.emails import EmailField
from lib.text import NAME, REASON, TITLE, LineField, TextField
from ui import countries
from ui.dates import time_zones
from ui.details import check_vat_id, country_field
from ui.editing import EditForm
from ui.numbers import PercentField

from . import devices, services
from .models import InvestorType, KycStatus, Profile, Role, VatTreatment
from .selectors import relationship_managers


def _password(label, autocomplete="new-password", help_text=""):
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


def _new_password():
    hint = format_lazy(
        _("{least} to {most} characters. A short sentence is easy to remember."),
        least=settings.PASSWORD_LENGTH_MIN,
        most=settings.PASSWORD_LENGTH_MAX,
    )
    return _password(_("New password"), help_text=hint)


def _email(label):
    return EmailField(label=label, widget=forms.EmailInput(attrs={"autocomplete": "off"}))


# --- sign-in and passwords


class SignInForm(LoginForm):
    """allauth's, in our words and without placeholders."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        email = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        self.fields["login"] = EmailField(label=_("E-mail"), widget=email)
        self.fields["password"] = _password(_("Password"), autocomplete="current-password")
        self.order_fields(["login", "password"])


class ResetPasswordForm(forms.Form):
    """Asks for a link by e-mail. The answer is the same for every e-mail."""

    email = EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def save(self, request, **kwargs) -> str:
        email = self.cleaned_data["email"]
        services.ask_password_reset(email=email, known=devices.is_known(request, email))
        return email


class NewPasswordForm(forms.Form):
    """A new password, typed twice, for the person a link belongs to."""

    password1 = _new_password()
    password2 = _password(_("Confirm password"))

    def __init__(self, *args, user: Profile, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password1(self):
        validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]

    def clean(self):
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The passwords do not match."))
        return self.cleaned_data


class ChangePasswordForm(NewPasswordForm):
    """As above, after the current password."""

    oldpassword = _password(_("Current password"), autocomplete="current-password")
    field_order = ["oldpassword", "password1", "password2"]

    def clean_oldpassword(self):
        self.proof = self.user.password_proof(self.cleaned_data["oldpassword"])
        if self.proof is None:
            raise forms.ValidationError(_("This is not your current password."))
        return self.cleaned_data["oldpassword"]

    def save(self) -> None:
        password = self.cleaned_data["password1"]
        services.change_own_password(acting_user=self.user, proof=self.proof, password=password)


# --- people


def _name(label):
    return LineField(label=label, max_length=NAME)


def _language():
    return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in time_zones()]


def _time_zone():
    return forms.ChoiceField(label=_("Time zone"), choices=_zones)


class OwnProfileForm(EditForm):
    """What a person may change about themselves."""

    display_name = _name(_("Your name"))
    language = _language()
    time_zone = _time_zone()


class PersonNameForm(EditForm):
    """What other staff than administrators change about an investor's person."""

    display_name = _name(_("Name"))


class PersonForm(PersonNameForm):
    """Who a person is, as administrators keep it."""

    email = _email(_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    title = LineField(label=_("Title"), max_length=TITLE, required=False)


class NewPersonForm(PersonForm):
    """A person to add, with the language and zone in which they read."""

    language = _language()
    time_zone = _time_zone()

    def __init__(self, *args, acting_user: Profile, **kwargs):
        super().__init__(*args, **kwargs)
        if acting_user.role != Role.STAFF_ADMIN:
            del self.fields["role"]  # only administrators add staff


# --- investors


def _countries() -> list[tuple[str, str]]:
    return [("", _("not known")), *countries.names().items()]


class InvestorForm(EditForm):
    """A legal investor."""

    legal_name = _name(_("Legal name"))
    type = forms.ChoiceField(label=_("Type"), choices=InvestorType, widget=forms.RadioSelect)
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    rm = forms.ModelChoiceField(
        label=_("Relationship manager"), queryset=None, required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args, acting_user: Profile, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rm"].queryset = relationship_managers(beside=self.initial.get("rm"))
        if self.initial and not services.may_choose_rm(acting_user):
            del self.fields["rm"]


class LinkPersonForm(EditForm):
    """Names a person by e-mail, exactly: a list of everybody would be no help."""

    email = _email(_("E-mail of the person"))

    def clean_email(self):
        self.person = Profile.objects.filter(email=self.cleaned_data["email"]).first()
        if self.person is None:
            raise forms.ValidationError(_("No person has this e-mail yet. Add the person first."))
        return self.cleaned_data["email"]

    @property
    def facts(self) -> dict:
        return {"person": self.person}


class AccessForm(EditForm):
    """Whether a person may sign in; the page asks once, about the person as shown."""

    access = forms.ChoiceField(choices=[("enable", ""), ("disable", "")], required=False)

    @property
    def facts(self) -> dict:
        return {}


class BillingForm(EditForm):
    """A version of how invoices name, address and tax an investor."""

    legal_name = _name(_("Name on invoices"))
    street = street_field()
    postcode = postcode_field()
    town = town_field()
    country = country_field()
    vat_id = vat_id_field()
    vat_treatment = forms.ChoiceField(label=_("VAT"), choices=VatTreatment, widget=forms.RadioSelect)
    vat_rate_bps = PercentField(label=_("VAT rate"), required=False)
    email = EmailField(label=_("Invoice e-mail"), required=False)
    language = _language()
    effective_from = from_field()
    reason = reason_field()

    def clean(self):
        super().clean()
        check_vat_id(self)
        typed = self.cleaned_data
        treatment, rate = typed.get("vat_treatment"), typed.get("vat_rate_bps")
        if treatment == VatTreatment.REVERSE_CHARGE and not typed.get("vat_id") and "vat_id" not in self.errors:
            self.add_error("vat_id", _("With a reverse charge, the customer’s VAT number is needed."))
        if treatment == VatTreatment.DOMESTIC and rate is None and "vat_rate_bps" not in self.errors:
            self.add_error("vat_rate_bps", _("Enter the rate that is charged; 0 is a rate, too."))
        if treatment != VatTreatment.DOMESTIC:
            typed["vat_rate_bps"] = 0
        return typed


class KycForm(EditForm):
    """The status of an investor's identity check, and why."""

    also_shown = {"reason_now": _("Reason")}  # noqa: RUF012

    kyc_status = forms.ChoiceField(label=_("Status"), choices=KycStatus, widget=forms.RadioSelect)
    kyc_reason = TextField(
        label=_("Reason"),
        max_length=REASON,
        help_text=_("What was checked, or what is missing. Kept in the audit log."),
    )

    @property
    def facts(self) -> dict:
        return {"status": self.cleaned_data["kyc_status"], "reason": self.cleaned_data["kyc_reason"]}
