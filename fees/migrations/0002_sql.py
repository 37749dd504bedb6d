from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0001_initial"), ("inventory", "0002_sql"), ("audit", "0005_batches")]
    operations = [
        InstallSQL("fees/visible_invoices"),
        InstallSQL("fees/rls_fee_events"),
        InstallSQL("fees/rls_number_series"),
        InstallSQL("fees/rls_invoice_runs"),
        InstallSQL("fees/rls_invoices"),
        InstallSQL("fees/rls_invoice_lines"),
        InstallSQL("fees/rls_invoice_taxes"),
        InstallSQL("fees/rls_invoice_run_items"),
        InstallSQL("fees/rls_bank_statements"),
        InstallSQL("fees/rls_bank_transactions"),
        InstallSQL("fees/rls_payments"),
        InstallSQL("fees/rls_reconciliations"),
        InstallSQL("fees/rls_payer_aliases"),
    ]
