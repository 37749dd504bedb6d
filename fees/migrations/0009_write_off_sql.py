from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("fees", "0008_write_offs"), ("approvals", "0005_needs_people"), ("ledger", "0004_bank_charges")]
    operations = [
        InstallSQL("fees/rls_write_offs"),
        InstallSQL("fees/fn_propose_write_off"),
        InstallSQL("fees/write_off_asked"),
        InstallSQL("fees/fn_reverse_write_off"),
        InstallSQL("fees/guard_written_off"),
        InstallSQL("fees/write_off_breaks"),
    ]
