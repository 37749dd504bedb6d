from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_exits_sql"), ("audit", "0004_invariant_checks")]
    operations = [InstallSQL("inventory/invariant_breaks", 3)]
