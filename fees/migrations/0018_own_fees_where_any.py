from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0017_undo_by_paper"), ("inventory", "0009_own_fees_where_any")]
    operations = [InstallSQL("fees/fee_terms", 3)]
