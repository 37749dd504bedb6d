import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('investors', '0003_framework'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvestorBilling',
            fields=[
                ('street', models.TextField(db_default='', default='', verbose_name='street and number')),
                ('postcode', models.TextField(db_default='', default='', verbose_name='postcode')),
                ('town', models.TextField(verbose_name='town')),
                ('country', models.TextField(verbose_name='country')),
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('effective_from', models.DateField(verbose_name='from')),
                ('legal_name', models.TextField(verbose_name='name on invoices')),
                ('vat_id', models.TextField(db_default='', default='', verbose_name='VAT number')),
                ('vat_treatment', models.TextField(choices=[('domestic', 'VAT is charged'), ('reverse_charge', 'Reverse charge: the customer owes the VAT'), ('outside_scope', 'Outside the scope of VAT'), ('exempt', 'Exempt from VAT')], verbose_name='VAT')),
                ('vat_rate_bps', models.PositiveIntegerField(db_default=0, default=0, verbose_name='VAT rate')),
                ('email', models.TextField(db_default='', default='', verbose_name='invoice e-mail')),
                ('language', models.CharField(db_default='en', default='en', max_length=8, verbose_name='language of invoices')),
                ('reason', models.TextField(db_default='', default='', verbose_name='reason')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('investor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='billing', to='investors.investor')),
                ('recorded_by', models.ForeignKey(db_column='recorded_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investorbilling')),
            ],
            options={
                'verbose_name': 'billing details',
                'verbose_name_plural': 'billing details',
                'db_table': 'investor_billing',
                'constraints': [models.CheckConstraint(condition=models.Q(('recorded_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('recorded_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='investor_billing_recorded_at_within_years'), models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.date(1900, 1, 1)), ('effective_from__lt', datetime.date(2200, 1, 1))), name='investor_billing_effective_within_years'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('street'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('street'), 200)), name='investor_billing_street_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('postcode'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('postcode'), 20)), name='investor_billing_postcode_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('town'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('town'), 100), models.Q(('town', ''), _negated=True)), name='investor_billing_town_is_line'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='investor_billing_country_is_code'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('legal_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('legal_name'), 200), models.Q(('legal_name', ''), _negated=True)), name='investor_billing_name_is_line'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('vat_id'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('vat_id'), 40)), name='investor_billing_vat_id_is_line'), models.CheckConstraint(condition=models.Q(('email', ''), models.Q(('email', django.db.models.functions.text.Lower('email')), ('email', models.Func(models.F('email'), template='normalize(%(expressions)s, NFKC)')), ('email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='investor_billing_email_normal'), models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 2000)), name='investor_billing_reason_is_text'), models.CheckConstraint(condition=models.Q(('vat_treatment__in', ['domestic', 'reverse_charge', 'outside_scope', 'exempt'])), name='investor_billing_treatment_known'), models.CheckConstraint(condition=models.Q(('vat_rate_bps__gte', 0), ('vat_rate_bps__lt', 10001)), name='investor_billing_rate_bounds'), models.CheckConstraint(condition=models.Q(('vat_treatment', 'domestic'), ('vat_rate_bps', 0), _connector='OR'), name='investor_billing_rate_where_charged'), models.CheckConstraint(condition=models.Q(models.Q(('vat_treatment', 'reverse_charge'), _negated=True), models.Q(('vat_id', ''), _negated=True), _connector='OR'), name='investor_billing_reverse_needs_vat_id'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'de', 'fr', 'es'])), name='investor_billing_language_known'), models.UniqueConstraint(fields=('investor', 'replaces'), name='investor_billing_one_after', nulls_distinct=False)],
            },
        ),
    ]
