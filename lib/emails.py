"""The one form of an e-mail address: kept, looked up, counted and compared in it, and mailed to."""

import re
import unicodedata

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.functions import Lower

# Both in Python and in PostgreSQL: whatever has the form passes the database's check, and nothing else does.
FORM = r"^[^[:space:]@]+@[a-z0-9.-]+$"
LONGEST = 254  # of what a mail server takes, and of the columns
_FORM = re.compile(FORM.replace("[:space:]", r"\s"))


def normal_email(typed: str | None) -> str:
    """NFKC, lower case, the domain as IDNA 2008 has it in ASCII; '' for nothing and for what is no address.

    ``Ana@ｖerso.example`` and ``ana@verso.example`` are one person, ``faß.example`` and ``fass.example`` are two firms.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed or "").strip().lower())
    local, at, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    text = f"{local}{at}{domain}"
    return text if len(text) <= LONGEST and _FORM.fullmatch(text) and text.isprintable() else ""


class EmailField(forms.EmailField):
    """Gives an address in its one form, and refuses what has none."""

    def to_python(self, value):
        typed = super().to_python(value)
        if typed in self.empty_values:
            return typed
        if not (found := normal_email(typed)):
            raise ValidationError(self.error_messages.get("invalid", self.default_validators[0].message), "invalid")
        return found


def in_normal_form(column: str, *, name: str) -> CheckConstraint:
    """The column holds an address in its one form, or nothing (null, or empty where that is kept)."""
    composed = Func(F(column), template="normalize(%(expressions)s, NFKC)")
    formed = Q(**{column: Lower(column)}) & Q(**{column: composed}) & Q(**{f"{column}__regex": FORM})
    return CheckConstraint(condition=Q(**{column: ""}) | formed, name=name)
