from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0003_invoices"),
        ("ledger", "0003_books"),
        ("portfolio", "0004_sql"),
    ]
    operations = [
        InstallSQL("fees/recompute_fee"),
        InstallSQL("fees/fee_terms"),
        InstallSQL("fees/profit_candidates"),
        InstallSQL("fees/fee_candidates"),
        InstallSQL("fees/fn_compute_fee_events"),
        InstallSQL("fees/accrue_on_allocation"),
        InstallSQL("fees/void_fee_event"),
        InstallSQL("fees/fee_breaks"),
    ]
