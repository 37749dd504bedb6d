from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("deals", "0004_exits"), ("audit", "0003_sql")]
    operations = [InstallSQL("deals/rls_deal_exits")]
