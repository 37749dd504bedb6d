from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial"), ("approvals", "0002_sql")]
    operations = [
        InstallSQL("operations/rls_tasks"),
        InstallSQL("operations/tasks_of_approvals"),
    ]
