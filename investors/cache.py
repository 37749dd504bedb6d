"""What pages and limits remember for a while: JSON in PostgreSQL, and never a pickle."""

import json
from datetime import UTC, datetime

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache


class JSONCache(BaseCache):
    """Django's cache over the functions of ``cache_store``. Values are what JSON can say; others raise TypeError."""

    def __init__(self, location, params):
        super().__init__(params)

    @property
    def db(self):
        from . import db  # The settings name this class before Django is there.

        return db

    def get(self, key, default=None, version=None):
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys, version=None):
        by_full_key = {self.make_and_validate_key(key, version=version): key for key in keys}
        found = self.db.cache_read(list(by_full_key))
        return {by_full_key[full_key]: json.loads(value) for full_key, value in found.items()}

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._write(key, value, timeout, version, add=False)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._write(key, value, timeout, version, add=True)

    def _write(self, key, value, timeout, version, *, add):
        key, value = self.make_and_validate_key(key, version=version), json.dumps(value, allow_nan=False)
        return self.db.cache_write(key, value, self._end(timeout), add=add, most=self._max_entries)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self.db.cache_touch(self.make_and_validate_key(key, version=version), self._end(timeout))

    def delete(self, key, version=None):
        return bool(self.db.cache_forget([self.make_and_validate_key(key, version=version)]))

    def clear(self):
        self.db.cache_forget(None)

    def _end(self, timeout) -> datetime | str:
        end = self.get_backend_timeout(timeout)
        return "infinity" if end is None else datetime.fromtimestamp(end, UTC)
