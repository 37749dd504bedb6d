from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """A fee on net asset value is quoted on the value that is known, and says what it assumes."""

    dependencies = [("deals", "0012_crystallisation"), ("portfolio", "0005_stale")]
    operations = [InstallSQL("deals/quotation", 4)]
