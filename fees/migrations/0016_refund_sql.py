from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0015_refunds")]
    operations = [
        InstallSQL("fees/rls_refund_batches"),
        InstallSQL("fees/rls_refunds"),
        InstallSQL("fees/fn_match"),
        InstallSQL("fees/fn_book_charges"),
        InstallSQL("fees/fn_propose_refund"),
        InstallSQL("fees/refund_asked"),
        InstallSQL("fees/fn_export_refunds"),
        InstallSQL("fees/refund_breaks"),
    ]
