from django.db import migrations

from config.lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        InstallSQL("app/identity"),
        # CHECK constraints of the first tables are built on them.
        InstallSQL("app/is_currency"),
        InstallSQL("app/is_line"),
        InstallSQL("app/is_text"),
        InstallSQL("app/folded"),
    ]
