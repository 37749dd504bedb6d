from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0023_payouts")]
    operations = [InstallSQL("fees/undo_fees", 3), InstallSQL("fees/fn_credit_invoice", 2)]
