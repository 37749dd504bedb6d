from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """What the new columns of a fee come to, and what is refused of them."""

    dependencies = [("deals", "0007_fee_options")]
    operations = [
        InstallSQL("deals/guard_fees", 2),
        InstallSQL("deals/projection", 2),
        InstallSQL("deals/commitment_hash", 2),
        InstallSQL("deals/fn_propose_change", 2),
        InstallSQL("deals/period_amount"),
    ]
