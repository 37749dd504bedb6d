from django.contrib import admin

from house.models import JobRun
from ui.readonly_admin import ReadOnlyAdmin


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ("name", "started_at", "finished_at", "succeeded_at", "outcome", "error")
