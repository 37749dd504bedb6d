from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial"), ("investors", "0002_sql"), ("audit", "0003_sql")]
    operations = [
        InstallSQL("operations/approval_rules"),
        InstallSQL("operations/job_clock"),
        InstallSQL("operations/notices"),
        InstallSQL("operations/approval_parties"),
        InstallSQL("operations/approval_counts"),
        InstallSQL("operations/why_not_decide"),
        InstallSQL("operations/fn_decide_approval"),
        InstallSQL("operations/fn_propose_rule"),
        InstallSQL("operations/fn_warn_sla"),
        InstallSQL("operations/guard_kyc"),
        InstallSQL("operations/rls_approvals"),
        InstallSQL("operations/rls_approval_rules"),
        InstallSQL("operations/rls_sla_rules"),
        InstallSQL("operations/rls_tasks"),
        InstallSQL("operations/rls_notices"),
        InstallSQL("operations/rls_job_runs"),
        InstallSQL("operations/rls_job_clock"),
    ]
