from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("investors", "0002_sql"), ("house", "0002_sql")]
    operations = [
        InstallSQL("notifications/notices"),
        InstallSQL("notifications/rls_notices"),
        InstallSQL("notifications/tell_of_clock"),
    ]
