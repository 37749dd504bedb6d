"""The firm itself: who it is, its receiving accounts and settings; and when its jobs ran, by which clock."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lib.emails import in_normal_form
from lib.fields import RandomUUID, currency_code, iban, line, moments_within_years, text, within_years
from lib.text import NAME, REASON
from ui import countries, figures

STREET, POSTCODE, TOWN, NUMBER = 200, 20, 100, 40


def address_checks(table: str) -> list[models.CheckConstraint]:
    """An address in parts, as a transfer and an electronic invoice need it: town and country are never missing."""
    return [
        line("street", STREET, name=f"{table}_street_is_line"),
        line("postcode", POSTCODE, name=f"{table}_postcode_is_line"),
        line("town", TOWN, required=True, name=f"{table}_town_is_line"),
        models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name=f"{table}_country_is_code"),
    ]


class Address(models.Model):
    """Where somebody is, in the parts that machines read."""

    street = models.TextField(_("street and number"), default="", db_default="")
    postcode = models.TextField(_("postcode"), default="", db_default="")
    town = models.TextField(_("town"))
    country = models.TextField(_("country"))

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """Street, postcode and town, country: as on a letter, in the reader's language."""
        town = f"{self.postcode} {self.town}".strip()
        return [part for part in (self.street, town, countries.name_of(self.country)) if part]


def person(column: str, **more):
    """Somebody of staff, by a plain key: profiles stand above this app, and know nothing of it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column=column, **more
    )


class HouseIdentity(Address):
    """Who the firm is on its papers, from a day on. One row each time it changes, and none is ever changed.

    Of those in effect the last counts (``app.house_identity_on``). ``replaces`` is the version recorded before, so that
    of two people who change it at once one is told.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    effective_from = models.DateField(_("from"))
    legal_name = models.TextField(_("legal name"))
    vat_id = models.TextField(_("VAT number"), default="", db_default="")
    register_number = models.TextField(_("register number"), default="", db_default="")
    email = models.TextField(_("e-mail"), default="", db_default="")
    phone = models.TextField(_("phone"), default="", db_default="")
    reason = models.TextField(_("reason"), default="", db_default="")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    recorded_by = person("recorded_by")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "house_identity"
        verbose_name = _("version of the firm’s details")
        verbose_name_plural = _("firm details")
        constraints = [
            *moments_within_years("house_identity", "recorded_at"),
            within_years("effective_from", name="house_identity_effective_within_years"),
            *address_checks("house_identity"),
            line("legal_name", NAME, required=True, name="house_identity_name_is_line"),
            line("vat_id", NUMBER, name="house_identity_vat_id_is_line"),
            line("register_number", NUMBER, name="house_identity_register_is_line"),
            line("phone", NUMBER, name="house_identity_phone_is_line"),
            in_normal_form("email", name="house_identity_email_normal"),
            text("reason", REASON, name="house_identity_reason_is_text"),
            models.UniqueConstraint(fields=["replaces"], nulls_distinct=False, name="house_identity_one_after"),
        ]

    def __str__(self):
        return self.legal_name


class ReceivingAccount(Address):
    """A bank account into which investors pay. What it says never changes; another account takes its place.

    Proposed by one administrator, it counts from ``active_from``, when another agrees, until ``active_until``. The
    address is the bank's. Functions alone write it: ``migrations_sql/approvals/fn_propose_receiving_account``.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    holder_name = models.TextField(_("account holder"))
    bank_name = models.TextField(_("bank"))
    iban = models.TextField(_("IBAN"), default="", db_default="")
    account_number = models.TextField(_("account number"), default="", db_default="")
    bic = models.TextField(_("BIC"), default="", db_default="")
    is_default = models.BooleanField(_("default of its currency"), default=False, db_default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), default="", db_default="")
    proposed_by = person("proposed_by")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_by = person("agreed_by")
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)
    ended_by = person("ended_by")
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "receiving_accounts"
        verbose_name = _("receiving account")
        verbose_name_plural = _("receiving accounts")
        constraints = [
            *moments_within_years("receiving_accounts", "proposed_at", "active_from", "active_until"),
            currency_code("currency", name="receiving_accounts_currency_code"),
            *address_checks("receiving_accounts"),
            line("holder_name", NAME, required=True, name="receiving_accounts_holder_is_line"),
            line("bank_name", NAME, required=True, name="receiving_accounts_bank_is_line"),
            text("reason", REASON, name="receiving_accounts_reason_is_text"),
            text("end_reason", REASON, name="receiving_accounts_end_reason_is_text"),
            iban("iban", name="receiving_accounts_iban_right"),
            models.CheckConstraint(
                condition=models.Q(bic="") | models.Q(bic__regex="^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"),
                name="receiving_accounts_bic_form",
            ),
            # One number; without an IBAN only the BIC finds the bank.
            models.CheckConstraint(
                condition=models.Q(account_number="") & ~models.Q(iban="")
                | models.Q(iban="", account_number__regex="^[A-Z0-9]([A-Z0-9 ./-]{0,32}[A-Z0-9])?$")
                & ~models.Q(bic=""),
                name="receiving_accounts_one_number",
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed_by=models.F("proposed_by")), name="receiving_accounts_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(active_until__isnull=True) | models.Q(active_until__gte=models.F("active_from")),
                name="receiving_accounts_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=models.Q(is_default=True, active_from__isnull=False, active_until__isnull=True),
                name="receiving_accounts_one_default",
            ),
        ]

    def __str__(self):
        return f"{self.currency} · {self.bank_name} · {self.number}"

    @property
    def number(self) -> str:
        """The IBAN in groups of four, or the account number."""
        return " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4)) or self.account_number

    @property
    def status(self) -> str:
        """``proposed``, ``active`` or ``ended``."""
        if self.active_until:
            return "ended"
        return "active" if self.active_from else "proposed"


class InvoiceRuns(models.TextChoices):
    """How often a job invoices what accrued."""

    OFF = "off", _("No, someone opens each run")
    MONTHLY = "monthly", _("Monthly, for the month before")
    QUARTERLY = "quarterly", _("Quarterly, for the quarter before")


_FITS = models.Func(models.F("key"), models.F("value"), function="app.setting_fits", output_field=models.BooleanField())


class HouseSetting(models.Model):
    """One setting of the firm, as text of the form that ``app.setting_fits`` knows.

    ``bank_fee_tolerance:JPY`` is for yen alone; without a value, that of all currencies applies. SQL reads it by
    ``app.house_setting``, Python by ``selectors.setting``.
    """

    key = models.TextField(primary_key=True)
    value = models.TextField(null=True)
    reason = models.TextField(default="", db_default="")
    changed_by = person("changed_by")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "house_settings"
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        constraints = [
            *moments_within_years("house_settings", "changed_at"),
            text("reason", REASON, name="house_settings_reason_is_text"),
            models.CheckConstraint(condition=models.Q(_FITS), name="house_settings_value_fits"),
        ]

    def __str__(self):
        return self.key


class JobRun(models.Model):
    """The heartbeat of one scheduled job: when it last ran, how it ended. One row per job.

    ``succeeded_at`` is when it last did all of its work; ``since`` when it first began.
    """

    name = models.TextField(primary_key=True)
    since = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", db_default="")
    error = models.TextField(default="", db_default="")

    class Meta:
        db_table = "job_runs"
        constraints = [
            *moments_within_years("job_runs", "since", "started_at", "finished_at", "succeeded_at"),
        ]

    def __str__(self):
        return self.name


class JobClock(models.Model):
    """One row: when the database's clock and a worker's were last known to agree, in seconds, and how far they are
    apart.

    ``held_since``: the database's clock jumped ahead, and jobs that end things wait.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1)
    seconds = models.FloatField(null=True)
    wall = models.FloatField(null=True)
    boot = models.TextField(default="", db_default="")
    ticks = models.FloatField(null=True)
    ahead = models.FloatField(default=0, db_default=0)
    held_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "job_clock"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="job_clock_one_row")]

    @property
    def how_far(self) -> str:
        """How far the two are apart, in words."""
        return figures.span(abs(self.ahead))
