"""People who sign in, the legal investors, and who acts for whom."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from house.models import NUMBER, Address, address_checks
from lib.emails import in_normal_form, normal_email
from lib.fields import (
    ActingProfile,
    RandomUUID,
    SecretField,
    between,
    line,
    moments_within_years,
    one_of,
    text,
    within_years,
)
from lib.text import NAME, REASON, TITLE
from ui import countries, figures

from . import db, passwords


class Role(models.TextChoices):
    INVESTOR = "investor", _("Investor")
    STAFF_ADMIN = "staff_admin", _("Staff, administration")
    STAFF_OPS = "staff_ops", _("Staff, operations")
    STAFF_RM = "staff_rm", _("Staff, relationship manager")


class ProfileManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """A profile that can sign in with this e-mail and password; without one it waits for its link."""
        profile = self.model(email=normal_email(email) or None, **fields)
        profile.set_password(password)
        profile.save(using=self._db)
        return profile

    def create_superuser(self, email, password=None, **fields):
        """The first administrator of an empty installation. Raises ValidationError for a weak password."""
        if password is not None:
            validate_password(password, self.model(email=normal_email(email)))
        return self.create_user(email, password, role=Role.STAFF_ADMIN, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=normal_email(email))


class Profile(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What they may see and do follows from the role and the links."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    role = models.TextField(_("role"), choices=Role, default=Role.INVESTOR, db_default=Role.INVESTOR)
    display_name = models.TextField(_("name"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, null=True, unique=True)
    title = models.TextField(_("title"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    password = SecretField(_("password"), db_default="!")
    has_password = models.GeneratedField(
        expression=models.Func(models.F("password"), template="left(%(expressions)s, 1) <> '!'"),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    lockout_told_at = models.DateTimeField(null=True, editable=False)  # when mail last said that sign-ins are refused
    session_stamp = models.UUIDField(db_default=RandomUUID(), editable=False)  # a new one with every new password
    last_login = models.DateTimeField(_("last sign-in"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True, db_default=True)
    is_superuser = False  # no column: a superuser of Django's would be one more way around the roles
    is_staff = models.GeneratedField(
        expression=models.Case(models.When(role="investor", then=models.Value(False)), default=models.Value(True)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    time_zone = models.TextField(_("time zone"), default="Europe/Paris", db_default="Europe/Paris")
    language = models.CharField(_("language"), max_length=8, default="en", db_default="en")
    created_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_column="created_by",
        db_default=ActingProfile(),
    )
    # Until when it was an administrator's, an investor's person's, or staff's. Noted by guard_profile.
    admin_until = models.DateTimeField(null=True, editable=False)
    investor_until = models.DateTimeField(null=True, editable=False)
    staff_until = models.DateTimeField(null=True, editable=False)

    objects = ProfileManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "profiles"
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            *moments_within_years("profiles", "created_at", "last_login"),
            models.CheckConstraint(
                condition=models.Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="profiles_language_known",
            ),
            models.UniqueConstraint(Lower("email"), name="profiles_email_any_case"),
            in_normal_form("email", name="profiles_email_normal"),
            one_of("role", Role, name="profiles_role_known"),
            line("display_name", NAME, required=True, name="profiles_name_is_line"),
            line("title", TITLE, name="profiles_title_is_line"),
        ]

    def __str__(self):
        return self.display_name or self.email or str(self.pk)

    @property
    def access(self) -> str:
        """Whether this person gets in: ``active``, ``waiting`` for a first password, or ``disabled``."""
        if not self.is_active:
            return "disabled"
        return "active" if self.has_usable_password() else "waiting"

    def has_usable_password(self) -> bool:
        return self.has_password

    def check_password(self, raw_password: str) -> bool:
        """Whether this is the person's password."""
        return self.password_proof(raw_password) is not None

    def password_proof(self, raw_password: str) -> str | None:
        """The derived value of the person's password, which the database takes as proof; None for any other."""
        proof = passwords.derived(raw_password, db.password_recipe(self.email or "", passwords.present_form()))
        return proof if db.password_owner(self.email or "", proof) == self.pk else None

    def _get_session_auth_hash(self, secret=None) -> str:
        """Sessions hang on the stamp: the password itself cannot be read."""
        return salted_hmac("investors.Profile", str(self.session_stamp), secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self).split(" ")[0]


class KycStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", pgettext_lazy("identity check", "Expired")


class InvestorType(models.TextChoices):
    INDIVIDUAL = "individual", _("Person")
    ENTITY = "entity", _("Entity")


class Investor(models.Model):
    """The legal investor, a person or an entity. It holds positions; profiles act for it."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    legal_name = models.TextField(_("legal name"))
    type = models.TextField(_("type"), choices=InvestorType, null=True, blank=True)
    kyc_status = models.TextField(
        _("KYC status"), choices=KycStatus, null=True, default=KycStatus.PENDING, db_default=KycStatus.PENDING
    )
    kyc_reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    kyc_changed_at = models.DateTimeField(null=True, blank=True)
    kyc_decided_by = models.ForeignKey(
        Profile, models.PROTECT, null=True, editable=False, related_name="+", db_column="kyc_decided_by"
    )
    country = models.TextField(_("country"), null=True, blank=True)
    rm = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relationship manager"),
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_column="created_by",
        db_default=ActingProfile(),
    )

    class Meta:
        db_table = "investors"
        verbose_name = _("investor")
        verbose_name_plural = _("investors")
        constraints = [
            *moments_within_years("investors", "created_at", "kyc_changed_at"),
            one_of("type", InvestorType, name="investors_type_known"),
            one_of("kyc_status", KycStatus, name="investors_kyc_status_known"),
            line("legal_name", NAME, required=True, name="investors_name_is_line"),
            line("country", 100, name="investors_country_is_line"),
            text("kyc_reason", REASON, name="investors_kyc_reason_is_text"),
        ]

    def __str__(self):
        return self.legal_name

    @property
    def country_name(self) -> str:
        """The country in the reader's language; what is no code is given back as it is."""
        return countries.name_of(self.country)


class InvestorUser(models.Model):
    """A profile that acts for an investor. Many to many."""

    pk = models.CompositePrimaryKey("investor_id", "user_id")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="links")
    user = models.ForeignKey(Profile, models.PROTECT, related_name="investor_links")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "investor_users"
        constraints = [
            *moments_within_years("investor_users", "created_at"),
        ]


class VatTreatment(models.TextChoices):
    DOMESTIC = "domestic", _("VAT is charged")
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge: the customer owes the VAT")
    OUTSIDE_SCOPE = "outside_scope", _("Outside the scope of VAT")
    EXEMPT = "exempt", _("Exempt from VAT")


class InvestorBilling(Address):
    """How an investor is named, addressed and taxed on invoices, from a day on. As HouseIdentity, never changed.

    The rate is in basis points and counts only where VAT is charged. The last in effect counts (``app.billing_of``).
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="billing")
    effective_from = models.DateField(_("from"))
    legal_name = models.TextField(_("name on invoices"))
    vat_id = models.TextField(_("VAT number"), default="", db_default="")
    vat_treatment = models.TextField(_("VAT"), choices=VatTreatment)
    vat_rate_bps = models.PositiveIntegerField(_("VAT rate"), default=0, db_default=0)
    email = models.TextField(_("invoice e-mail"), default="", db_default="")
    language = models.CharField(_("language of invoices"), max_length=8, default="en", db_default="en")
    reason = models.TextField(_("reason"), default="", db_default="")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Profile, models.PROTECT, null=True, related_name="+", db_column="recorded_by")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "investor_billing"
        verbose_name = _("billing details")
        verbose_name_plural = _("billing details")
        constraints = [
            *moments_within_years("investor_billing", "recorded_at"),
            within_years("effective_from", name="investor_billing_effective_within_years"),
            *address_checks("investor_billing"),
            line("legal_name", NAME, required=True, name="investor_billing_name_is_line"),
            line("vat_id", NUMBER, name="investor_billing_vat_id_is_line"),
            in_normal_form("email", name="investor_billing_email_normal"),
            text("reason", REASON, name="investor_billing_reason_is_text"),
            one_of("vat_treatment", VatTreatment, name="investor_billing_treatment_known"),
            between("vat_rate_bps", 0, 10001, name="investor_billing_rate_bounds"),
            models.CheckConstraint(
                condition=models.Q(vat_treatment=VatTreatment.DOMESTIC) | models.Q(vat_rate_bps=0),
                name="investor_billing_rate_where_charged",
            ),
            # Without the customer's number there is nobody on whom the VAT could be put.
            models.CheckConstraint(
                condition=~models.Q(vat_treatment=VatTreatment.REVERSE_CHARGE) | ~models.Q(vat_id=""),
                name="investor_billing_reverse_needs_vat_id",
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="investor_billing_language_known",
            ),
            models.UniqueConstraint(
                fields=["investor", "replaces"], nulls_distinct=False, name="investor_billing_one_after"
            ),
        ]

    def __str__(self):
        return self.legal_name

    @property
    def vat_words(self) -> str:
        """How it is taxed, with the rate where one is charged."""
        if self.vat_treatment == VatTreatment.DOMESTIC:
            return str(_("Charged at %(rate)s") % {"rate": figures.rate(self.vat_rate_bps)})
        return str(self.get_vat_treatment_display())

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES)[self.language])


class AccountMaker(models.Model):
    """Who said where mail to an account goes, since links go there, or gave it the rights of staff; and when.

    One row each time, written by a trigger and never changed.
    """

    maker = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    account = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "account_makers"


class SetPasswordLink(models.Model):
    """A one-time link by which a person sets a password: made by staff, or asked for by e-mail.

    Only its hash is kept. Written by SQL functions alone: see ``migrations_sql/investors/use_password_link``.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    user = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    token_hash = SecretField(unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Profile, models.PROTECT, null=True, related_name="+", db_column="created_by")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    from_known = models.BooleanField(default=False, db_default=False)  # asked for where the person signed in before

    class Meta:
        db_table = "set_password_links"
