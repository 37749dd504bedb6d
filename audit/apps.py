from django.apps import AppConfig
from django.conf import settings

from lib.environment import stop_on_bad_environment

from . import signing


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self):
        """A signing key that cannot be used stops the start, not the first anchor."""
        if settings.AUDIT_SIGNING_KEY:
            with stop_on_bad_environment():
                signing.public_key()
