"""Text as people type or paste it: one place that says what may be kept, for forms, services and commands.

Composed (NFC), so that one name has one spelling; without control, format and other invisible characters, so that
what is read is what is stored. ``app.is_line`` and ``app.is_text`` hold the database to the same, psql included.
"""

import re
import unicodedata
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.db import BadValue

NAME, TITLE, SENTENCE, REASON = 200, 200, 300, 2_000
SEARCH, SEARCH_WORDS = 100, 8

# Controls, what only formats its neighbours (Cf), what fills a place with nothing, halves of a character.
# Line breaks and tabs are handled before.
INVISIBLE = (
    "\x01-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class BadText(BadValue):
    """A text that cannot be kept: nothing visible where something is needed, or too long."""

    def __init__(self, sentence: str | Promise):
        super().__init__(str(sentence))
        self.sentence = sentence


def tidy_line(typed: str | None) -> str:
    """One line: composed, nothing invisible, one plain space between words and none around them."""
    return " ".join(_composed(_INVISIBLE.sub("", _BREAKS.sub(" ", str(typed or "")))).split())


def tidy_text(typed: str | None) -> str:
    """Lines: as :func:`tidy_line` for characters; line breaks stay, as ``\\n``, and spaces within a line."""
    broken = _BREAKS.sub("\n", str(typed or "")).replace("\t", " ")
    lines = _composed(_INVISIBLE.sub("", broken)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def line(typed: str | None, most: int = NAME, *, required: bool = False) -> str:
    """A line for services: tidied, at most so many characters. Raises BadText; empty only if not ``required``."""
    return _checked(tidy_line(typed), most, required)


def text(typed: str | None, most: int = REASON, *, required: bool = False) -> str:
    """A text of lines for services: as :func:`line`."""
    return _checked(tidy_text(typed), most, required)


def is_visible(tidied: str) -> bool:
    """Whether anything of it can be seen: not only spaces and marks that stand on nothing."""
    return any(unicodedata.category(character)[0] not in "MZC" for character in tidied)


def is_known(tidied: str) -> bool:
    """Whether the tables here know every character: how another is composed, the database may know better.

    The pictographs of later years are no letters: they compose with nothing.
    """
    return all(
        unicodedata.category(character) != "Cn" or "\U0001f000" <= character <= "\U0001faff" for character in tidied
    )


def uuid_in(typed: str) -> UUID | None:
    """The id that was sent as text, or None if it is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _checked(tidied: str, most: int, required: bool) -> str:
    if "\0" in tidied or not is_known(tidied):
        raise BadText(_("This text has a character that cannot be stored. Nothing was changed."))
    if (tidied or required) and not is_visible(tidied):
        raise BadText(_("A text that is needed is empty. Nothing was changed."))
    if len(tidied) > most:
        raise BadText(_("A text is too long. Nothing was changed."))
    return tidied


class _TextField(forms.CharField):
    """A text box whose value is tidied; what was typed and leaves nothing visible is refused."""

    def to_python(self, value):
        typed = super().to_python(value)
        tidied = self.tidy(typed)
        if not is_known(tidied):
            raise forms.ValidationError(_("This has an unsupported character. Remove or replace it."), code="unknown")
        if typed and typed not in self.empty_values and not is_visible(tidied) and (tidied or typed.strip()):
            raise forms.ValidationError(_("This has no visible characters. Enter it again."), code="invisible")
        return tidied

    def tidy(self, typed: str) -> str:
        raise NotImplementedError


class LineField(_TextField):
    """One line of text."""

    def tidy(self, typed):
        return tidy_line(typed)


class TextField(_TextField):
    """Several lines of text."""

    widget = forms.Textarea

    def tidy(self, typed):
        return tidy_text(typed)
