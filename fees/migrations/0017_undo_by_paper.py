from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0016_refund_sql"), ("deals", "0013_quoted_bases")]
    operations = [InstallSQL("fees/undo_fees", 2)]
