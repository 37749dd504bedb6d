from django.db import migrations

from config.lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial"), ("investors", "0002_sql")]
    operations = [
        InstallSQL("deals/visible_deals"),
        InstallSQL("deals/deal_labels"),
    ]
