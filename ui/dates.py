"""Days and moments as people type them, within the years that something of ours can be in.

Both ends keep away from the first and the last date there is: adding a day or moving to another zone cannot overflow.
"""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class DayField(forms.DateField):
    """A date from 1900 to 2199."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": gettext_lazy("Enter a date, such as 2026-12-04."),
        "range": gettext_lazy("Enter a date between 1900 and 2200."),
    }

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day < LATEST:
            raise forms.ValidationError(self.error_messages["range"], code="range")
        return day


class MomentField(forms.DateTimeField):
    """A date and time in the reader's zone, from 2000 to 2199."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "invalid": gettext_lazy("Enter a date and time, such as 2026-12-04 18:00."),
        "range": gettext_lazy("Enter a date between 2000 and 2200."),
    }

    def to_python(self, value):
        try:
            moment = super().to_python(value)
        except OverflowError:  # the last night there is, in a zone that is behind
            moment = datetime.max
        if isinstance(moment, datetime) and not 2000 <= moment.year < 2200:
            raise forms.ValidationError(self.error_messages["range"], code="range")
        return moment


def zone_of(person) -> ZoneInfo:
    """The time zone in which somebody reads; the house's for nobody, UTC for one that this machine does not know."""
    try:
        return ZoneInfo(person.time_zone if person else settings.TIME_ZONE_DISPLAY)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones one can choose, by name: places, and UTC."""
    places = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    return ("UTC", *sorted(places))
