from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0009_write_off_sql"), ("inventory", "0007_undos_sql")]
    operations = [
        InstallSQL("fees/undo_fees"),
        InstallSQL("fees/undo_breaks"),
    ]
