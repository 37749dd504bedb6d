"""Rules of passwords and e-mails beyond Django's own."""

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext


class MaximumLengthValidator:
    """A password longer than anybody types costs hashing time and protects nothing more."""

    def __init__(self, max_length: int = 128):
        self.max_length = max_length

    def validate(self, password: str, user=None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        said = ngettext(
            "Your password may have at most %(n)s character.",
            "Your password may have at most %(n)s characters.",
            self.max_length,
        )
        return said % {"n": self.max_length}
