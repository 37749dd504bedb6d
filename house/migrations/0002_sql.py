from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("house", "0001_initial"), ("audit", "0003_sql")]
    operations = [
        InstallSQL("house/job_clock"),
        InstallSQL("house/rls_job_runs"),
        InstallSQL("house/rls_job_clock"),
    ]
