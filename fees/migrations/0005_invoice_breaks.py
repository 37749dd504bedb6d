from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0004_accrual"), ("documents", "0003_files")]
    operations = [InstallSQL("fees/fn_credit_invoice"), InstallSQL("fees/invoice_breaks")]
