from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("notifications", "0002_sql")]
    operations = [
        InstallSQL("approvals/approval_subjects"),
        InstallSQL("approvals/approval_rules"),
        InstallSQL("approvals/approval_parties"),
        InstallSQL("approvals/approval_counts"),
        InstallSQL("approvals/approval_complete"),
        InstallSQL("approvals/why_not_decide"),
        InstallSQL("approvals/fn_decide_approval"),
        InstallSQL("approvals/fn_propose_rule"),
        InstallSQL("approvals/relax_new_house"),
        InstallSQL("approvals/fn_warn_sla"),
        InstallSQL("approvals/guard_kyc"),
        InstallSQL("approvals/rls_approvals"),
        InstallSQL("approvals/rls_approval_subjects"),
        InstallSQL("approvals/rls_approval_rules"),
        InstallSQL("approvals/rls_sla_rules"),
    ]
