from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """Shares of profit crystallise by a calendar, and a cap is the commitment's."""

    dependencies = [("fees", "0013_bank_pages"), ("deals", "0012_crystallisation")]
    operations = [
        InstallSQL("fees/recompute_fee", 2),
        InstallSQL("fees/profit_candidates"),
        InstallSQL("fees/fee_candidates", 2),
        InstallSQL("fees/fn_compute_fee_events", 2),
    ]
