"""What a fee may state: its types, methods and options, by the values that are kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeeKind(models.TextChoices):
    SUBSCRIPTION = "subscription", _("Subscription fee")
    MANAGEMENT = "management", _("Management fee")
    PERFORMANCE = "performance", _("Carried interest")
    SPREAD_MARKUP = "spread_markup", _("Spread")
    FLAT = "flat", _("Flat fee")
    OTHER = "other", _("Other fee")


class CalcMethod(models.TextChoices):
    PERCENT_OF_INVESTMENT = "percent_of_investment", _("Percent of the amount")
    PERCENT_PER_ANNUM = "percent_per_annum", _("Percent per year")
    PERCENT_OF_PROFIT = "percent_of_profit", _("Percent of profit")
    PER_UNIT_SPREAD = "per_unit_spread", _("Per unit")
    FIXED = "fixed", _("Fixed amount")


class FeeFrequency(models.TextChoices):
    ONE_TIME = "one_time", _("Once")
    ANNUAL = "annual", _("Each year")
    QUARTERLY = "quarterly", _("Each quarter")
    MONTHLY = "monthly", _("Each month")
    ON_EXIT = "on_exit", _("On exit")


class FeeBase(models.TextChoices):
    AMOUNT = "amount", _("Amount paid")
    COMMITMENT = "commitment", _("Amount committed")
    CALLED = "called", _("Capital called")
    NAV = "nav", _("Net asset value")
    PROFIT = "profit", _("Profit")
    UNITS = "units", _("Units")


class DayCount(models.TextChoices):
    """The names that fn_year_fraction knows, each with its one meaning."""

    ACT_365F = "ACT/365F", "ACT/365F"
    ACT_360 = "ACT/360", "ACT/360"
    ACT_ACT_ISDA = "ACT/ACT ISDA", "ACT/ACT ISDA"
    NL_365 = "NL/365", "NL/365"
    THIRTY_360_ISDA = "30/360 ISDA", "30/360 ISDA"
    THIRTY_E_360 = "30E/360", "30E/360"
    THIRTY_E_360_ISDA = "30E/360 ISDA", "30E/360 ISDA"
    THIRTY_U_360 = "30U/360", "30U/360"


class HurdleType(models.TextChoices):
    """What carried interest is taken of, once the hurdle is passed: profit above it, or all profit by a catch-up."""

    HARD = "hard", _("Hard: on profit above the hurdle")
    SOFT = "soft", _("Soft: on all profit, with a catch-up")


class Compounding(models.TextChoices):
    SIMPLE = "simple", _("Simple")
    ANNUAL = "annual", _("Compounded annually")


class TierMode(models.TextChoices):
    """What the rate of a tier is taken of."""

    MARGINAL = "marginal", _("Each slice at its own rate")
    WHOLE = "whole", _("All of it at the rate of its tier")


class CapScope(models.TextChoices):
    PERIOD = "period", _("Each period")
    TOTAL = "total", _("In total")


class FeeCalendar(models.TextChoices):
    """Where periods begin: with the calendar's months, quarters and years, or on a day counted from the purchase."""

    CALENDAR = "calendar", _("Calendar periods")
    ANNIVERSARY = "anniversary", _("From the purchase")


class Proration(models.TextChoices):
    FULL_PERIOD = "full_period", _("By days of the whole period")
    NONE = "none", _("Not prorated")


class Rounding(models.TextChoices):
    HALF_UP = "half_up", _("Half up")
    DOWN = "down", _("Down")
