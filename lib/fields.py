"""Model fields and constraints shared by all apps: units, prices, money, random keys."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThan, LessThanOrEqual
from django.db.models.query_utils import DeferredAttribute

# NaN sorts above every number in PostgreSQL, so only an upper bound keeps it out of a column.
UPPER_BOUND = Decimal("1e15")
PRICE_BOUND = Decimal("1e12")


class RandomUUID(Func):
    """``gen_random_uuid()``, in the PostgreSQL core since version 13."""

    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Amount(Func):
    """Units × price, rounded once to the minor unit of the currency: ``Amount(units, price, currency)``."""

    function = "app.amount_of"
    output_field = models.DecimalField(max_digits=60, decimal_places=2)


class ActingProfile(Func):
    """``app.uid()``: whoever acts when the row is made, or nobody."""

    template = "app.uid()"
    output_field = models.UUIDField()


class UnitsField(models.DecimalField):
    """Units of a deal: numeric(28,8)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 28, "decimal_places": 8, **kwargs})


class PriceField(models.DecimalField):
    """Price or cost of one unit: numeric(18,6), in the currency beside it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 18, "decimal_places": 6, **kwargs})


class MoneyField(models.DecimalField):
    """An amount: numeric(18,2), in the currency beside it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 18, "decimal_places": 2, **kwargs})


class _Unread(DeferredAttribute):
    """Holds what is about to be saved. What the database keeps is not loaded, and saving does not touch it."""

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            raise AttributeError(f"{self.field} is written and never read")
        return instance.__dict__[self.field.attname]

    def __set__(self, instance, value):
        if value is not None:
            instance.__dict__[self.field.attname] = value


class SecretField(models.TextField):
    """A column that is written and never read: SQL functions compare it, and the application may not select it.

    Every query gives NULL in its place, also one that joins the table; looking something up by it is an error.
    """

    descriptor_class = _Unread
    db_returning = False

    def select_format(self, compiler, sql, params):
        return "NULL", []

    def get_lookup(self, lookup_name):
        return None

    def get_transform(self, lookup_name):
        return None


def one_of(column: str, choices, *, name: str) -> models.CheckConstraint:
    """The column holds one of the choices, or nothing where it may be null."""
    return models.CheckConstraint(condition=Q(**{f"{column}__in": list(choices.values)}), name=name)


def between(column: str, low, high, *, name: str, above: bool = False) -> models.CheckConstraint:
    """low <= column < high, or low < column < high with ``above``."""
    lower = f"{column}__gt" if above else f"{column}__gte"
    return models.CheckConstraint(condition=Q(**{lower: low, f"{column}__lt": high}), name=name)


def product_within(first: str, second: str, *, name: str) -> models.CheckConstraint:
    """first × second below the bound of an amount: each may be within its own, and their product beyond it."""
    product = ExpressionWrapper(F(first) * F(second), models.DecimalField(max_digits=60, decimal_places=14))
    return models.CheckConstraint(condition=Q(LessThan(product, Value(UPPER_BOUND))), name=name)


def within_years(column: str, *, name: str) -> models.CheckConstraint:
    """A date from 1900 to 2199: far from the ends of what can be shown, and never ``infinity``."""
    return between(column, date(1900, 1, 1), date(2200, 1, 1), name=name)


def moment_within_years(column: str, *, name: str) -> models.CheckConstraint:
    """As :func:`within_years`, for a moment."""
    return between(column, datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC), name=name)


def moments_within_years(table: str, *columns: str) -> list[models.CheckConstraint]:
    """The same for each of these columns of a table: whoever may write one, in psql too, breaks no page with it."""
    return [moment_within_years(column, name=f"{table}_{column}_within_years") for column in columns]


def is_json_object(column: str, *, name: str) -> models.CheckConstraint:
    """Null or a JSON object, whoever writes it: pages look its keys up."""
    kind = Func(F(column), function="jsonb_typeof", output_field=models.TextField())
    return models.CheckConstraint(condition=Q(Exact(kind, models.Value("object"))), name=name)


def currency_code(column: str, *, name: str) -> models.CheckConstraint:
    """Three capital letters of a currency whose amounts fit two decimals."""
    return models.CheckConstraint(condition=Q(_Keeps(F(column), function="app.is_currency")), name=name)


def iban(column: str, *, name: str) -> models.CheckConstraint:
    """An IBAN in its electronic form with check digits that are right, or nothing."""
    return models.CheckConstraint(condition=Q(**{column: ""}) | Q(_Keeps(F(column), function="app.is_iban")), name=name)


class _Keeps(Func):
    """Whether a text may be kept, as ``app.is_line``, ``app.is_text``, ``app.is_currency`` or ``app.is_iban`` says."""

    arity = 1
    output_field = BooleanField()


def line(column: str, most: int, *, name: str, required: bool = False) -> models.CheckConstraint:
    """One line of at most so many characters, nothing invisible in it: see lib/text.py."""
    return _kept("app.is_line", column, most, name, required)


def text(column: str, most: int, *, name: str, required: bool = False) -> models.CheckConstraint:
    """Several lines, as :func:`line`."""
    return _kept("app.is_text", column, most, name, required)


def _kept(function: str, column: str, most: int, name: str, required: bool) -> models.CheckConstraint:
    tidy = Q(_Keeps(F(column), function=function)) & Q(LessThanOrEqual(Length(column), most))
    return models.CheckConstraint(condition=tidy & ~Q(**{column: ""}) if required else tidy, name=name)
