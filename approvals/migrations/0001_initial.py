import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import lib.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('investors', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalSubject',
            fields=[
                ('entity_type', models.TextField(primary_key=True, serialize=False)),
                ('locks', models.TextField()),
                ('hash', models.TextField()),
                ('parties', models.TextField()),
                ('counts', models.TextField()),
                ('decided', models.TextField()),
                ('may_ask_changes', models.BooleanField()),
            ],
            options={
                'db_table': 'approval_subjects',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('entity_type', models.TextField(null=True, verbose_name='about')),
                ('entity_id', models.UUIDField(null=True)),
                ('action', models.TextField(choices=[('approve', 'Approve'), ('reject', 'Reject'), ('revise', 'Request changes')], null=True)),
                ('status', models.TextField(choices=[('pending', 'Awaiting approval'), ('changes_asked', 'Changes requested'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('replaced', 'Replaced')], db_default='pending', default='pending', null=True)),
                ('requested_by', models.ForeignKey(db_column='requested_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('assigned_to', models.ForeignKey(db_column='assigned_to', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(db_column='decided_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('notes', models.TextField(null=True, verbose_name='what the decider says')),
                ('priority', models.TextField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('critical', 'Critical')], db_default='normal', default='normal', null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('step', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('steps_needed', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('content_hash', models.TextField(null=True)),
                ('request_note', models.TextField(db_default='', default='', verbose_name='what the requester says')),
                ('amount', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('currency', models.CharField(max_length=3, null=True)),
                ('deal_id', models.UUIDField(null=True)),
                ('investor_id', models.UUIDField(null=True)),
                ('sla_started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sla_breach_at', models.DateTimeField(null=True, verbose_name='due')),
                ('sla_paused_at', models.DateTimeField(null=True)),
                ('sla_warned_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'db_table': 'approvals',
                'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['sla_breach_at'], name='approvals_due'), models.Index(fields=['priority', 'status'], name='approvals_priority_status'), models.Index(fields=['entity_type', 'entity_id'], name='approvals_entity'), models.Index(fields=['deal_id', 'status'], name='approvals_deal_status')],
                'constraints': [lib.fields.currency_code('currency', name='approvals_currency_code'), lib.fields.text('notes', 2000, name='approvals_notes_is_text'), lib.fields.text('request_note', 2000, name='approvals_request_note_is_text'), models.CheckConstraint(condition=models.Q(('action__in', ['approve', 'reject', 'revise'])), name='approvals_action_known'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'changes_asked', 'approved', 'rejected', 'withdrawn', 'replaced'])), name='approvals_status_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['low', 'normal', 'high', 'critical'])), name='approvals_priority_known'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lt', Decimal('1E+15'))), name='approvals_amount_bounds'), models.UniqueConstraint(condition=models.Q(('status', 'pending')), fields=('entity_type', 'entity_id'), name='approvals_one_pending_per_thing')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalRule',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('critical_above', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('high_above', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('normal_above', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('two_approvers_above', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('two_approvers_first_above', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('ops_limit', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('relaxes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('made_investor', 'who added the investor'), ('decided_kyc', 'who decided its KYC'), ('had_link', 'who was shown a password link'), ('set_email', 'who set an e-mail'), ('changed_price', 'who set the price'), ('changed_plan', 'who made the fee plan'), ('changed_override', 'who changed negotiated terms'), ('not_independent', 'whose account a party may use')]), db_default=models.Value([], output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), default=list, size=None)),
                ('reason', models.TextField(db_default='', default='')),
                ('lasts_until', models.DateTimeField(null=True)),
                ('proposed_by', models.ForeignKey(db_column='proposed_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('agreed_by', models.ForeignKey(db_column='agreed_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('in_force_from', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
            ],
            options={
                'verbose_name': 'approval rule',
                'verbose_name_plural': 'approval rules',
                'db_table': 'approval_rules',
                'constraints': [lib.fields.text('reason', 2000, name='approval_rules_reason_is_text'), models.CheckConstraint(condition=models.Q(('relaxes__contained_by', ['made_investor', 'decided_kyc', 'had_link', 'set_email', 'changed_price', 'changed_plan', 'changed_override', 'not_independent'])), name='approval_rules_relaxes_known'), models.CheckConstraint(condition=models.Q(('relaxes', []), ('lasts_until__isnull', False), _connector='OR'), name='approval_rules_relaxed_ends'), models.CheckConstraint(condition=models.Q(('agreed_by', models.F('proposed_by')), _negated=True), name='approval_rules_two_people'), models.CheckConstraint(condition=models.Q(('currency__regex', '^([A-Z]{3}|\\*)$')), name='approval_rules_currency'), models.CheckConstraint(condition=models.Q(('critical_above__gte', 0), ('critical_above__lt', Decimal('1E+15'))), name='approval_rules_critical_above_bounds'), models.CheckConstraint(condition=models.Q(('high_above__gte', 0), ('high_above__lt', Decimal('1E+15'))), name='approval_rules_high_above_bounds'), models.CheckConstraint(condition=models.Q(('normal_above__gte', 0), ('normal_above__lt', Decimal('1E+15'))), name='approval_rules_normal_above_bounds'), models.CheckConstraint(condition=models.Q(('two_approvers_above__gte', 0), ('two_approvers_above__lt', Decimal('1E+15'))), name='approval_rules_two_approvers_above_bounds'), models.CheckConstraint(condition=models.Q(('two_approvers_first_above__gte', 0), ('two_approvers_first_above__lt', Decimal('1E+15'))), name='approval_rules_two_approvers_first_above_bounds'), models.CheckConstraint(condition=models.Q(('ops_limit__gte', 0), ('ops_limit__lt', Decimal('1E+15'))), name='approval_rules_ops_limit_bounds')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SlaRule',
            fields=[
                ('priority', models.TextField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('critical', 'Critical')], primary_key=True, serialize=False)),
                ('hours', models.DecimalField(decimal_places=2, max_digits=8)),
            ],
            options={
                'verbose_name': 'SLA rule',
                'verbose_name_plural': 'SLA rules',
                'db_table': 'sla_rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('hours__gt', 0), ('hours__lt', 8761)), name='sla_rules_hours_bounds')],
                'indexes': [],
            },
        ),
    ]
