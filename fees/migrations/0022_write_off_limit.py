from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0021_write_off_bounds"), ("approvals", "0005_needs_people")]
    operations = [InstallSQL("fees/fn_propose_write_off", 2)]
