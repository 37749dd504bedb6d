import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import ledger.models
import lib.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('investors', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountingPeriod',
            fields=[
                ('month', models.DateField(primary_key=True, serialize=False)),
                ('closed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('closed_by', models.UUIDField(db_default=lib.fields.ActingProfile(), editable=False, null=True)),
                ('reason', models.TextField(db_default='')),
            ],
            options={
                'db_table': 'accounting_periods',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('month__gte', datetime.date(1900, 1, 1)), ('month__lt', datetime.date(2200, 1, 1))), name='accounting_periods_month_within_years'),
                    models.CheckConstraint(condition=models.Q(('month__day', 1)), name='accounting_periods_first_day'),
                    models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 1000)), name='accounting_periods_reason_is_text'),
                    models.CheckConstraint(condition=models.Q(('closed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='accounting_periods_closed_at_within_years'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('receivable', 'Receivable'), ('credit', 'Investor credit'), ('introducer_payable', 'Introducer payable'), ('bank', 'Bank'), ('suspense', 'Suspense'), ('accrued_fees', 'Accrued fees'), ('fee_income_subscription', 'Fee income: subscription'), ('fee_income_management', 'Fee income: management'), ('fee_income_performance', 'Fee income: performance'), ('fee_income_spread', 'Fee income: amount per unit'), ('fee_income_flat', 'Fee income: flat'), ('fee_income_other', 'Fee income: other'), ('principal_due', 'Principal due'), ('spread', 'Spread'), ('vat', 'VAT'), ('write_offs', 'Write-offs'), ('rounding', 'Rounding'), ('commission_expense', 'Commission expense'), ('refunds_clearing', 'Refunds in clearing')], verbose_name='type')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('holder_id', models.UUIDField(null=True)),
                ('owner_id', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('investor_id', 'holder_id', models.Value('00000000-0000-0000-0000-000000000000', output_field=models.UUIDField())), output_field=models.UUIDField())),
                ('balance', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('seq', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
            ],
            options={
                'db_table': 'ledger_accounts',
                'constraints': [
                    models.UniqueConstraint(fields=('kind', 'currency', 'owner_id'), name='ledger_accounts_one_each'),
                    models.CheckConstraint(condition=models.Q(('balance__gte', Decimal('-1E+15')), ('balance__lt', Decimal('1E+15'))), name='ledger_accounts_balance_bounds'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(verbose_name='type')),
                ('key', models.TextField(unique=True)),
                ('effective_date', models.DateField(verbose_name='effective date')),
                ('asked_date', models.DateField()),
                ('period', models.GeneratedField(db_persist=True, expression=ledger.models.MonthOf('effective_date'), output_field=models.DateField())),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('source_table', models.TextField(null=True)),
                ('source_id', models.UUIDField(null=True)),
                ('memo', models.TextField(db_default='')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('created_by', models.UUIDField(db_default=lib.fields.ActingProfile(), editable=False, null=True)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.ledgerentry')),
            ],
            options={
                'db_table': 'ledger_entries',
                'indexes': [
                    models.Index(fields=['source_id'], name='ledger_entries_source'),
                    models.Index(fields=['period'], name='ledger_entries_period'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LedgerPosting',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('deal_id', models.UUIDField(null=True)),
                ('seq', models.BigIntegerField(null=True)),
                ('balance_after', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.ledgeraccount')),
                ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.ledgerentry')),
            ],
            options={
                'db_table': 'ledger_postings',
                'constraints': [
                    models.UniqueConstraint(fields=('account', 'seq'), name='ledger_postings_one_after_another'),
                    models.CheckConstraint(condition=models.Q(('amount__gte', Decimal('-1E+15')), ('amount__lt', Decimal('1E+15'))), name='ledger_postings_amount_bounds'),
                    models.CheckConstraint(condition=models.Q(('balance_after__gte', Decimal('-1E+15')), ('balance_after__lt', Decimal('1E+15'))), name='ledger_postings_balance_bounds'),
                ],
            },
        ),
    ]
