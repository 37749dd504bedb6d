from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        InstallSQL("lib/identity"),
        # CHECK constraints of the first tables are built on them.
        InstallSQL("lib/is_currency"),
        InstallSQL("lib/is_line"),
        InstallSQL("lib/is_text"),
        InstallSQL("lib/folded"),
        InstallSQL("lib/table_access"),
    ]
