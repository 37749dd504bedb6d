from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_initial")]
    operations = [
        InstallSQL("audit/append_only"),
        InstallSQL("audit/audit_log"),
        InstallSQL("audit/table_class"),
        InstallSQL("audit/audit_log_access"),
        InstallSQL("audit/audit_hash"),
        InstallSQL("audit/audit_claim_lane"),
        InstallSQL("audit/audit_transaction"),
        InstallSQL("audit/audit_write"),
        InstallSQL("audit/audit_write_many"),
        InstallSQL("audit/audit_event"),
        InstallSQL("audit/audit_chain_row"),
        InstallSQL("audit/audit_row"),
        InstallSQL("audit/audit_partitions"),
        InstallSQL("audit/audit_anchor_write"),
        InstallSQL("audit/audit_claim_anchoring"),
    ]
