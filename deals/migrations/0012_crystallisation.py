from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("deals", "0011_own_fees")]
    operations = [InstallSQL("deals/guard_fees", 3)]
