"""What a search of the audit log accepts."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lib.text import LineField
from ui.dates import DayField

from . import selectors


class SearchForm(forms.Form):
    """Every field may stay empty; what is given must fit. ``search`` is what the selectors take."""

    who = LineField(label=_("Who"), required=False, max_length=254)
    action = LineField(label=_("Action"), required=False, max_length=200)
    table = LineField(label=_("Table"), required=False, max_length=63)
    record = forms.UUIDField(label=_("Record"), required=False)
    deal = LineField(label=_("Deal"), required=False, max_length=100)
    request = LineField(label=_("Request"), required=False, max_length=100)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def clean_who(self):
        words = self.cleaned_data["who"]
        found = selectors.people_called(words) if words else ()
        if words and not found:
            raise forms.ValidationError(_("No one has this name."))
        return found

    def clean_deal(self):
        words = self.cleaned_data["deal"]
        found = selectors.deal_called(words) if words else None
        if words and not found:
            raise forms.ValidationError(_("No deal has this code."))
        return found

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return self.cleaned_data

    @property
    def goes_deeper(self) -> bool:
        """Whether one of the rarer conditions is given."""
        return any(self.data.get(name) for name in ("table", "record", "deal", "request"))

    @property
    def search(self) -> selectors.Search:
        """Days are days of the reader's time zone, both included."""
        asked = self.cleaned_data
        return selectors.Search(
            actors=asked["who"],
            action=asked["action"],
            entity=asked["table"],
            entity_id=asked["record"],
            deal_id=asked["deal"],
            request_id=asked["request"],
            since=_midnight(asked["since"]),
            until=asked["until"] and _midnight(asked["until"] + timedelta(days=1)),
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
