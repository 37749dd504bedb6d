from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_lighter_checks")]
    operations = [InstallSQL("ledger/post_entries", 3)]
