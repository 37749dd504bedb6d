"""Sessions under a hash of their key, signed for that key: what stands in the table signs nobody in."""

import hashlib

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError

from . import db


def hashed(session_key: str | None) -> str:
    """What a session is stored under. A key is random and long: no salt is needed.

    It is a hash for this purpose alone: axes notes the plain SHA-256 of the key in a table that is read before there is
    an identity, and nothing that stands there may name a session to the functions of the store.
    """
    return hashlib.sha256(f"investors.sessions {session_key or ''}".encode()).hexdigest()[:40]


class SessionStore(SessionBase):
    """In place of Django's own store: no table is read or written, only the functions of ``session_store``."""

    @property
    def key_salt(self) -> str:
        """The signature holds for this session alone: data copied under another key is no session."""
        return f"investors.sessions.{self.session_key}"

    def load(self) -> dict:
        data = db.session_read(hashed(self.session_key)) if self.session_key else None
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)

    def exists(self, session_key) -> bool:
        return db.session_read(hashed(session_key)) is not None

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create=False) -> None:
        if self.session_key is None:
            return self.create()
        data = self.encode(self._get_session(no_load=must_create))
        if not db.session_write(hashed(self.session_key), data, self.get_expiry_date(), new=must_create):
            raise CreateError if must_create else UpdateError
        return None

    def delete(self, session_key=None) -> None:
        if session_key := session_key or self.session_key:
            db.session_end(hashed(session_key))

    @classmethod
    def clear_expired(cls) -> None:
        db.sessions_clear()
