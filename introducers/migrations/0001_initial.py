import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text

import lib.exact
import lib.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('deals', '0001_initial'),
        ('documents', '0001_initial'),
        ('fees', '0001_initial'),
        ('inventory', '0001_initial'),
        ('investors', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Introducer',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('legal_name', models.TextField(null=True, verbose_name='legal name')),
                ('default_commission_bps', models.IntegerField(editable=False, null=True, verbose_name='default rate')),
                ('status', models.TextField(choices=[('active', 'Active'), ('inactive', 'Inactive')], db_default='active', default='active', null=True, verbose_name='status')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('commission_cap', lib.fields.MoneyField(decimal_places=2, editable=False, max_digits=18, null=True, verbose_name='cap')),
                ('contact_name', models.TextField(blank=True, db_default='', default='', verbose_name='contact')),
                ('email', models.TextField(blank=True, db_default='', default='', verbose_name='e-mail')),
                ('phone', models.TextField(blank=True, db_default='', default='', verbose_name='phone')),
                ('street', models.TextField(blank=True, db_default='', default='', verbose_name='street and number')),
                ('postcode', models.TextField(blank=True, db_default='', default='', verbose_name='postcode')),
                ('town', models.TextField(blank=True, db_default='', default='', verbose_name='town')),
                ('country', models.TextField(blank=True, db_default='', default='', verbose_name='country')),
                ('vat_id', models.TextField(blank=True, db_default='', default='', verbose_name='VAT number')),
                ('vat_treatment', models.TextField(choices=[('domestic', 'VAT is charged'), ('reverse_charge', 'Reverse charge: the customer owes the VAT'), ('outside_scope', 'Outside the scope of VAT'), ('exempt', 'Exempt from VAT')], db_default='outside_scope', default='outside_scope', verbose_name='VAT')),
                ('vat_rate_bps', models.IntegerField(db_default=0, default=0, verbose_name='VAT rate')),
                ('account_holder', models.TextField(blank=True, db_default='', default='', verbose_name='account holder')),
                ('bank_name', models.TextField(blank=True, db_default='', default='', verbose_name='bank')),
                ('iban', models.TextField(blank=True, db_default='', default='', verbose_name='IBAN')),
                ('bic', models.TextField(blank=True, db_default='', default='', verbose_name='BIC')),
                ('agreement_doc', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('created_by', models.ForeignKey(db_column='created_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introducers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'introducer',
                'verbose_name_plural': 'introducers',
                'db_table': 'introducers',
            },
        ),
        migrations.CreateModel(
            name='IntroducerAgreement',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('basis_type', models.TextField(choices=[('invested_amount', 'Amount funded'), ('spread', 'Margin'), ('management_fee', 'Management fees'), ('performance_fee', 'Carried interest')], db_default='invested_amount', default='invested_amount', verbose_name='basis')),
                ('rate_bps', models.IntegerField(null=True, verbose_name='rate')),
                ('cap_amount', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True, verbose_name='cap')),
                ('tiers', models.JSONField(decoder=lib.exact.ExactDecoder, null=True, verbose_name='tiers')),
                ('trail_years', models.IntegerField(null=True, verbose_name='years')),
                ('signed_on', models.DateField(null=True, verbose_name='signed on')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(null=True, verbose_name='valid until')),
                ('status', models.TextField(choices=[('proposed', 'Awaiting confirmation'), ('active', 'Active'), ('rejected', 'Rejected')], db_default='proposed', default='proposed')),
                ('note', models.TextField(db_default='', default='', verbose_name='note')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(db_default='', default='')),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.deal')),
                ('decided_by', models.ForeignKey(db_column='decided_by', editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('ended_by', models.ForeignKey(db_column='ended_by', editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('introducer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='introducers.introducer')),
                ('proposed_by', models.ForeignKey(db_column='proposed_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'introducer agreement',
                'verbose_name_plural': 'introducer agreements',
                'db_table': 'introducer_agreements',
            },
        ),
        migrations.CreateModel(
            name='IntroducerPayout',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('amount', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('paid_on', models.DateField()),
                ('note', models.TextField(db_default='', default='')),
                ('status', models.TextField(choices=[('proposed', 'Awaiting approval'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('reversed', 'Reversed')], db_default='proposed', default='proposed')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reversal_reason', models.TextField(db_default='', default='')),
                ('decided_by', models.ForeignKey(db_column='decided_by', editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.invoice')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.payment')),
                ('proposed_by', models.ForeignKey(db_column='proposed_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'introducer_payouts',
            },
        ),
        migrations.CreateModel(
            name='Introduction',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('prospect_email', models.TextField(null=True, verbose_name='prospect’s e-mail')),
                ('status', models.TextField(choices=[('invited', 'Invited'), ('joined', 'Joined'), ('allocated', 'Allocated'), ('lost', 'Lost')], db_default='invited', default='invited', null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('prospect_name', models.TextField(db_default='', default='', verbose_name='prospect')),
                ('place', models.IntegerField(null=True)),
                ('joined_at', models.DateTimeField(null=True)),
                ('allocated_at', models.DateTimeField(null=True)),
                ('lost_at', models.DateTimeField(null=True)),
                ('lost_reason', models.TextField(db_default='', default='')),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.deal')),
                ('introducer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introductions', to='introducers.introducer')),
                ('prospect_investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('recorded_by', models.ForeignKey(db_column='recorded_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'introduction',
                'verbose_name_plural': 'introductions',
                'db_table': 'introductions',
            },
        ),
        migrations.CreateModel(
            name='IntroducerCommission',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('basis_type', models.TextField(choices=[('invested_amount', 'Amount funded'), ('spread', 'Margin'), ('management_fee', 'Management fees'), ('performance_fee', 'Carried interest')], null=True)),
                ('rate_bps', models.IntegerField()),
                ('accrual_amount', lib.fields.MoneyField(decimal_places=2, max_digits=18)),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True)),
                ('status', models.TextField(choices=[('accrued', 'Accrued'), ('invoiced', 'Invoiced'), ('paid', 'Paid'), ('cancelled', 'Cancelled')], db_default='accrued', default='accrued', null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('step', models.IntegerField(db_default=1, default=1)),
                ('accrued_on', models.DateField(null=True)),
                ('base_amount', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('derivation', models.JSONField(db_default=models.Value({}, models.JSONField()), decoder=lib.exact.ExactDecoder, default=dict)),
                ('cancel_reason', models.TextField(db_default='', default='')),
                ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='introducers.introduceragreement')),
                ('allocation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.allocation')),
                ('deal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.deal')),
                ('fee_event', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.feeevent')),
                ('introducer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commissions', to='introducers.introducer')),
                ('investor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('invoice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.invoice')),
                ('introduction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commissions', to='introducers.introduction')),
            ],
            options={
                'verbose_name': 'commission',
                'verbose_name_plural': 'commissions',
                'db_table': 'introducer_commissions',
            },
        ),
        migrations.CreateModel(
            name='IntroductionAlert',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('raised_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('settled_at', models.DateTimeField(null=True)),
                ('note', models.TextField(db_default='', default='')),
                ('earlier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='introducers.introduction')),
                ('introduction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='alert', to='introducers.introduction')),
                ('settled_by', models.ForeignKey(db_column='settled_by', editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'introduction_alerts',
            },
        ),
        migrations.AddIndex(
            model_name='introducer',
            index=models.Index(fields=['legal_name'], name='introducers_by_name'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducers_created_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['active', 'inactive'])), name='introducers_status_known'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('vat_treatment__in', ['domestic', 'reverse_charge', 'outside_scope', 'exempt'])), name='introducers_vat_treatment_known'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('legal_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('legal_name'), 200), models.Q(('legal_name', ''), _negated=True)), name='introducers_name_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('contact_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('contact_name'), 200)), name='introducers_contact_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), models.Q(('email', django.db.models.functions.text.Lower('email')), ('email', models.Func(models.F('email'), template='normalize(%(expressions)s, NFKC)')), ('email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='introducers_email_normal'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('phone'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('phone'), 40)), name='introducers_phone_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('street'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('street'), 200)), name='introducers_street_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('postcode'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('postcode'), 20)), name='introducers_postcode_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('town'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('town'), 100)), name='introducers_town_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('country', ''), ('country__regex', '^[A-Z]{2}$'), _connector='OR'), name='introducers_country_is_code'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('vat_id'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('vat_id'), 40)), name='introducers_vat_id_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('account_holder'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('account_holder'), 200)), name='introducers_holder_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('bank_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('bank_name'), 200)), name='introducers_bank_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('bic', ''), ('bic__regex', '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'), _connector='OR'), name='introducers_bic_form'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('default_commission_bps__gte', 0), ('default_commission_bps__lt', 10001)), name='introducers_rate_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('commission_cap__gte', 0), ('commission_cap__lt', Decimal('1E+15'))), name='introducers_cap_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('vat_rate_bps__gte', 0), ('vat_rate_bps__lt', 10001)), name='introducers_vat_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(('vat_treatment', 'domestic'), ('vat_rate_bps', 0), _connector='OR'), name='introducers_rate_where_charged'),
        ),
        migrations.AddConstraint(
            model_name='introducer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vat_treatment', 'reverse_charge'), _negated=True), models.Q(('vat_id', ''), _negated=True), _connector='OR'), name='introducers_reverse_needs_vat_id'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('proposed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_agreements_proposed_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('decided_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_agreements_decided_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_agreements_ended_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('basis_type__in', ['invested_amount', 'spread', 'management_fee', 'performance_fee'])), name='introducer_agreements_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'active', 'rejected'])), name='introducer_agreements_status_known'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('rate_bps__gte', 0), ('rate_bps__lt', 10001)), name='introducer_agreements_rate_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('cap_amount__gte', 0), ('cap_amount__lt', Decimal('1E+15'))), name='introducer_agreements_cap_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('trail_years__gte', 1), ('trail_years__lt', 51)), name='introducer_agreements_trail_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('signed_on__gte', datetime.date(1900, 1, 1)), ('signed_on__lt', datetime.date(2200, 1, 1))), name='introducer_agreements_signed_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.date(1900, 1, 1)), ('valid_from__lt', datetime.date(2200, 1, 1))), name='introducer_agreements_from_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', datetime.date(1900, 1, 1)), ('valid_until__lt', datetime.date(2200, 1, 1))), name='introducer_agreements_until_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', django.db.models.expressions.CombinedExpression(models.F('valid_from'), '-', models.Value(1))), _connector='OR'), name='introducer_agreements_run_forward'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('deal__isnull', False), ('document__isnull', False), _connector='OR'), name='introducer_agreements_on_paper'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(('deal__isnull', True), ('rate_bps__isnull', False), ('tiers__isnull', False), _connector='OR'), name='introducer_agreements_deal_has_rate'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('note'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), 2000)), name='introducer_agreements_note_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introduceragreement',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('end_reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('end_reason'), 2000)), name='introducer_agreements_end_reason_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('proposed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_payouts_proposed_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('decided_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_payouts_decided_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'approved', 'rejected', 'reversed'])), name='introducer_payouts_status_known'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lt', Decimal('1E+15'))), name='introducer_payouts_amount_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('currency'), function='app.is_currency')), name='introducer_payouts_currency_code'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on__gte', datetime.date(1900, 1, 1)), ('paid_on__lt', datetime.date(2200, 1, 1))), name='introducer_payouts_date_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('note'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), 2000)), name='introducer_payouts_note_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('reversal_reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reversal_reason'), 2000)), name='introducer_payouts_reversal_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introducerpayout',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('invoice',), name='introducer_payouts_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='introduction',
            index=models.Index(fields=['introducer', 'created_at'], name='introductions_of_introducer'),
        ),
        migrations.AddIndex(
            model_name='introduction',
            index=models.Index(fields=['prospect_investor', 'deal'], name='introductions_of_investor'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introductions_created_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('joined_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('joined_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introductions_joined_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('allocated_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('allocated_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introductions_allocated_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('lost_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('lost_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introductions_lost_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['invited', 'joined', 'allocated', 'lost'])), name='introductions_status_known'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('prospect_email', ''), models.Q(('prospect_email', django.db.models.functions.text.Lower('prospect_email')), ('prospect_email', models.Func(models.F('prospect_email'), template='normalize(%(expressions)s, NFKC)')), ('prospect_email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='introductions_email_normal'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('prospect_name'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('prospect_name'), 200)), name='introductions_prospect_is_line'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('lost_reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('lost_reason'), 2000)), name='introductions_lost_reason_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), ('place__lt', 1000000)), name='introductions_place_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.UniqueConstraint(fields=('prospect_email', 'place'), name='introductions_one_after_another'),
        ),
        migrations.AddIndex(
            model_name='introducercommission',
            index=models.Index(fields=['introducer', 'status'], name='introducer_commissions_open'),
        ),
        migrations.AddIndex(
            model_name='introducercommission',
            index=models.Index(fields=['deal', 'investor'], name='introducer_commissions_deal'),
        ),
        migrations.AddIndex(
            model_name='introducercommission',
            index=models.Index(fields=['allocation'], name='introducer_commissions_alloc'),
        ),
        migrations.AddIndex(
            model_name='introducercommission',
            index=models.Index(fields=['fee_event'], name='introducer_commissions_fee'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_commissions_created_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('paid_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('paid_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introducer_commissions_paid_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('basis_type__in', ['invested_amount', 'spread', 'management_fee', 'performance_fee'])), name='introducer_commissions_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['accrued', 'invoiced', 'paid', 'cancelled'])), name='introducer_commissions_status_known'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('currency'), function='app.is_currency')), name='introducer_commissions_currency_code'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('rate_bps__gte', 0), ('rate_bps__lt', 10001)), name='introducer_commissions_rate_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('accrual_amount__gte', Decimal('-1E+15')), ('accrual_amount__lt', Decimal('1E+15'))), name='introducer_commissions_amount_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('base_amount__gte', 0), ('base_amount__lt', Decimal('1E+15'))), name='introducer_commissions_base_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('step__gte', 1), ('step__lt', 1000000)), name='introducer_commissions_step_bounds'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(('accrued_on__gte', datetime.date(1900, 1, 1)), ('accrued_on__lt', datetime.date(2200, 1, 1))), name='introducer_commissions_date_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('derivation'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='introducer_commissions_derivation_is_object'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('cancel_reason'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('cancel_reason'), 2000)), name='introducer_commissions_reason_is_text'),
        ),
        migrations.AddConstraint(
            model_name='introducercommission',
            constraint=models.UniqueConstraint(condition=models.Q(('allocation__isnull', False), ('fee_event__isnull', False), _connector='OR'), fields=('introducer', 'basis_type', 'allocation', 'fee_event', 'step'), name='introducer_commissions_accrue_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='introductionalert',
            constraint=models.CheckConstraint(condition=models.Q(('raised_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('raised_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introduction_alerts_raised_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introductionalert',
            constraint=models.CheckConstraint(condition=models.Q(('settled_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('settled_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='introduction_alerts_settled_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='introductionalert',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('note'), function='app.is_text'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), 2000)), name='introduction_alerts_note_is_text'),
        ),
    ]
