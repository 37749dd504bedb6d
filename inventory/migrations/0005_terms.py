from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """Terms with tax, and what accruals read of them."""

    dependencies = [("inventory", "0004_exits_sql"), ("deals", "0011_own_fees")]
    operations = [InstallSQL("inventory/draft_terms", 2), InstallSQL("inventory/terms_of_allocation")]
