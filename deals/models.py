"""Offers: who may see them, what they cost, and who asked to buy."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from deals.fee_choices import (
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
from documents.models import Document
from house.models import ReceivingAccount
from investors.models import Investor, InvestorUser
from lib.emails import in_normal_form
from lib.exact import ExactDecoder
from lib.fields import (
    PRICE_BOUND,
    UPPER_BOUND,
    ActingProfile,
    MoneyField,
    PriceField,
    RandomUUID,
    SecretField,
    UnitsField,
    between,
    currency_code,
    is_json_object,
    line,
    moment_within_years,
    moments_within_years,
    one_of,
    product_within,
    text,
    within_years,
)
from lib.text import NAME, REASON, SENTENCE
from portfolio.models import Vehicle

MOST_DESCRIPTION, MOST_PLAN_NAME, MOST_NOTES = 20_000, 120, 1_000


class DealType(models.TextChoices):
    EQUITY_SECONDARY = "equity_secondary", _("Equity, secondary")
    EQUITY_PRIMARY = "equity_primary", _("Equity, primary")
    CREDIT_TRADE_FINANCE = "credit_trade_finance", _("Private credit")
    OTHER = "other", _("Other")


class DealStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    ALLOCATION_PENDING = "allocation_pending", _("Allocation")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class MemberRole(models.TextChoices):
    INVESTOR = "investor", _("Investor")
    CO_INVESTOR = "co_investor", _("Co-investor")
    SPOUSE = "spouse", _("Spouse")
    ADVISOR = "advisor", _("Advisor")
    LAWYER = "lawyer", _("Lawyer")
    BANKER = "banker", _("Banker")
    INTRODUCER = "introducer", _("Introducer")
    VIEWER = "viewer", _("Viewer")
    VERSO_STAFF = "verso_staff", _("VERSO staff")


class DealCode(models.Func):
    """A code nobody has to think of, until staff give a readable one."""

    template = "('deal_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))"
    output_field = models.TextField()


class Deal(models.Model):
    """An offer with a status, members, inventory, fee plans and documents. Prices are in its currency."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="deals")
    name = models.TextField(_("name"))
    deal_type = models.TextField(
        _("type"),
        choices=DealType,
        null=True,
        default=DealType.EQUITY_SECONDARY,
        db_default="equity_secondary",
    )
    status = models.TextField(
        _("status"), choices=DealStatus, null=True, default=DealStatus.DRAFT, db_default=DealStatus.DRAFT
    )
    currency = models.CharField(_("currency"), max_length=3, null=True, default="USD", db_default="USD")
    open_at = models.DateTimeField(_("opened"), null=True, blank=True)
    close_at = models.DateTimeField(_("closes"), null=True, blank=True)
    terms_schema = models.JSONField(_("terms"), null=True, blank=True, decoder=ExactDecoder)
    offer_unit_price = PriceField(_("offer price per unit"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    code = models.TextField(_("code"), db_default=DealCode(), unique=True)
    summary = models.TextField(_("in one sentence"), blank=True, default="", db_default="")
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    hold_minutes = models.PositiveIntegerField(_("minutes a hold lasts"), default=30, db_default=30)
    decision_days = models.PositiveIntegerField(_("days for a decision"), default=14, db_default=14)
    max_holds = models.PositiveIntegerField(_("holds at once, for each investor"), null=True, blank=True)
    lot_size = UnitsField(_("units are sold in multiples of"), null=True, blank=True)
    receiving_account = models.ForeignKey(  # none: the default of the currency, see app.receiving_account_for
        ReceivingAccount, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("receiving account")
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "deals"
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = [
            *moments_within_years("deals", "open_at", "created_at"),
            is_json_object("terms_schema", name="deals_terms_schema_is_object"),
            one_of("deal_type", DealType, name="deals_type_known"),
            one_of("status", DealStatus, name="deals_status_known"),
            currency_code("currency", name="deals_currency_code"),
            between("offer_unit_price", 0, PRICE_BOUND, above=True, name="deals_price_bounds"),
            between("hold_minutes", 1, 1441, name="deals_hold_minutes_bounds"),
            between("decision_days", 1, 366, name="deals_decision_days_bounds"),
            between("max_holds", 1, 1001, name="deals_max_holds_bounds"),
            between("lot_size", 0, UPPER_BOUND, above=True, name="deals_lot_size_bounds"),
            moment_within_years("close_at", name="deals_close_within_years"),
            line("name", NAME, required=True, name="deals_name_is_line"),
            line("summary", SENTENCE, name="deals_summary_is_line"),
            text("description", MOST_DESCRIPTION, name="deals_description_is_text"),
            text("end_reason", REASON, name="deals_end_reason_is_text"),
            models.CheckConstraint(
                condition=models.Q(code__regex="^[a-z0-9][a-z0-9_-]{1,62}$"), name="deals_code_readable"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "deal_type"], name="deals_status_type"),
            models.Index(fields=["created_by"], name="deals_created_by_idx"),
            models.Index(fields=["close_at"], condition=models.Q(status="open"), name="deals_to_close"),
        ]

    def __str__(self):
        return self.name


class OfferPrice(models.Model):
    """A price that a deal was offered at, and who set it: written by a trigger, newest by ``set_at`` and ``id``."""

    id = models.BigAutoField(primary_key=True)
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="offer_prices")
    unit_price = PriceField(null=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="set_by"
    )
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "offer_prices"
        constraints = [between("unit_price", 0, PRICE_BOUND, above=True, name="offer_prices_bounds")]


class ChangeKind(models.TextChoices):
    OFFER_UNIT_PRICE = "offer_unit_price", _("Offer price")
    DEFAULT_FEE_PLAN = "default_fee_plan", _("Default plan")
    FEE_PLAN_VERSION = "fee_plan_version", _("Fee plan")
    OVERRIDES = "overrides", _("Negotiated fees")


class ChangeStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPLIED = "applied", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DealChange(models.Model):
    """A change of an open deal that one person proposed and another decides. ``before`` is what it replaces.

    ``changes`` and ``before`` have one key, the kind. Written by SQL functions alone: see ``fn_propose_change``.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="changes")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    kind = models.TextField(choices=ChangeKind)
    changes = models.JSONField(decoder=ExactDecoder)
    before = models.JSONField(decoder=ExactDecoder)
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_column="proposed_by")
    proposed_at = models.DateTimeField(db_default=Now())
    status = models.TextField(choices=ChangeStatus, db_default=ChangeStatus.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="decided_by"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deal_changes"
        constraints = [
            text("reason", REASON, required=True, name="deal_changes_reason_is_text"),
            one_of("kind", ChangeKind, name="deal_changes_kind_known"),
            one_of("status", ChangeStatus, name="deal_changes_status_known"),
            models.UniqueConstraint(
                fields=["deal", "kind", "investor"],
                nulls_distinct=False,
                condition=models.Q(status="proposed"),
                name="deal_changes_one_proposed",
            ),
        ]


class ExitStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class DealExit(models.Model):
    """A sale of what a deal holds, whole or in part, at one price a unit in the deal's currency.

    ``fraction`` is the share of the units held on the exit date, 1 for all of them. A second person approves it; what
    each allocation gave and got stands in ``deal_exit_items`` then. Written by SQL functions alone.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="exits")
    exit_date = models.DateField()
    fraction = models.DecimalField(max_digits=11, decimal_places=10)
    unit_price = PriceField()
    note = models.TextField(blank=True, default="", db_default="")
    status = models.TextField(choices=ExitStatus, db_default=ExitStatus.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_column="proposed_by",
        db_default=ActingProfile(),
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="decided_by"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deal_exits"
        constraints = [
            within_years("exit_date", name="deal_exits_date_within_years"),
            models.CheckConstraint(
                condition=models.Q(fraction__gt=0, fraction__lte=1), name="deal_exits_fraction_bounds"
            ),
            between("unit_price", 0, PRICE_BOUND, name="deal_exits_price_bounds"),
            text("note", REASON, name="deal_exits_note_is_text"),
            one_of("status", ExitStatus, name="deal_exits_status_known"),
            models.UniqueConstraint(
                fields=["deal"], condition=models.Q(status="proposed"), name="deal_exits_one_proposed"
            ),
        ]


class MembershipQuerySet(models.QuerySet):
    def accepted(self):
        """Those that count: an invitation counts once its person accepted it."""
        return self.filter(accepted_at__isnull=False)

    def who_act(self):
        """Those whose person can act for the investor there, as app.who_acts says."""
        linked = InvestorUser.objects.filter(user=models.OuterRef("user_id"), investor=models.OuterRef("investor_id"))
        return self.accepted().filter(models.Exists(linked), user__is_active=True)


class DealMembership(models.Model):
    """A profile's place on one deal; it counts once accepted. No investor means an outside party."""

    pk = models.CompositePrimaryKey("deal_id", "user_id")
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deal_memberships")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.TextField(_("role"), choices=MemberRole)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="invited_by"
    )
    invited_at = models.DateTimeField(null=True, db_default=Now())
    accepted_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "deal_memberships"
        constraints = [
            *moments_within_years("deal_memberships", "invited_at", "accepted_at"),
            one_of("role", MemberRole, name="deal_memberships_role_known"),
        ]
        indexes = [
            models.Index(fields=["user", "deal"], name="deal_memberships_user_deal"),
            models.Index(fields=["deal", "investor"], name="deal_memberships_investor"),
        ]


class InviteLink(models.Model):
    """A link that lets a signed-in person join a deal. The token is shown once; only its hash is kept."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="invite_links")
    role = models.TextField(_("role"), choices=MemberRole)
    token_hash = SecretField(unique=True)
    expires_at = models.DateTimeField(_("valid until"), null=True)
    max_uses = models.IntegerField(_("uses"), null=True, default=1, db_default=1)
    used_count = models.IntegerField(null=True, default=0, db_default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    email = models.EmailField(_("only for this e-mail"), blank=True, default="", db_default="")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invite_links"
        constraints = [
            one_of("role", MemberRole, name="invite_links_role_known"),
            in_normal_form("email", name="invite_links_email_normal"),
            between("max_uses", 1, 1001, name="invite_links_max_uses_bounds"),
            moment_within_years("expires_at", name="invite_links_expiry_within_years"),
            models.CheckConstraint(
                condition=models.Q(used_count__gte=0, used_count__lte=models.F("max_uses")),
                name="invite_links_never_overused",
            ),
        ]


class FeePlan(models.Model):
    """One way to pay for a deal, made of components."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="fee_plans")
    name = models.TextField(_("name"))
    description = models.TextField(_("description"), null=True, blank=True)
    is_default = models.BooleanField(_("default plan"), null=True, default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_column="changed_by",
        db_default=ActingProfile(),
    )
    version = models.PositiveIntegerField(default=1, db_default=1)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="successor")
    # Everybody who made it or changed its fees; ``changed_by`` is the last of them.
    authors = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.UUIDField())),
        editable=False,
    )
    effective_from = models.DateTimeField(null=True, editable=False, db_default=Now())

    class Meta:
        db_table = "fee_plans"
        constraints = [
            *moments_within_years("fee_plans", "created_at", "effective_from"),
            models.UniqueConstraint(fields=["deal"], condition=models.Q(is_default=True), name="fee_plans_one_default"),
            line("name", MOST_PLAN_NAME, required=True, name="fee_plans_name_is_line"),
            text("description", REASON, name="fee_plans_description_is_text"),
        ]

    def __str__(self):
        return self.name

    @property
    def editable(self) -> bool:
        """Whether its fees can change: nobody agreed to it (the selector's ``in_use``), and it is not in effect yet."""
        deal = self.deal
        waits = self.effective_from is None and deal.status in (DealStatus.OPEN, DealStatus.ALLOCATION_PENDING)
        return not self.in_use and (deal.status == DealStatus.DRAFT or waits)


class FeeComponent(models.Model):
    """One fee of a plan. Rates are basis points; flat amounts are in the deal's currency. An explicit 0 is zero.

    What may stay empty is implied by the method: ACT/365F, in arrears, calendar periods, prorated by days of the whole
    period; each slice of ``tiers`` at its own rate; a floor and a cap each period; VAT as the investor is billed; a
    hard, simple hurdle, a full catch-up, profit before the management fee; rounded half up. ``tiers`` are
    [{"up_to": amount or null, "rate_bps": rate}], both as text, and take the place of ``rate_bps``. What the method
    does not count with is refused, by ``guard_fee`` too.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    fee_plan = models.ForeignKey(FeePlan, models.PROTECT, null=True, related_name="components")
    # The same fee in every version of its plan: a copy carries it on, and what is negotiated follows it.
    lineage = models.UUIDField(db_default=RandomUUID(), editable=False)
    kind = models.TextField(_("fee"), choices=FeeKind)
    calc_method = models.TextField(_("method"), choices=CalcMethod, null=True, blank=True)
    rate_bps = models.IntegerField(_("rate, basis points"), null=True, blank=True)
    flat_amount = MoneyField(_("flat amount"), null=True, blank=True)
    frequency = models.TextField(
        _("when"), choices=FeeFrequency, null=True, default=FeeFrequency.ONE_TIME, db_default="one_time"
    )
    hurdle_rate_bps = models.IntegerField(_("hurdle, basis points a year"), null=True, blank=True)
    high_watermark = models.BooleanField(_("high-water mark"), null=True, blank=True)
    notes = models.TextField(_("notes"), null=True, blank=True)
    base = models.TextField(_("base"), choices=FeeBase, null=True, blank=True)
    day_count = models.TextField(_("day count"), choices=DayCount, null=True, blank=True)
    in_advance = models.BooleanField(_("in advance"), null=True, blank=True)
    hurdle_type = models.TextField(_("hurdle type"), choices=HurdleType, null=True, blank=True)
    hurdle_compounding = models.TextField(_("hurdle compounding"), choices=Compounding, null=True, blank=True)
    catch_up_bps = models.IntegerField(_("catch-up rate, basis points"), null=True, blank=True)
    after_management_fee = models.BooleanField(_("profit after the management fee"), null=True, blank=True)
    tiers = models.JSONField(_("tiers"), null=True, blank=True, decoder=ExactDecoder)
    tier_mode = models.TextField(_("tiers apply to"), choices=TierMode, null=True, blank=True)
    floor_amount = MoneyField(_("minimum a period"), null=True, blank=True)
    cap_amount = MoneyField(_("maximum"), null=True, blank=True)
    cap_scope = models.TextField(_("maximum applies to"), choices=CapScope, null=True, blank=True)
    vat_rate_bps = models.IntegerField(_("VAT, basis points"), null=True, blank=True)
    calendar = models.TextField(_("periods"), choices=FeeCalendar, null=True, blank=True)
    anchor_day = models.IntegerField(_("periods begin on day"), null=True, blank=True)
    proration = models.TextField(_("part of a period"), choices=Proration, null=True, blank=True)
    rounding = models.TextField(_("rounding"), choices=Rounding, null=True, blank=True)

    class Meta:
        db_table = "fee_components"
        constraints = [
            one_of("kind", FeeKind, name="fee_components_kind_known"),
            line("notes", MOST_NOTES, name="fee_components_notes_is_line"),
            one_of("calc_method", CalcMethod, name="fee_components_method_known"),
            one_of("frequency", FeeFrequency, name="fee_components_frequency_known"),
            one_of("base", FeeBase, name="fee_components_base_known"),
            one_of("day_count", DayCount, name="fee_components_day_count_known"),
            between("rate_bps", 0, 10_001, name="fee_components_rate_bounds"),
            between("flat_amount", 0, UPPER_BOUND, name="fee_components_flat_bounds"),
            between("hurdle_rate_bps", 0, 10_001, name="fee_components_hurdle_bounds"),
            one_of("hurdle_type", HurdleType, name="fee_components_hurdle_type_known"),
            one_of("hurdle_compounding", Compounding, name="fee_components_compounding_known"),
            between("catch_up_bps", 1, 10_001, name="fee_components_catch_up_bounds"),
            models.CheckConstraint(
                condition=IsNull(
                    Func(F("tiers"), function="app.tiers_at_fault", output_field=models.TextField()), True
                ),
                name="fee_components_tiers_count",
            ),
            one_of("tier_mode", TierMode, name="fee_components_tier_mode_known"),
            between("floor_amount", 0, UPPER_BOUND, name="fee_components_floor_bounds"),
            between("cap_amount", 0, UPPER_BOUND, name="fee_components_cap_bounds"),
            one_of("cap_scope", CapScope, name="fee_components_cap_scope_known"),
            between("vat_rate_bps", 0, 10_001, name="fee_components_vat_bounds"),
            one_of("calendar", FeeCalendar, name="fee_components_calendar_known"),
            between("anchor_day", 1, 32, name="fee_components_anchor_bounds"),
            one_of("proration", Proration, name="fee_components_proration_known"),
            one_of("rounding", Rounding, name="fee_components_rounding_known"),
        ]


class InvestorTerms(models.Model):
    """What one investor pays on one deal: the plan chosen and what was negotiated. One active row."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    selected_fee_plan = models.ForeignKey(FeePlan, models.PROTECT, null=True, related_name="+")
    overrides = models.JSONField(null=True, decoder=ExactDecoder)
    overrides_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="overrides_by"
    )
    status = models.TextField(null=True, default="active", db_default="active")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "investor_terms"
        verbose_name = _("investor terms")
        verbose_name_plural = _("investor terms")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "superseded"]), name="investor_terms_status_known"
            ),
            models.UniqueConstraint(
                fields=["deal", "investor"],
                condition=models.Q(status="active"),
                name="uniq_investor_terms_active",
            ),
        ]


class TermSheetStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")


class TermSheet(models.Model):
    """One version of the economics offered to one investor on one deal, its inputs frozen in ``terms_data``."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    fee_plan = models.ForeignKey(FeePlan, models.PROTECT, null=True, related_name="+")
    price_per_unit = PriceField(null=True)
    currency = models.CharField(max_length=3, null=True, default="USD", db_default="USD")
    valid_until = models.DateTimeField(null=True)
    status = models.TextField(
        choices=TermSheetStatus, null=True, default=TermSheetStatus.DRAFT, db_default=TermSheetStatus.DRAFT
    )
    version = models.IntegerField(null=True, default=1, db_default=1)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    doc = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    terms_data = models.JSONField(null=True, decoder=ExactDecoder)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "term_sheets"
        constraints = [
            one_of("status", TermSheetStatus, name="term_sheets_status_known"),
            currency_code("currency", name="term_sheets_currency_code"),
            models.UniqueConstraint(fields=["deal", "investor", "version"], name="term_sheets_version_once"),
            between("price_per_unit", 0, PRICE_BOUND, name="term_sheets_price_bounds"),
        ]


class CommitmentStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Awaiting approval")
    UNDER_REVIEW = "under_review", _("Changes requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


UNDECIDED = (CommitmentStatus.SUBMITTED, CommitmentStatus.UNDER_REVIEW)


class DealCommitment(models.Model):
    """An investor's request to buy. Its holds are pinned until ``decide_by``; its units are theirs together.

    ``content_hash`` is over what is approved (deal, investor, units, price, plan); ``request_key`` makes a
    repeated submission the same commitment. One that was added to, or reduced, is cancelled and names in
    ``replaced_by`` the one that took its place; one of whose allocations nothing is left says so in ``undone_at``.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="commitments")
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, related_name="+")
    requested_units = UnitsField(null=True)
    requested_amount = MoneyField(null=True)
    selected_fee_plan = models.ForeignKey(FeePlan, models.PROTECT, null=True, related_name="+")
    term_sheet = models.ForeignKey(TermSheet, models.PROTECT, null=True, related_name="+")
    status = models.TextField(
        choices=CommitmentStatus, null=True, default=CommitmentStatus.SUBMITTED, db_default="submitted"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    unit_price = PriceField(null=True)
    decide_by = models.DateTimeField(null=True)
    content_hash = models.TextField(null=True)
    request_key = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(default="", db_default="")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces", db_column="replaced_by")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deal_commitments"
        constraints = [
            *moments_within_years("deal_commitments", "undone_at"),
            one_of("status", CommitmentStatus, name="deal_commitments_status_known"),
            text("decision_note", REASON, name="deal_commitments_note_is_text"),
            between("requested_units", 0, UPPER_BOUND, above=True, name="deal_commitments_units_bounds"),
            between("requested_amount", 0, UPPER_BOUND, above=True, name="deal_commitments_amount_bounds"),
            between("unit_price", 0, PRICE_BOUND, name="deal_commitments_price_bounds"),
            product_within("requested_units", "unit_price", name="deal_commitments_product_bounds"),
            models.UniqueConstraint(
                fields=["deal", "investor"],
                condition=models.Q(status__in=[str(status) for status in UNDECIDED]),
                name="deal_commitments_one_undecided",
            ),
            models.UniqueConstraint(fields=["created_by", "request_key"], name="deal_commitments_request_once"),
        ]
        indexes = [models.Index(fields=["deal", "status"], name="deal_commitments_deal_status")]
