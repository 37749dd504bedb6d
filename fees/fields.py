"""Columns that several tables of this app have."""

from django.conf import settings
from django.db import models

from lib.fields import ActingProfile


def profile_key(column: str, **options) -> models.ForeignKey:
    """Who did it: whoever acts when the row is made."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_column=column,
        db_default=ActingProfile(),
        **options,
    )
