from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0010_undo"), ("inventory", "0008_own_fees")]
    operations = [InstallSQL("fees/fee_terms", 2)]
