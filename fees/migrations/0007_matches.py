from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0006_bank_import")]
    operations = [
        InstallSQL("fees/suggest_matches"),
        InstallSQL("fees/match_breaks"),
    ]
