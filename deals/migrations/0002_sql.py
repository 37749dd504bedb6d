from django.db import migrations

from config.lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial"), ("investors", "0002_sql"), ("operations", "0001_initial")]
    operations = [
        InstallSQL("deals/visible_deals"),
        InstallSQL("deals/commitment_hash"),
        InstallSQL("deals/approval_complete"),
        InstallSQL("deals/deal_labels"),
    ]
