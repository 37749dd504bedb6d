from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_invariant_checks")]
    operations = [
        InstallSQL("lib/table_access", 2),
        InstallSQL("audit/audit_batch"),
        InstallSQL("audit/table_class", 2),
    ]
