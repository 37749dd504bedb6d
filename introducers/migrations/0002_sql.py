import django.db.models.lookups
from django.db import migrations, models

import lib.fields
from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("introducers", "0001_initial"),
        ("fees", "0023_payouts"),
        ("deals", "0008_fee_options_sql"),
        ("inventory", "0005_terms"),
        ("house", "0004_firm_sql"),
        ("ledger", "0006_payouts"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('iban', ''), lib.fields._Keeps(models.F('iban'), function='app.is_iban'), _connector='OR'), name='introducers_iban_right'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.IsNull(models.Func(models.F('tiers'), function='app.tiers_at_fault', output_field=models.TextField()), True)), name='introducer_agreements_tiers_count'),
        ),
        InstallSQL("introducers/visible_introducers"),
        InstallSQL("introducers/rls_introducers"),
        InstallSQL("introducers/rls_introducer_agreements"),
        InstallSQL("introducers/rls_introductions"),
        InstallSQL("introducers/rls_introduction_alerts"),
        InstallSQL("introducers/rls_introducer_commissions"),
        InstallSQL("introducers/rls_introducer_payouts"),
        InstallSQL("introducers/self_billing_of_introducers"),
        InstallSQL("introducers/commission_amount"),
        InstallSQL("introducers/fn_propose_agreement"),
        InstallSQL("introducers/fn_record_introduction"),
        InstallSQL("introducers/commission_candidates"),
        InstallSQL("introducers/fn_accrue_commissions"),
        InstallSQL("introducers/fn_issue_self_billing"),
        InstallSQL("introducers/fn_propose_payout"),
        InstallSQL("introducers/fn_reverse_payout"),
        InstallSQL("introducers/commission_breaks"),
    ]
