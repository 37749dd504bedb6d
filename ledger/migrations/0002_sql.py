from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("documents", "0002_sql"), ("investors", "0002_sql")]
    operations = [
        InstallSQL("ledger/rls_ledger_accounts"),
        InstallSQL("ledger/rls_ledger_entries"),
        InstallSQL("ledger/rls_ledger_postings"),
        InstallSQL("ledger/rls_accounting_periods"),
        InstallSQL("ledger/guard_postings"),
        InstallSQL("ledger/ledger_account"),
        InstallSQL("ledger/post_entries"),
        InstallSQL("ledger/post_entry"),
    ]
