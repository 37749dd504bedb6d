from django.contrib import admin

from operations.models import Task
from ui.readonly_admin import ReadOnlyAdmin


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = ("kind", "owner_user", "status", "due_at", "related_entity_type", "created_at", "done_at")
    list_filter = ("status", "kind")
    list_select_related = ("owner_user",)
