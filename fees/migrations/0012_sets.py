from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0011_own_fees"), ("audit", "0005_batches"), ("ledger", "0005_quick_guards")]
    operations = [
        InstallSQL("fees/rls_fee_events", 2),
        InstallSQL("fees/rls_invoice_lines", 2),
        InstallSQL("fees/rls_bank_transactions", 2),
        InstallSQL("fees/next_number", 2),
        InstallSQL("fees/issue_draft", 2),
        InstallSQL("fees/fn_invoice_fees", 2),
        InstallSQL("fees/fn_open_invoice_run", 2),
    ]
