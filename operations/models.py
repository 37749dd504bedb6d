"""Work that staff have to do."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from lib.fields import RandomUUID, moments_within_years


class Task(models.Model):
    """Something a member of staff has to do."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    owner_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.TextField(null=True)
    due_at = models.DateTimeField(null=True)
    status = models.TextField(null=True, default="open", db_default="open")
    related_entity_type = models.TextField(null=True)
    related_entity_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    title = models.TextField(default="", db_default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tasks"
        indexes = [models.Index(fields=["owner_user", "status", "due_at"], name="tasks_owner_open")]
        constraints = [
            *moments_within_years("tasks", "due_at", "created_at", "done_at"),
            models.UniqueConstraint(
                fields=["kind", "related_entity_type", "related_entity_id", "owner_user"],
                nulls_distinct=False,
                condition=models.Q(related_entity_id__isnull=False),
                name="tasks_once_per_thing",
            ),
        ]
