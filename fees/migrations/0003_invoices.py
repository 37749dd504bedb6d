from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0002_sql"),
        ("deals", "0006_receiving_account"),
        ("house", "0004_firm_sql"),
        ("inventory", "0007_undos_sql"),
        ("investors", "0005_billing_sql"),
        ("ledger", "0003_books"),
    ]
    operations = [
        InstallSQL("fees/rf_reference"),
        InstallSQL("fees/next_number"),
        InstallSQL("fees/settle_invoice"),
        InstallSQL("fees/issue_draft"),
        InstallSQL("fees/fn_invoice_fees"),
        InstallSQL("fees/fund_on_allocation"),
        InstallSQL("fees/fn_open_invoice_run"),
    ]
