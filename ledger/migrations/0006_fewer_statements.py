from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_found_by_index")]
    operations = [
        InstallSQL("ledger/guard_postings", 3),
        InstallSQL("ledger/post_entries", 4),
    ]
