"""The callers of the SQL functions of this app."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from lib import db


def login_lookup(email: str) -> UUID | None:
    """Id of the active profile that may sign in with this e-mail, or None."""
    return db.call("select app.login_lookup(%s)", [email])


def password_recipe(email: str, present: str) -> str:
    """Algorithm, parameters and salt of this person's password, ending in ``$``; a steady fake for a stranger.

    ``present`` is how a password stored today begins, see ``passwords.present_form``.
    """
    return db.call("select app.password_recipe(%s, %s)", [email, present])


def password_owner(email: str, derived: str) -> UUID | None:
    """Id of the active profile with this e-mail and this derived password, or None."""
    return db.call("select app.password_owner(%s, %s)", [email, derived])


def change_password(derived: str, encoded_password: str) -> bool:
    """Store a new password of the acting person, who proves the present one; False when it is not that.

    Locks the profile. Raises BadValue for a password that is not encoded.
    """
    return db.call("select app.change_password(%s, %s)", [derived, encoded_password])


def installation_is_empty() -> bool:
    """Whether nobody can sign in yet."""
    return bool(db.call("select app.installation_is_empty()"))


def make_password_link(user_id: UUID, token_hash: str) -> UUID:
    """Store a set-password link for 7 days and end the person's earlier ones. Raises NotAllowed.

    Locks the profile, then its links.
    """
    return db.call("select app.make_password_link(%s, %s)", [user_id, token_hash])


def ask_password_reset(email: str, token_hash: str, known: bool) -> dict | None:
    """Store a reset link for 1 hour; email, display_name and language of its person, or None.

    None also after five within an hour, counted apart for who is ``known``. Locks the profile.
    """
    asked = "select email, display_name, language from app.ask_password_reset(%s, %s, %s)"
    found = db.rows(asked, [email, token_hash, known])
    return found[0] if found else None


def tell_lockout(email: str) -> dict | None:
    """Id, email, display_name and language of whom to tell that sign-ins are refused; None within six hours of it.

    Locks the profile.
    """
    found = db.rows("select id, email, display_name, language from app.tell_lockout(%s)", [email])
    return found[0] if found else None


def password_link_owner(token_hash: str) -> dict | None:
    """Email and display_name behind a live link, or None."""
    found = db.rows("select email, display_name from app.password_link_owner(%s)", [token_hash])
    return found[0] if found else None


def use_password_link(token_hash: str, encoded_password: str) -> UUID | None:
    """Use a link up and store the password; the person's id, or None when the link is not live.

    Of no limit of uses at once one wins. Locks the profile, then its links. Raises BadValue for a password
    that is not encoded.
    """
    return db.call("select app.use_password_link(%s, %s)", [token_hash, encoded_password])


def session_read(key_hash: str) -> str | None:
    """The data of a session that is not over, or None."""
    return db.call("select app.session_read(%s, %s)", [key_hash, timezone.now()])


def session_write(key_hash: str, data: str, expires: datetime, *, new: bool) -> bool:
    """Store a session; False where a new one is there already, or another one is gone."""
    return db.call("select app.session_write(%s, %s, %s, %s)", [key_hash, data, expires, new])


def session_end(key_hash: str) -> None:
    """End a session; one that is not there is no error."""
    db.call("select app.session_end(%s)", [key_hash])


def sessions_clear() -> int:
    """Throw away the sessions that are over, by the database's clock; how many."""
    return db.call("select app.sessions_clear()")


def cache_read(keys: list[str]) -> dict[str, str]:
    """What is remembered under these keys and not over, as JSON."""
    found = db.rows("select cache_key, value from app.cache_read(%s, %s)", [keys, timezone.now()])
    return {row["cache_key"]: row["value"] for row in found}


def cache_write(key: str, value: str, expires: datetime | str, *, add: bool, most: int) -> bool:
    """Remember JSON until a time; with ``add`` only where nothing is there. Above ``most`` entries the oldest go."""
    values = [key, value, expires, timezone.now(), add, most]
    return db.call("select app.cache_write(%s, %s::jsonb, %s, %s, %s, %s)", values)


def cache_touch(key: str, expires: datetime | str) -> bool:
    """Move the end of what is remembered; False where nothing is."""
    return db.call("select app.cache_touch(%s, %s, %s)", [key, expires, timezone.now()])


def cache_forget(keys: list[str] | None) -> int:
    """Forget these keys, or everything for None; how many went."""
    return db.call("select app.cache_forget(%s)", [keys])


def unlink_person(investor_id: UUID, user_id: UUID) -> bool:
    """End that a person acts for an investor; False where they do not. Raises NotAllowed."""
    return db.call("select app.unlink_person(%s, %s)", [investor_id, user_id])


def attempts_forget(username: str | None, ip_address: str | None) -> int:
    """Forget the failed sign-ins of a name and an address, None for any; how many went."""
    return db.call("select app.attempts_forget(%s, %s)", [username, ip_address])


def attempts_clear(before: datetime) -> int:
    """Throw away failed sign-ins from before; how many."""
    return db.call("select app.attempts_clear(%s)", [before])


def billing_of(investor_id: UUID, day: date) -> dict[str, Any] | None:
    """How an investor is named, addressed and taxed on invoices of a day; None where nothing is recorded."""
    return db.call("select app.billing_of(%s, %s)", [investor_id, day])


def fn_record_billing(investor_id: UUID, values: list, reason: str, replaces: UUID | None) -> UUID:
    """Record a version: from, name, street, postcode, town, country, VAT id, treatment, rate, e-mail, language; its id.

    Raises NotAllowed, BadValue (``detail`` reason), ShownChanged where ``replaces`` is not the version recorded last.
    """
    marks = ", ".join(["%s"] * (len(values) + 3))
    return db.call(f"select public.fn_record_billing({marks})", [investor_id, *values, reason, replaces])
