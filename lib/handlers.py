"""Calls from a lower app to a higher one, by name: see ``settings.HANDLERS``."""

from django.conf import settings
from django.utils.module_loading import import_string


def run(kind: str, **facts):
    """Carry out what ``settings.HANDLERS`` names for this kind, in the caller's transaction.

    Raises KeyError for a kind nobody handles: a decision without its consequence is a fault, not a choice.
    """
    return import_string(settings.HANDLERS[kind])(**facts)
