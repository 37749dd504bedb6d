from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_sql"), ("audit", "0004_invariant_checks")]
    operations = [
        InstallSQL("ledger/fn_close_period"),
        InstallSQL("ledger/balances"),
        InstallSQL("ledger/ledger_breaks"),
    ]
