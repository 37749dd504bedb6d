from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """What is negotiated about a fee follows it through the versions of its plan."""

    dependencies = [("deals", "0010_fee_lineage"), ("portfolio", "0004_sql")]
    operations = [
        InstallSQL("deals/rls_fee_components", 2),
        InstallSQL("deals/own_fees"),
        InstallSQL("deals/quotation", 2),
    ]
