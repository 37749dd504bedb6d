"""A wrong environment value is one clear line, not a traceback."""

import sys
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

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
