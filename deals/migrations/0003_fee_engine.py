from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """The arithmetic of fees, which quotations and accruals share."""

    dependencies = [("deals", "0002_sql")]
    operations = [
        InstallSQL("lib/fn_year_fraction", 2),
        InstallSQL("lib/fee_periods"),
        InstallSQL("lib/fee_amounts"),
        InstallSQL("lib/shares"),
    ]
