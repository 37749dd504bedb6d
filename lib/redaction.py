"""Whoever reads a log must not be able to use a link: one-time links are cut out of every line, whoever writes it."""

import re

_SLASH = "(?:/|%2[Ff])"
# Escapes are part of a segment, save those of / ? # &; what stands before a mistyped token is cut with it. Each writer
# that escapes doubles the backslashes.
_ESCAPE = r"%(?!2[Ff36]|3[Ff])[0-9A-Fa-f]{2}|\\+(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})"
_SPACE = r"(?:\s|\\+[nrt])"
_SEGMENT = rf"{_SPACE}*(?:[^\s/%?#&\"'<>\\]|{_ESCAPE})+"
# The rest of a link that a mail broke in two: as long as no word is.
_BROKEN_OFF = rf"(?:{_SPACE}+[\w-]{{16,}})*"
# What follows these addresses signs somebody in, or lets somebody in. A house test holds them against all addresses.
_AFTER = re.compile(
    rf"({_SLASH}(?:invite|accounts{_SLASH}(?:set-password|known-browser)){_SLASH}+){_SEGMENT}{_BROKEN_OFF}"
)
# And what looks like a token, wherever it follows a slash or a token's name, with the signs of the text around it.
_SIGNS = r"""(?:[\s"'<>&\\]|(?<=\\)(?:[nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}))*"""
_TOKEN_LIKE = re.compile(rf"({_SLASH}|\b(?:token|key)=){_SIGNS}[\w-]{{40,}}(?![\w.-])")


def redacted(text: str) -> str:
    """A text without what makes the links in it work."""
    return _TOKEN_LIKE.sub(r"\1***", _AFTER.sub(r"\1***", text))


def redact(_logger, _method, line: str) -> str:
    """The last processor of the one formatter: what is rendered is what is written, whoever logged it."""
    return redacted(line)
