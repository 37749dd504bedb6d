from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        # Every process that may ask for a job must know our broker, also those that Celery did not start.
        import config.celery  # noqa: F401
