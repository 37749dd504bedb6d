from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_bank_charges")]
    operations = [InstallSQL("ledger/guard_postings", 3)]
