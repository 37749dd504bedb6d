"""The callers of the SQL functions of this room."""

from uuid import UUID

from config.lib import db


def login_lookup(email: str) -> tuple[UUID, str] | None:
    """Id and password hash of the active profile that may sign in with this e-mail, or None."""
    return db.call_row("select id, password from app.login_lookup(%s)", [email])


def installation_is_empty() -> bool:
    """Whether nobody can sign in yet."""
    return bool(db.call("select app.installation_is_empty()"))
