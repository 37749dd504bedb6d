from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0005_invoice_breaks")]
    operations = [InstallSQL("fees/fn_import_statement")]
