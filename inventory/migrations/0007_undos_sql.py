from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_undos"), ("approvals", "0005_needs_people")]
    operations = [
        InstallSQL("inventory/rls_allocation_undos"),
        InstallSQL("inventory/fn_propose_undo"),
        InstallSQL("inventory/undo_asked"),
        InstallSQL("inventory/position_breaks"),
        InstallSQL("inventory/invariant_breaks", 2),
    ]
