"""Rows around set-password links, for the tests of their functions."""

from tests import factories


def add_link(owner, person_id, token_hash="a-hash", *, days=7.0, used=False, made_by=None):
    used_at = factories.in_days(-0.01) if used else None
    return factories.insert(
        owner, "set_password_links", user_id=person_id, token_hash=token_hash,
        expires_at=factories.in_days(days), used_at=used_at, created_by=made_by,
    )  # fmt: skip


def live_hashes(owner):
    found = owner.execute(
        "select token_hash from set_password_links where used_at is null and expires_at > clock_timestamp()"
    )
    return sorted(hash for (hash,) in found)


def password_of(owner, person_id):
    return factories.value(owner, "select password from profiles where id = %s", person_id)
