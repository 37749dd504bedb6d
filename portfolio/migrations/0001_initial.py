import datetime
import lib.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Vehicle',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('name', models.TextField(verbose_name='name')),
                ('type', models.TextField(blank=True, choices=[('fund', 'Fund'), ('spv', 'SPV'), ('securitization', 'Securitisation'), ('note', 'Note'), ('other', 'Other')], null=True, verbose_name='type')),
                ('domicile', models.TextField(blank=True, null=True, verbose_name='domicile')),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True, verbose_name='currency')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'vehicle',
                'verbose_name_plural': 'vehicles',
                'db_table': 'vehicles',
                'constraints': [models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='vehicles_created_at_within_years'), lib.fields.line('name', 200, required=True, name='vehicles_name_is_line'), lib.fields.line('domicile', 100, name='vehicles_domicile_is_line'), models.CheckConstraint(condition=models.Q(('type__in', ['fund', 'spv', 'securitization', 'note', 'other'])), name='vehicles_type_known'), lib.fields.currency_code('currency', name='vehicles_currency_code')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.vehicle')),
                ('commitment', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True)),
                ('status', models.TextField(db_default='pending', default='pending', null=True)),
                ('signed_doc', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'subscriptions',
                'constraints': [models.CheckConstraint(condition=models.Q(('commitment__gte', 0), ('commitment__lt', Decimal('1E+15'))), name='subscriptions_commitment_bounds'), lib.fields.currency_code('currency', name='subscriptions_currency_code')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Valuation',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='valuations', to='portfolio.vehicle')),
                ('as_of_date', models.DateField()),
                ('nav_total', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('nav_per_unit', lib.fields.PriceField(decimal_places=6, max_digits=18, null=True)),
            ],
            options={
                'db_table': 'valuations',
                'constraints': [lib.fields.within_years('as_of_date', name='valuations_date_within_years'), models.UniqueConstraint(fields=('vehicle', 'as_of_date'), name='valuations_once_a_day'), models.CheckConstraint(condition=models.Q(('nav_total__gte', Decimal('-1E+15')), ('nav_total__lt', Decimal('1E+15'))), name='valuations_total_bounds'), models.CheckConstraint(condition=models.Q(('nav_per_unit__gte', Decimal('-1E+15')), ('nav_per_unit__lt', Decimal('1E+15'))), name='valuations_per_unit_bounds')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='investors.investor')),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='portfolio.vehicle')),
                ('units', lib.fields.UnitsField(db_default=0, decimal_places=8, default=0, max_digits=28, null=True)),
                ('cost_basis', lib.fields.MoneyField(db_default=0, decimal_places=2, default=0, max_digits=18, null=True)),
                ('last_nav', lib.fields.PriceField(decimal_places=6, max_digits=18, null=True)),
                ('as_of_date', models.DateField(null=True)),
            ],
            options={
                'db_table': 'positions',
                'constraints': [models.UniqueConstraint(fields=('investor', 'vehicle'), name='positions_one_per_vehicle'), models.CheckConstraint(condition=models.Q(('units__gte', 0), ('units__lt', Decimal('1E+15'))), name='positions_units_bounds'), models.CheckConstraint(condition=models.Q(('cost_basis__gte', 0), ('cost_basis__lt', Decimal('1E+15'))), name='positions_cost_basis_bounds'), models.CheckConstraint(condition=models.Q(('last_nav__gte', Decimal('-1E+12')), ('last_nav__lt', Decimal('1E+12'))), name='positions_last_nav_bounds')],
                'indexes': [],
            },
        ),
    ]
