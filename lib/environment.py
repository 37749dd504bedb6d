"""What the environment says, read value by value. A wrong one is one clear line that names it, not a traceback."""

import os
import re
import sys
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from lib.causes import CannotStart

SECRET_KEY_LENGTH_MIN, SECRET_KEY_LETTERS_MIN = 32, 8
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?|\[[0-9a-f:.]+\])"
_SITE = re.compile(rf"(https?)://({_HOST})(?::([0-9]+))?/?")
_ORIGIN = re.compile(rf"https?://(?:\*\.)?{_HOST}(?::[0-9]+)?")
_ALLOWED = re.compile(rf"\*|\.?{_HOST}")


@contextmanager
def stop_on_bad_environment():
    """Turn whatever a bad value raises into one line on stderr and exit code 1."""
    try:
        yield
    except CannotStart as error:
        sys.exit(f"VERSO cannot start: {error}")
    except (ValueError, KeyError, TypeError, ImproperlyConfigured) as error:
        sys.exit(f"VERSO cannot start: {error} (see .env.example)")


def text(name: str, default: str = "") -> str:
    """A value as it is given; one that is empty counts as not given."""
    return os.environ.get(name, "").strip() or default


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """A whole number in plain digits. Raises ValueError."""
    given = text(name, str(default))
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise ValueError(f"{name} is {given!r}; it must be a whole number from {least} to {most}")
    return int(given)


def yes_or_no(name: str, default: bool = False) -> bool:
    """A switch. Anything but yes/no, true/false, on/off, 1/0 raises ValueError, never "false"."""
    given = text(name, str(default)).lower()
    if given in ("1", "true", "yes", "on"):
        return True
    if given in ("0", "false", "no", "off"):
        return False
    raise ValueError(f"{name} is {given!r}; say true or false")


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    """One of some words, in any case. Raises ValueError."""
    given = text(name, default)
    found = next((choice for choice in choices if choice.lower() == given.lower()), None)
    if found is None:
        raise ValueError(f"{name} is {given!r}; it must be one of {', '.join(choices)}")
    return found


def site(name: str, default: str) -> str:
    """The address of a site: scheme and host, and a port where there is one. Raises ValueError."""
    given = text(name, default)
    match = _SITE.fullmatch(given.lower())
    if not match or (match[3] and not 1 <= int(match[3]) <= 65535):
        raise ValueError(f"{name} is {given!r}; it must be like https://verso.example, without a path")
    return match[0].rstrip("/")


def hosts(name: str, default: list[str]) -> list[str]:
    """Names of hosts with commas, without scheme and port. Raises ValueError."""
    return _each(name, _ALLOWED, "the name of a host, such as verso.example") or default


def origins(name: str, default: list[str]) -> list[str]:
    """Origins with commas, scheme included. Raises ValueError."""
    return _each(name, _ORIGIN, "an origin, such as https://verso.example") or default


def _each(name: str, shape: re.Pattern, meaning: str) -> list[str]:
    words = [word.strip().lower() for word in text(name).split(",") if word.strip()]
    for word in words:
        if not shape.fullmatch(word):
            raise ValueError(f"{name} holds {word!r}, which is not {meaning}")
    return words


def time_zone(name: str, default: str) -> str:
    """The name of a time zone. Raises ValueError."""
    given = text(name, default)
    if given not in available_timezones():
        raise ValueError(f"{name} is {given!r}; it must be a time zone such as Europe/Paris")
    return given


def secret_key(name: str) -> str:
    """A key that nobody guesses, or nothing. Raises ValueError, which does not repeat it."""
    given = text(name)
    if given and (len(given) < SECRET_KEY_LENGTH_MIN or len(set(given)) < SECRET_KEY_LETTERS_MIN):
        raise ValueError(f"{name} is too easy to guess; give it 50 random characters")
    return given


def folder(name: str, default: Path | str) -> str:
    """The path of a folder, which need not exist. Raises ValueError where something else stands there."""
    given = text(name, str(default))
    if Path(given).exists() and not Path(given).is_dir():
        raise ValueError(f"{name} is {given!r}, which is not a folder")
    return given


def sender(name: str, default: str) -> str:
    """Who a mail is from: an address, or a name and <an address>. Raises ValueError."""
    given = text(name, default)
    if not re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", parseaddr(given)[1]) or "\n" in given:
        raise ValueError(f"{name} is {given!r}; it must be like VERSO <no-reply@verso.example>")
    return given


def broker(name: str, default: str) -> str:
    """The address of a Redis or Valkey. Raises ValueError, which does not repeat it: it may hold a password."""
    given = text(name, default)
    address = _parts(given)
    if not address or address.scheme not in ("redis", "rediss") or not address.hostname:
        raise ValueError(f"{name} must be like redis://:password@localhost:6379/0")
    if not re.fullmatch(r"(/[0-9]*)?", address.path):
        raise ValueError(f"{name} must end with the number of a database, such as /0")
    return given


def postgres(name: str, default: str = "") -> dict:
    """Django's connection settings for a PostgreSQL address. Raises ValueError, which does not repeat it."""
    given = os.environ.get(name, default)
    address = _parts(given)
    whole = address and address.scheme in ("postgres", "postgresql") and (address.hostname or "host=" in address.query)
    if not whole or not address.path.strip("/"):
        raise ValueError(f"{name} must be like postgres://user:password@localhost:5432/verso")
    return Env.db_url_config(given)


def mail(name: str, default: str) -> dict:
    """Django's settings for mail. Raises ValueError, which does not repeat the address: it may hold a password."""
    given = text(name, default)
    address = _parts(given)
    if not address:
        raise ValueError(f"{name} has a port that is none")
    if address.scheme not in Env.EMAIL_SCHEMES:
        raise ValueError(f"{name} must begin with one of {', '.join(f'{one}://' for one in Env.EMAIL_SCHEMES)}")
    if address.scheme.startswith("smtp") and not address.hostname:
        raise ValueError(f"{name} names no mail server, such as smtp+tls://user:password@mail.example:587")
    return Env.email_url_config(given)


def _parts(address: str):
    """The parts of an address, or None for one whose port is none."""
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None
