import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import lib.fields
from django.conf import settings
from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('house', '0002_sql'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        InstallSQL("lib/is_iban"),
        InstallSQL("house/setting_fits"),
        migrations.CreateModel(
            name='HouseIdentity',
            fields=[
                ('street', models.TextField(db_default='', default='', verbose_name='street and number')),
                ('postcode', models.TextField(db_default='', default='', verbose_name='postcode')),
                ('town', models.TextField(verbose_name='town')),
                ('country', models.TextField(verbose_name='country')),
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('effective_from', models.DateField(verbose_name='from')),
                ('legal_name', models.TextField(verbose_name='legal name')),
                ('vat_id', models.TextField(db_default='', default='', verbose_name='VAT number')),
                ('register_number', models.TextField(db_default='', default='', verbose_name='register number')),
                ('email', models.TextField(db_default='', default='', verbose_name='e-mail')),
                ('phone', models.TextField(db_default='', default='', verbose_name='phone')),
                ('reason', models.TextField(db_default='', default='', verbose_name='reason')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('recorded_by', models.ForeignKey(db_column='recorded_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='house.houseidentity')),
            ],
            options={
                'verbose_name': 'version of the firm’s details',
                'verbose_name_plural': 'firm details',
                'db_table': 'house_identity',
                'constraints': [models.CheckConstraint(condition=models.Q(('recorded_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('recorded_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='house_identity_recorded_at_within_years'), models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.date(1900, 1, 1)), ('effective_from__lt', datetime.date(2200, 1, 1))), name='house_identity_effective_within_years'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('street'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('street'), 200)), name='house_identity_street_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('postcode'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('postcode'), 20)), name='house_identity_postcode_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('town'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('town'), 100), models.Q(('town', ''), _negated=True)), name='house_identity_town_is_line'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='house_identity_country_is_code'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('legal_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('legal_name'), 200), models.Q(('legal_name', ''), _negated=True)), name='house_identity_name_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('vat_id'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('vat_id'), 40)), name='house_identity_vat_id_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('register_number'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('register_number'), 40)), name='house_identity_register_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('phone'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('phone'), 40)), name='house_identity_phone_is_line'), models.CheckConstraint(condition=models.Q(('email', ''), models.Q(('email', django.db.models.functions.text.Lower('email')), ('email', models.Func(models.F('email'), template='normalize(%(expressions)s, NFKC)')), ('email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='house_identity_email_normal'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 2000)), name='house_identity_reason_is_text'), models.UniqueConstraint(fields=('replaces',), name='house_identity_one_after', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='HouseSetting',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('value', models.TextField(null=True)),
                ('reason', models.TextField(db_default='', default='')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_by', models.ForeignKey(db_column='changed_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'setting',
                'verbose_name_plural': 'settings',
                'db_table': 'house_settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('changed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('changed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='house_settings_changed_at_within_years'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 2000)), name='house_settings_reason_is_text'), models.CheckConstraint(condition=models.Q(models.Func(models.F('key'), models.F('value'), function='app.setting_fits', output_field=models.BooleanField())), name='house_settings_value_fits')],
            },
        ),
        migrations.CreateModel(
            name='ReceivingAccount',
            fields=[
                ('street', models.TextField(db_default='', default='', verbose_name='street and number')),
                ('postcode', models.TextField(db_default='', default='', verbose_name='postcode')),
                ('town', models.TextField(verbose_name='town')),
                ('country', models.TextField(verbose_name='country')),
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('holder_name', models.TextField(verbose_name='account holder')),
                ('bank_name', models.TextField(verbose_name='bank')),
                ('iban', models.TextField(db_default='', default='', verbose_name='IBAN')),
                ('account_number', models.TextField(db_default='', default='', verbose_name='account number')),
                ('bic', models.TextField(db_default='', default='', verbose_name='BIC')),
                ('is_default', models.BooleanField(db_default=False, default=False, verbose_name='default of its currency')),
                ('reason', models.TextField(db_default='', default='', verbose_name='reason')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('active_from', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(db_default='', default='')),
                ('agreed_by', models.ForeignKey(db_column='agreed_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(db_column='ended_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(db_column='proposed_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='house.receivingaccount')),
            ],
            options={
                'verbose_name': 'receiving account',
                'verbose_name_plural': 'receiving accounts',
                'db_table': 'receiving_accounts',
                'constraints': [models.CheckConstraint(condition=models.Q(('proposed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('proposed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='receiving_accounts_proposed_at_within_years'), models.CheckConstraint(condition=models.Q(('active_from__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('active_from__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='receiving_accounts_active_from_within_years'), models.CheckConstraint(condition=models.Q(('active_until__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('active_until__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='receiving_accounts_active_until_within_years'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('currency'), function='app.is_currency')), name='receiving_accounts_currency_code'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('street'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('street'), 200)), name='receiving_accounts_street_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('postcode'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('postcode'), 20)), name='receiving_accounts_postcode_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('town'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('town'), 100), models.Q(('town', ''), _negated=True)), name='receiving_accounts_town_is_line'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='receiving_accounts_country_is_code'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('holder_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('holder_name'), 200), models.Q(('holder_name', ''), _negated=True)), name='receiving_accounts_holder_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('bank_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('bank_name'), 200), models.Q(('bank_name', ''), _negated=True)), name='receiving_accounts_bank_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 2000)), name='receiving_accounts_reason_is_text'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('end_reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('end_reason'), 2000)), name='receiving_accounts_end_reason_is_text'), models.CheckConstraint(condition=models.Q(('iban', ''), lib.fields._Keeps(models.F('iban'), function='app.is_iban'), _connector='OR'), name='receiving_accounts_iban_right'), models.CheckConstraint(condition=models.Q(('bic', ''), ('bic__regex', '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'), _connector='OR'), name='receiving_accounts_bic_form'), models.CheckConstraint(condition=models.Q(models.Q(('account_number', ''), models.Q(('iban', ''), _negated=True)), models.Q(('account_number__regex', '^[A-Z0-9]([A-Z0-9 ./-]{0,32}[A-Z0-9])?$'), ('iban', ''), models.Q(('bic', ''), _negated=True)), _connector='OR'), name='receiving_accounts_one_number'), models.CheckConstraint(condition=models.Q(('agreed_by', models.F('proposed_by')), _negated=True), name='receiving_accounts_two_people'), models.CheckConstraint(condition=models.Q(('active_until__isnull', True), ('active_until__gte', models.F('active_from')), _connector='OR'), name='receiving_accounts_ends_after_start'), models.UniqueConstraint(condition=models.Q(('active_from__isnull', False), ('active_until__isnull', True), ('is_default', True)), fields=('currency',), name='receiving_accounts_one_default')],
            },
        ),
    ]
