from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sql")]
    operations = [InstallSQL("audit/invariant_checks")]
