"""What apps that stand on deals add to pages of this one: each names a template of its own, and what it shows."""

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


def needs_above(profile) -> list[dict]:
    """What else needs a person, for home: see ``settings.HOME_NEEDS``."""
    return [need for path in settings.HOME_NEEDS for need in import_string(path)(profile)]


def facts_above(profile, commitment_id: UUID) -> list[dict]:
    """What follows from a commitment, for its page: see ``settings.COMMITMENT_FACTS``."""
    return [fact for path in settings.COMMITMENT_FACTS for fact in import_string(path)(profile, commitment_id)]
