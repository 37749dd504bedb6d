"""Questions about people and investors."""

from . import db


def installation_is_empty() -> bool:
    """Whether nobody can sign in yet, so that the first page says how to make the first administrator."""
    return db.installation_is_empty()
