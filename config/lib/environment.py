"""A wrong environment value is one clear line, not a traceback."""

import sys
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.lib.embedded import EmbeddedError


@contextmanager
def stop_on_bad_environment():
    """Turn whatever a bad value raises into one line on stderr and exit code 2."""
    try:
        yield
    except EmbeddedError as error:
        sys.exit(f"VERSO cannot start: {error}")
    except (ValueError, KeyError, TypeError, ImproperlyConfigured) as error:
        sys.exit(f"VERSO cannot start: a value of the environment cannot be used: {error} (see .env.example)")


def yes_or_no(value: str, *, name: str) -> bool:
    """A switch of the environment. Anything but yes/no, true/false, on/off, 1/0 raises ValueError, never "false"."""
    word = value.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("", "0", "false", "no", "off"):
        return False
    raise ValueError(f"{name} is {value!r}; say true or false.")


def postgres(address: str) -> dict:
    """Django's connection settings for a PostgreSQL address. Raises ValueError for anything else."""
    if not address.startswith(("postgres://", "postgresql://")):
        raise ValueError("a database address begins with postgres://")
    return Env.db_url_config(address)
