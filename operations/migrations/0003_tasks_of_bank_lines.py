from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_sql"), ("fees", "0016_refund_sql")]
    operations = [InstallSQL("operations/tasks_of_bank_lines")]
