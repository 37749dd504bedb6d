"""The Celery application. The schedule stands in settings, so that a change of it is reviewed like code."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("verso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
