from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_sql"), ("house", "0004_firm_sql")]
    operations = [InstallSQL("approvals/fn_propose_receiving_account")]
