"""Who introduces investors, on which terms, whom they introduced, and what they earned by it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.models import Deal
from documents.models import Document
from fees.models import FeeEvent, Invoice, Payment
from house.models import NUMBER, POSTCODE, STREET, TOWN
from inventory.models import Allocation
from investors.models import Investor, VatTreatment
from lib.emails import in_normal_form
from lib.exact import ExactDecoder
from lib.fields import (
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    RandomUUID,
    between,
    currency_code,
    iban,
    is_json_object,
    line,
    moments_within_years,
    one_of,
    text,
    within_years,
)
from lib.text import NAME, REASON
from ui import countries, figures

RATE_BOUND = 10_001
MOST_YEARS = 51


def _profile(column: str, **more) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_column=column,
        **more,
    )


class IntroducerStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")


class Introducer(models.Model):
    """A person or firm that brings investors. ``user`` is the profile with which it reads its own portal, if any.

    The default rate (basis points) and cap are set with a confirmed agreement. Address, VAT and account are those of
    its self-billing invoices, each of which keeps the ones of its day.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="introducers"
    )
    legal_name = models.TextField(_("legal name"), null=True)
    agreement_doc = models.ForeignKey(Document, models.PROTECT, null=True, editable=False, related_name="+")
    default_commission_bps = models.IntegerField(_("default rate"), null=True, editable=False)
    status = models.TextField(_("status"), choices=IntroducerStatus, null=True, default="active", db_default="active")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    commission_cap = MoneyField(_("cap"), null=True, editable=False)
    contact_name = models.TextField(_("contact"), default="", db_default="", blank=True)
    email = models.TextField(_("e-mail"), default="", db_default="", blank=True)
    phone = models.TextField(_("phone"), default="", db_default="", blank=True)
    street = models.TextField(_("street and number"), default="", db_default="", blank=True)
    postcode = models.TextField(_("postcode"), default="", db_default="", blank=True)
    town = models.TextField(_("town"), default="", db_default="", blank=True)
    country = models.TextField(_("country"), default="", db_default="", blank=True)
    vat_id = models.TextField(_("VAT number"), default="", db_default="", blank=True)
    vat_treatment = models.TextField(
        _("VAT"), choices=VatTreatment, default="outside_scope", db_default="outside_scope"
    )
    vat_rate_bps = models.IntegerField(_("VAT rate"), default=0, db_default=0)
    account_holder = models.TextField(_("account holder"), default="", db_default="", blank=True)
    bank_name = models.TextField(_("bank"), default="", db_default="", blank=True)
    iban = models.TextField(_("IBAN"), default="", db_default="", blank=True)
    bic = models.TextField(_("BIC"), default="", db_default="", blank=True)
    created_by = _profile("created_by", db_default=ActingProfile())

    class Meta:
        db_table = "introducers"
        verbose_name = _("introducer")
        verbose_name_plural = _("introducers")
        constraints = [
            *moments_within_years("introducers", "created_at"),
            one_of("status", IntroducerStatus, name="introducers_status_known"),
            one_of("vat_treatment", VatTreatment, name="introducers_vat_treatment_known"),
            line("legal_name", NAME, required=True, name="introducers_name_is_line"),
            line("contact_name", NAME, name="introducers_contact_is_line"),
            in_normal_form("email", name="introducers_email_normal"),
            line("phone", NUMBER, name="introducers_phone_is_line"),
            line("street", STREET, name="introducers_street_is_line"),
            line("postcode", POSTCODE, name="introducers_postcode_is_line"),
            line("town", TOWN, name="introducers_town_is_line"),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"), name="introducers_country_is_code"
            ),
            line("vat_id", NUMBER, name="introducers_vat_id_is_line"),
            line("account_holder", NAME, name="introducers_holder_is_line"),
            line("bank_name", NAME, name="introducers_bank_is_line"),
            iban("iban", name="introducers_iban_right"),
            models.CheckConstraint(
                condition=Q(bic="") | Q(bic__regex="^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"), name="introducers_bic_form"
            ),
            between("default_commission_bps", 0, RATE_BOUND, name="introducers_rate_bounds"),
            between("commission_cap", 0, UPPER_BOUND, name="introducers_cap_bounds"),
            between("vat_rate_bps", 0, RATE_BOUND, name="introducers_vat_bounds"),
            models.CheckConstraint(
                condition=Q(vat_treatment=VatTreatment.DOMESTIC) | Q(vat_rate_bps=0),
                name="introducers_rate_where_charged",
            ),
            models.CheckConstraint(
                condition=~Q(vat_treatment=VatTreatment.REVERSE_CHARGE) | ~Q(vat_id=""),
                name="introducers_reverse_needs_vat_id",
            ),
        ]
        indexes = [models.Index(fields=["legal_name"], name="introducers_by_name")]

    def __str__(self):
        return self.legal_name or str(self.pk)

    @property
    def account_number(self) -> str:
        """The IBAN in groups of four."""
        return " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4))

    @property
    def address_lines(self) -> list[str]:
        """Street, postcode and town, country: as on a letter, in the reader's language."""
        country = countries.name_of(self.country) if self.country else ""
        return [part for part in (self.street, f"{self.postcode} {self.town}".strip(), country) if part]

    @property
    def vat_words(self) -> str:
        """How it is taxed, with the rate where one is charged."""
        if self.vat_treatment == VatTreatment.DOMESTIC:
            return str(_("Charged at %(rate)s") % {"rate": figures.rate(self.vat_rate_bps)})
        return str(self.get_vat_treatment_display())

    @property
    def can_be_billed(self) -> bool:
        """Whether a self-billing invoice can name who it is from, and where its money goes."""
        return bool(self.legal_name and self.town and self.country and self.iban)


class Basis(models.TextChoices):
    INVESTED = "invested_amount", _("Amount funded")
    SPREAD = "spread", _("Margin")
    MANAGEMENT = "management_fee", _("Management fees")
    PERFORMANCE = "performance_fee", _("Carried interest")


class AgreementStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting confirmation")
    ACTIVE = "active", _("Active")
    REJECTED = "rejected", _("Rejected")


class IntroducerAgreement(models.Model):
    """Terms that an introducer signed: in general, or for one deal. They count once a second person confirmed them.

    Without a deal it is the agreement itself, on its signed paper, and states the default. For a deal it states what
    takes the default's place there, one basis each. The rate is in basis points of the basis; with tiers each slice
    has its own. A cap is in the currency of the deal, per source. ``trail_years``: for fees that run, how many years
    from the allocation.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    introducer = models.ForeignKey(Introducer, models.PROTECT, related_name="agreements")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    basis_type = models.TextField(_("basis"), choices=Basis, default="invested_amount", db_default="invested_amount")
    rate_bps = models.IntegerField(_("rate"), null=True)
    cap_amount = MoneyField(_("cap"), null=True)
    tiers = models.JSONField(_("tiers"), null=True, decoder=ExactDecoder)
    trail_years = models.IntegerField(_("years"), null=True)
    signed_on = models.DateField(_("signed on"), null=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True)
    status = models.TextField(choices=AgreementStatus, default="proposed", db_default="proposed")
    note = models.TextField(_("note"), default="", db_default="")
    proposed_by = _profile("proposed_by", db_default=ActingProfile())
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = _profile("decided_by")
    decided_at = models.DateTimeField(null=True)
    ended_by = _profile("ended_by")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "introducer_agreements"
        verbose_name = _("introducer agreement")
        verbose_name_plural = _("introducer agreements")
        constraints = [
            *moments_within_years("introducer_agreements", "proposed_at", "decided_at", "ended_at"),
            one_of("basis_type", Basis, name="introducer_agreements_basis_known"),
            one_of("status", AgreementStatus, name="introducer_agreements_status_known"),
            between("rate_bps", 0, RATE_BOUND, name="introducer_agreements_rate_bounds"),
            between("cap_amount", 0, UPPER_BOUND, name="introducer_agreements_cap_bounds"),
            between("trail_years", 1, MOST_YEARS, name="introducer_agreements_trail_bounds"),
            within_years("signed_on", name="introducer_agreements_signed_within_years"),
            within_years("valid_from", name="introducer_agreements_from_within_years"),
            within_years("valid_until", name="introducer_agreements_until_within_years"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from") - 1),
                name="introducer_agreements_run_forward",
            ),
            models.CheckConstraint(
                condition=Q(
                    IsNull(Func(F("tiers"), function="app.tiers_at_fault", output_field=models.TextField()), True)
                ),
                name="introducer_agreements_tiers_count",
            ),
            models.CheckConstraint(
                condition=Q(deal__isnull=False) | Q(document__isnull=False), name="introducer_agreements_on_paper"
            ),
            models.CheckConstraint(
                condition=Q(deal__isnull=True) | Q(rate_bps__isnull=False) | Q(tiers__isnull=False),
                name="introducer_agreements_deal_has_rate",
            ),
            text("note", REASON, name="introducer_agreements_note_is_text"),
            text("end_reason", REASON, name="introducer_agreements_end_reason_is_text"),
        ]


class IntroductionStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    JOINED = "joined", _("Joined")
    ALLOCATED = "allocated", _("Allocated")
    LOST = "lost", _("Lost")


class Introduction(models.Model):
    """A prospect whom an introducer brought, to one deal or, without one, to all. The first recorded one counts.

    ``place`` is its number among those of the same e-mail, 1 for the first. It becomes joined when the prospect accepts
    the deal, and allocated with the first allocation; both find the prospect by the e-mail or the investor.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    introducer = models.ForeignKey(Introducer, models.PROTECT, null=True, related_name="introductions")
    prospect_email = models.TextField(_("prospect’s e-mail"), null=True)
    prospect_investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    status = models.TextField(choices=IntroductionStatus, null=True, default="invited", db_default="invited")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    prospect_name = models.TextField(_("prospect"), default="", db_default="")
    place = models.IntegerField(null=True)
    recorded_by = _profile("recorded_by", db_default=ActingProfile())
    joined_at = models.DateTimeField(null=True)
    allocated_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    lost_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "introductions"
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        constraints = [
            *moments_within_years("introductions", "created_at", "joined_at", "allocated_at", "lost_at"),
            one_of("status", IntroductionStatus, name="introductions_status_known"),
            in_normal_form("prospect_email", name="introductions_email_normal"),
            line("prospect_name", NAME, name="introductions_prospect_is_line"),
            text("lost_reason", REASON, name="introductions_lost_reason_is_text"),
            between("place", 1, 1_000_000, name="introductions_place_bounds"),
            models.UniqueConstraint(fields=["prospect_email", "place"], name="introductions_one_after_another"),
        ]
        indexes = [
            models.Index(fields=["introducer", "created_at"], name="introductions_of_introducer"),
            models.Index(fields=["prospect_investor", "deal"], name="introductions_of_investor"),
        ]

    def __str__(self):
        return self.prospect_name or self.prospect_email or str(self.pk)


class IntroductionAlert(models.Model):
    """Two introducers named one prospect within 90 days: for staff to look at, and to settle with a note."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    introduction = models.OneToOneField(Introduction, models.PROTECT, related_name="alert")
    earlier = models.ForeignKey(Introduction, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = _profile("settled_by")
    note = models.TextField(default="", db_default="")

    class Meta:
        db_table = "introduction_alerts"
        constraints = [
            *moments_within_years("introduction_alerts", "raised_at", "settled_at"),
            text("note", REASON, name="introduction_alerts_note_is_text"),
        ]


class CommissionStatus(models.TextChoices):
    ACCRUED = "accrued", _("Accrued")
    INVOICED = "invoiced", _("Invoiced")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")


class IntroducerCommission(models.Model):
    """What an introducer earned by one allocation or one fee. Written by functions; amounts never change.

    Each source may have several rows, ``step`` by step: what further funding adds, or what money taken back takes
    away (negative). Together they come to the rate on ``base_amount``, the cap taken on the sum.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    introducer = models.ForeignKey(Introducer, models.PROTECT, null=True, related_name="commissions", db_index=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+", db_index=False)
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+", db_index=False)
    basis_type = models.TextField(choices=Basis, null=True)
    rate_bps = models.IntegerField()
    accrual_amount = MoneyField()
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    status = models.TextField(choices=CommissionStatus, null=True, default="accrued", db_default="accrued")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    introduction = models.ForeignKey(Introduction, models.PROTECT, null=True, related_name="commissions")
    agreement = models.ForeignKey(IntroducerAgreement, models.PROTECT, null=True, related_name="+")
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="+", db_index=False)
    fee_event = models.ForeignKey(FeeEvent, models.PROTECT, null=True, related_name="+", db_index=False)
    step = models.IntegerField(default=1, db_default=1)
    accrued_on = models.DateField(null=True)
    base_amount = MoneyField(null=True)
    derivation = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), decoder=ExactDecoder)
    cancel_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "introducer_commissions"
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        constraints = [
            *moments_within_years("introducer_commissions", "created_at", "paid_at"),
            one_of("basis_type", Basis, name="introducer_commissions_basis_known"),
            one_of("status", CommissionStatus, name="introducer_commissions_status_known"),
            currency_code("currency", name="introducer_commissions_currency_code"),
            between("rate_bps", 0, RATE_BOUND, name="introducer_commissions_rate_bounds"),
            between("accrual_amount", -UPPER_BOUND, UPPER_BOUND, name="introducer_commissions_amount_bounds"),
            between("base_amount", 0, UPPER_BOUND, name="introducer_commissions_base_bounds"),
            between("step", 1, 1_000_000, name="introducer_commissions_step_bounds"),
            within_years("accrued_on", name="introducer_commissions_date_within_years"),
            is_json_object("derivation", name="introducer_commissions_derivation_is_object"),
            text("cancel_reason", REASON, name="introducer_commissions_reason_is_text"),
            models.UniqueConstraint(
                fields=["introducer", "basis_type", "allocation", "fee_event", "step"],
                condition=Q(allocation__isnull=False) | Q(fee_event__isnull=False),
                nulls_distinct=False,
                name="introducer_commissions_accrue_once",
            ),
        ]
        indexes = [
            models.Index(fields=["introducer", "status"], name="introducer_commissions_open"),
            models.Index(fields=["deal", "investor"], name="introducer_commissions_deal"),
            models.Index(fields=["allocation"], name="introducer_commissions_alloc"),
            models.Index(fields=["fee_event"], name="introducer_commissions_fee"),
        ]


class PayoutStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    REVERSED = "reversed", pgettext_lazy("payout", "Reversed")


class IntroducerPayout(models.Model):
    """A payment of a self-billing invoice that staff ordered, before the bank line of it is there."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="+")
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    note = models.TextField(default="", db_default="")
    status = models.TextField(choices=PayoutStatus, default="proposed", db_default="proposed")
    proposed_by = _profile("proposed_by", db_default=ActingProfile())
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = _profile("decided_by")
    decided_at = models.DateTimeField(null=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+")
    reversal_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "introducer_payouts"
        constraints = [
            *moments_within_years("introducer_payouts", "proposed_at", "decided_at"),
            one_of("status", PayoutStatus, name="introducer_payouts_status_known"),
            between("amount", 0, UPPER_BOUND, above=True, name="introducer_payouts_amount_bounds"),
            currency_code("currency", name="introducer_payouts_currency_code"),
            within_years("paid_on", name="introducer_payouts_date_within_years"),
            text("note", REASON, name="introducer_payouts_note_is_text"),
            text("reversal_reason", REASON, name="introducer_payouts_reversal_is_text"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="proposed"), name="introducer_payouts_one_at_a_time"
            ),
        ]
