"""How figures, dates and spans of time are written and read, in the language of the reader.

The language sets separators and month names, never the rounding. Nothing here computes: what is longer than
its places is rounded half up for the eye, once, and the exact value stays where it came from.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import get_currency_name
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from lib.money import minor_units

NBSP = "\u00a0"
MINUS = "\u2212"

# Group and decimal sign by language. French writes a narrow no-break space, which our fonts do not have.
_SIGNS = {"en": (",", "."), "de": (".", ","), "fr": (NBSP, ","), "es": (".", ",")}
_DAY = {"de": "d. MMM y"}
_LONG_DAY = {"de": "d. MMMM y", "es": "d 'de' MMMM 'de' y"}
_NO_DATE = (None, "")


def reader_language() -> str:
    """The active language as one of en, de, fr, es."""
    language = (get_language() or "en")[:2]
    return language if language in _SIGNS else "en"


def signs() -> tuple[str, str]:
    """The group and the decimal sign of the active language."""
    return _SIGNS[reader_language()]


def _written(value: Decimal, places: int) -> str:
    exact = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    group, point = signs()
    digits = f"{abs(exact):,.{places}f}".translate({ord(","): group, ord("."): point})
    return f"{MINUS}{digits}" if exact < 0 else digits


def _places(value: Decimal, at_least: int, at_most: int) -> int:
    """How many decimals the value needs between two bounds."""
    exponent = value.normalize().as_tuple().exponent
    return min(max(-int(exponent), at_least), at_most)


def number(value, at_least: int = 0, at_most: int = 8) -> str:
    """A number without trailing zeros beyond ``at_least`` decimals: ``1,250.5``."""
    exact = Decimal(value)
    return _written(exact, _places(exact, at_least, at_most))


def amount(value, currency: str) -> str:
    """An amount to the minor unit of its currency, without the currency: ``171,000.00``."""
    return _written(Decimal(value), minor_units(currency))


def money(value, currency: str) -> str:
    """An amount with its currency, as plain text: ``171,000.00 USD``, joined by a no-break space."""
    return f"{amount(value, currency)}{NBSP}{currency}"


def currency_name(currency: str, count: int = 1) -> str:
    """A currency in words: ``US dollar``, or ``US dollars`` with a count of 2."""
    return get_currency_name(currency, count, locale=reader_language())


def units(value) -> str:
    """Units: trailing zeros go, real places stay: ``6,000`` or ``1,250.5``."""
    return number(value)


def unit_count(value) -> str:
    """Units with their noun: ``1 unit``, ``6,000 units`` or ``1,250.5 units``."""
    return ngettext("%(units)s unit", "%(units)s units", plural(value)) % {"units": units(value)}


def plural(value) -> int:
    """The whole number by which ngettext chooses a form: exactly one is singular, a fraction is not."""
    exact = Decimal(value)
    return int(exact) if exact == int(exact) else max(int(exact), 2)


def unit_cost(value) -> str:
    """A unit cost, always to six places: ``24.583333``."""
    return _written(Decimal(value), 6)


def price(value, currency: str) -> str:
    """A price per unit as quoted: at least the currency's minor unit, at most six places: ``28.50``."""
    return number(value, minor_units(currency), 6)


def rate(basis_points) -> str:
    """Basis points as a rate: 250 is ``2.5 %``."""
    return percent(Decimal(basis_points) / 100)


def percent(value) -> str:
    """A percentage with up to four decimals: ``67.5 %``."""
    return f"{number(value, 0, 4)}{NBSP}%"


def multiple(value) -> str:
    """A multiple to two places: ``1.16×``."""
    return f"{_written(Decimal(value), 2)}×"


def _local(moment: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment


def day(value: dt.date | None) -> str:
    """A date whose digits cannot be swapped: ``4 Dec 2026``. A moment is taken in the reader's zone."""
    if value in _NO_DATE:
        return ""
    language = reader_language()
    return format_date(_local(value), _DAY.get(language, "d MMM y"), locale=language)


def long_day(value: dt.date | None) -> str:
    """A date in words: ``16 November 2026``."""
    if value in _NO_DATE:
        return ""
    language = reader_language()
    return format_date(_local(value), _LONG_DAY.get(language, "d MMMM y"), locale=language)


def month(value: dt.date | None) -> str:
    """The month of a date: ``November 2026``."""
    return "" if value in _NO_DATE else format_date(_local(value), "MMMM y", locale=reader_language())


def weekday(value: dt.date | None) -> str:
    """A date with its weekday: ``Fri 4 Dec 2026``."""
    if value in _NO_DATE:
        return ""
    return f"{format_date(_local(value), 'EEE', locale=reader_language())} {day(value)}"


def zone(value: dt.datetime) -> str:
    """The name of the reader's zone at that moment: ``CET``, or ``UTC-03`` where it has only an offset."""
    name = timezone.localtime(value).tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def hour(value: dt.datetime | None, *, seconds: bool = False) -> str:
    """A time of day with its zone: ``14:32 CET``."""
    if value in _NO_DATE:
        return ""
    return f"{timezone.localtime(value):{'%H:%M:%S' if seconds else '%H:%M'}}{NBSP}{zone(value)}"


def near(value: dt.datetime | None, *, now: dt.datetime | None = None, seconds: bool = False) -> str:
    """A moment around now: ``14:32 CET``, with its day where that is not today: ``14:32 CET on 4 Dec 2026``."""
    if value in _NO_DATE or _local(value).date() == timezone.localdate(now):
        return hour(value, seconds=seconds)
    return gettext("%(time)s on %(day)s") % {"time": hour(value, seconds=seconds), "day": day(value)}


def moment(value: dt.datetime | None) -> str:
    """A moment that binds: ``Fri 4 Dec 2026, 18:00 CET``."""
    return "" if value in _NO_DATE else f"{weekday(value)}, {hour(value)}"


def stamp(value: dt.datetime | None) -> str:
    """A moment of the past, for tables and trails: ``4 Dec 2026, 18:00``."""
    return "" if value in _NO_DATE else f"{day(value)}, {timezone.localtime(value):%H:%M}"


def time_left(seconds) -> str:
    """Finer as it gets close: ``17:42`` below an hour, ``2 h 31 min`` below a day, ``4 days`` above."""
    left = max(int(seconds), 0)
    if left < 3600:
        return f"{left // 60:02d}:{left % 60:02d}"
    if left < 86400:
        return f"{left // 3600} h {left % 3600 // 60} min"
    days = left // 86400
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def span(seconds) -> str:
    """A span for clocks that run in minutes: ``26 min``, ``2 h 31 min``, ``1 d 6 h``."""
    whole = max(int(seconds), 0)
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    hours = whole % 86400 // 3600
    values = {"days": whole // 86400, "hours": hours}
    return (gettext("%(days)s d %(hours)s h") if hours else gettext("%(days)s d")) % values


def read_number(text: str) -> Decimal:
    """Read a number as a person types it in the active language. ValueError when it could mean two things.

    ``6,000`` is six thousand in English and is refused in German, where ``6.000`` is. ``1,5`` is no number in
    English. A plain point as the decimal sign is understood in every language as long as it cannot be a group
    sign. Only ASCII digits, at most 60 signs in all; no exponent, no words.
    """
    group, point = signs()
    typed = text.strip().replace(MINUS, "-").replace(" ", NBSP).replace("\u202f", NBSP)
    grouped = rf"-?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+(?:{re.escape(point)}[0-9]+)?"
    bare = rf"-?[0-9]+(?:{re.escape(point)}[0-9]+)?"
    # Elsewhere a comma before three digits groups them: whoever typed it may have meant thousands.
    thousands = point == "," and re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", typed)
    if len(typed) <= 60 and not thousands and (re.fullmatch(grouped, typed) or re.fullmatch(bare, typed)):
        return Decimal(typed.replace(group, "").replace(point, "."))
    if re.fullmatch(r"-?[0-9]{1,40}\.([0-9]{1,2}|[0-9]{4,40})", typed):
        return Decimal(typed)
    raise ValueError(text)
