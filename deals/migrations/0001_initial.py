import django.db.models.lookups
import datetime
import django.contrib.postgres.fields
import lib.exact
import lib.fields
import deals.models
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('portfolio', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Deal',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('vehicle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deals', to='portfolio.vehicle')),
                ('name', models.TextField(verbose_name='name')),
                ('deal_type', models.TextField(choices=[('equity_secondary', 'Equity, secondary'), ('equity_primary', 'Equity, primary'), ('credit_trade_finance', 'Private credit'), ('other', 'Other')], db_default='equity_secondary', default='equity_secondary', null=True, verbose_name='type')),
                ('status', models.TextField(choices=[('draft', 'Draft'), ('open', 'Open'), ('allocation_pending', 'Allocation'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], db_default='draft', default='draft', null=True, verbose_name='status')),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True, verbose_name='currency')),
                ('open_at', models.DateTimeField(blank=True, null=True, verbose_name='opened')),
                ('close_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
                ('terms_schema', models.JSONField(decoder=lib.exact.ExactDecoder, blank=True, null=True, verbose_name='terms')),
                ('offer_unit_price', lib.fields.PriceField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name='offer price per unit')),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('code', models.TextField(db_default=deals.models.DealCode(), unique=True, verbose_name='code')),
                ('summary', models.TextField(blank=True, db_default='', default='', verbose_name='in one sentence')),
                ('description', models.TextField(blank=True, db_default='', default='', verbose_name='description')),
                ('hold_minutes', models.PositiveIntegerField(db_default=30, default=30, verbose_name='minutes a hold lasts')),
                ('decision_days', models.PositiveIntegerField(db_default=14, default=14, verbose_name='days for a decision')),
                ('max_holds', models.PositiveIntegerField(blank=True, null=True, verbose_name='holds at once, for each investor')),
                ('lot_size', lib.fields.UnitsField(blank=True, decimal_places=8, max_digits=28, null=True, verbose_name='units are sold in multiples of')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True, db_default='', default='')),
            ],
            options={
                'verbose_name': 'deal',
                'verbose_name_plural': 'deals',
                'db_table': 'deals',
                'indexes': [models.Index(fields=['status', 'deal_type'], name='deals_status_type'), models.Index(fields=['created_by'], name='deals_created_by_idx'), models.Index(condition=models.Q(('status', 'open')), fields=['close_at'], name='deals_to_close')],
                'constraints': [models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('terms_schema'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='deals_terms_schema_is_object'), models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deals_created_at_within_years'), models.CheckConstraint(condition=models.Q(('open_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('open_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deals_open_at_within_years'), lib.fields.moment_within_years('close_at', name='deals_close_within_years'), lib.fields.line('name', 200, required=True, name='deals_name_is_line'), lib.fields.line('summary', 300, name='deals_summary_is_line'), lib.fields.text('description', 20000, name='deals_description_is_text'), lib.fields.text('end_reason', 2000, name='deals_end_reason_is_text'), models.CheckConstraint(condition=models.Q(('deal_type__in', ['equity_secondary', 'equity_primary', 'credit_trade_finance', 'other'])), name='deals_type_known'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'allocation_pending', 'closed', 'cancelled'])), name='deals_status_known'), lib.fields.currency_code('currency', name='deals_currency_code'), models.CheckConstraint(condition=models.Q(('offer_unit_price__gt', 0), ('offer_unit_price__lt', Decimal('1E+12'))), name='deals_price_bounds'), models.CheckConstraint(condition=models.Q(('hold_minutes__gte', 1), ('hold_minutes__lt', 1441)), name='deals_hold_minutes_bounds'), models.CheckConstraint(condition=models.Q(('decision_days__gte', 1), ('decision_days__lt', 366)), name='deals_decision_days_bounds'), models.CheckConstraint(condition=models.Q(('max_holds__gte', 1), ('max_holds__lt', 1001)), name='deals_max_holds_bounds'), models.CheckConstraint(condition=models.Q(('lot_size__gt', 0), ('lot_size__lt', Decimal('1E+15'))), name='deals_lot_size_bounds'), models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z0-9][a-z0-9_-]{1,62}$')), name='deals_code_readable')],
            },
        ),
        migrations.CreateModel(
            name='DealMembership',
            fields=[
                ('pk', models.CompositePrimaryKey('deal_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='deals.deal')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deal_memberships', to=settings.AUTH_USER_MODEL)),
                ('investor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('role', models.TextField(choices=[('investor', 'Investor'), ('co_investor', 'Co-investor'), ('spouse', 'Spouse'), ('advisor', 'Advisor'), ('lawyer', 'Lawyer'), ('banker', 'Banker'), ('introducer', 'Introducer'), ('viewer', 'Viewer'), ('verso_staff', 'VERSO staff')], verbose_name='role')),
                ('invited_by', models.ForeignKey(db_column='invited_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'deal_memberships',
                'indexes': [models.Index(fields=['user', 'deal'], name='deal_memberships_user_deal'), models.Index(fields=['deal', 'investor'], name='deal_memberships_investor')],
                'constraints': [models.CheckConstraint(condition=models.Q(('accepted_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('accepted_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deal_memberships_accepted_at_within_years'), models.CheckConstraint(condition=models.Q(('invited_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('invited_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deal_memberships_invited_at_within_years'), models.CheckConstraint(condition=models.Q(('role__in', ['investor', 'co_investor', 'spouse', 'advisor', 'lawyer', 'banker', 'introducer', 'viewer', 'verso_staff'])), name='deal_memberships_role_known')],
            },
        ),
        migrations.CreateModel(
            name='InviteLink',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invite_links', to='deals.deal')),
                ('role', models.TextField(choices=[('investor', 'Investor'), ('co_investor', 'Co-investor'), ('spouse', 'Spouse'), ('advisor', 'Advisor'), ('lawyer', 'Lawyer'), ('banker', 'Banker'), ('introducer', 'Introducer'), ('viewer', 'Viewer'), ('verso_staff', 'VERSO staff')], verbose_name='role')),
                ('token_hash', lib.fields.SecretField(unique=True)),
                ('expires_at', models.DateTimeField(null=True, verbose_name='valid until')),
                ('max_uses', models.IntegerField(db_default=1, default=1, null=True, verbose_name='uses')),
                ('used_count', models.IntegerField(db_default=0, default=0, null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('email', models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='only for this e-mail')),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'invite_links',
                'constraints': [lib.fields.moment_within_years('expires_at', name='invite_links_expiry_within_years'), models.CheckConstraint(condition=models.Q(('role__in', ['investor', 'co_investor', 'spouse', 'advisor', 'lawyer', 'banker', 'introducer', 'viewer', 'verso_staff'])), name='invite_links_role_known'), models.CheckConstraint(condition=models.Q(('email', ''), models.Q(('email', django.db.models.functions.text.Lower('email')), ('email', models.Func(models.F('email'), template='normalize(%(expressions)s, NFKC)')), ('email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='invite_links_email_normal'), models.CheckConstraint(condition=models.Q(('max_uses__gte', 1), ('max_uses__lt', 1001)), name='invite_links_max_uses_bounds'), models.CheckConstraint(condition=models.Q(('used_count__gte', 0), ('used_count__lte', models.F('max_uses'))), name='invite_links_never_overused')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='FeePlan',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fee_plans', to='deals.deal')),
                ('name', models.TextField(verbose_name='name')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('is_default', models.BooleanField(db_default=False, default=False, null=True, verbose_name='default plan')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_by', models.ForeignKey(db_column='changed_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=models.Value([], output_field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)), default=list, editable=False, size=None)),
                ('version', models.PositiveIntegerField(db_default=1, default=1)),
                ('supersedes', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successor', to='deals.feeplan')),
                ('effective_from', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, null=True)),
            ],
            options={
                'db_table': 'fee_plans',
                'constraints': [models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('effective_from__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='fee_plans_effective_from_within_years'), models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='fee_plans_created_at_within_years'), lib.fields.line('name', 120, required=True, name='fee_plans_name_is_line'), lib.fields.text('description', 2000, name='fee_plans_description_is_text'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('deal',), name='fee_plans_one_default')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='FeeComponent',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('fee_plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='components', to='deals.feeplan')),
                ('kind', models.TextField(choices=[('subscription', 'Subscription fee'), ('management', 'Management fee'), ('performance', 'Carried interest'), ('spread_markup', 'Spread'), ('flat', 'Flat fee'), ('other', 'Other fee')], verbose_name='fee')),
                ('calc_method', models.TextField(blank=True, choices=[('percent_of_investment', 'Percent of the amount'), ('percent_per_annum', 'Percent per year'), ('percent_of_profit', 'Percent of profit'), ('per_unit_spread', 'Per unit'), ('fixed', 'Fixed amount')], null=True, verbose_name='method')),
                ('rate_bps', models.IntegerField(blank=True, null=True, verbose_name='rate, basis points')),
                ('flat_amount', lib.fields.MoneyField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='flat amount')),
                ('frequency', models.TextField(choices=[('one_time', 'Once'), ('annual', 'Each year'), ('quarterly', 'Each quarter'), ('monthly', 'Each month'), ('on_exit', 'On exit')], db_default='one_time', default='one_time', null=True, verbose_name='when')),
                ('hurdle_rate_bps', models.IntegerField(blank=True, null=True, verbose_name='hurdle, basis points a year')),
                ('high_watermark', models.BooleanField(blank=True, null=True, verbose_name='high-water mark')),
                ('notes', models.TextField(blank=True, null=True, verbose_name='notes')),
                ('base', models.TextField(choices=[('amount', 'Amount paid'), ('commitment', 'Amount committed'), ('nav', 'Net asset value'), ('profit', 'Profit'), ('units', 'Units')], blank=True, null=True, verbose_name='base')),
                ('day_count', models.TextField(choices=[('ACT/365F', 'ACT/365F'), ('ACT/360', 'ACT/360'), ('ACT/ACT ISDA', 'ACT/ACT ISDA'), ('NL/365', 'NL/365'), ('30/360 ISDA', '30/360 ISDA'), ('30E/360', '30E/360'), ('30E/360 ISDA', '30E/360 ISDA'), ('30U/360', '30U/360')], blank=True, null=True, verbose_name='day count')),
                ('in_advance', models.BooleanField(blank=True, null=True, verbose_name='in advance')),
                ('hurdle_type', models.TextField(blank=True, choices=[('hard', 'Hard: on profit above the hurdle'), ('soft', 'Soft: on all profit, with a catch-up')], null=True, verbose_name='hurdle type')),
                ('hurdle_compounding', models.TextField(blank=True, choices=[('simple', 'Simple'), ('annual', 'Compounded annually')], null=True, verbose_name='hurdle compounding')),
                ('catch_up_bps', models.IntegerField(blank=True, null=True, verbose_name='catch-up rate, basis points')),
                ('after_management_fee', models.BooleanField(blank=True, null=True, verbose_name='profit after the management fee')),
            ],
            options={
                'db_table': 'fee_components',
                'constraints': [lib.fields.line('notes', 1000, name='fee_components_notes_is_line'), models.CheckConstraint(condition=models.Q(('kind__in', ['subscription', 'management', 'performance', 'spread_markup', 'flat', 'other'])), name='fee_components_kind_known'), models.CheckConstraint(condition=models.Q(('calc_method__in', ['percent_of_investment', 'percent_per_annum', 'percent_of_profit', 'per_unit_spread', 'fixed'])), name='fee_components_method_known'), models.CheckConstraint(condition=models.Q(('frequency__in', ['one_time', 'annual', 'quarterly', 'monthly', 'on_exit'])), name='fee_components_frequency_known'), models.CheckConstraint(condition=models.Q(('base__in', ['amount', 'commitment', 'nav', 'profit', 'units'])), name='fee_components_base_known'), models.CheckConstraint(condition=models.Q(('day_count__in', ['ACT/365F', 'ACT/360', 'ACT/ACT ISDA', 'NL/365', '30/360 ISDA', '30E/360', '30E/360 ISDA', '30U/360'])), name='fee_components_day_count_known'), models.CheckConstraint(condition=models.Q(('rate_bps__gte', 0), ('rate_bps__lt', 10001)), name='fee_components_rate_bounds'), models.CheckConstraint(condition=models.Q(('flat_amount__gte', 0), ('flat_amount__lt', Decimal('1E+15'))), name='fee_components_flat_bounds'), models.CheckConstraint(condition=models.Q(('hurdle_rate_bps__gte', 0), ('hurdle_rate_bps__lt', 10001)), name='fee_components_hurdle_bounds'), models.CheckConstraint(condition=models.Q(('hurdle_type__in', ['hard', 'soft'])), name='fee_components_hurdle_type_known'), models.CheckConstraint(condition=models.Q(('hurdle_compounding__in', ['simple', 'annual'])), name='fee_components_compounding_known'), models.CheckConstraint(condition=models.Q(('catch_up_bps__gte', 1), ('catch_up_bps__lt', 10001)), name='fee_components_catch_up_bounds')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='InvestorTerms',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.deal')),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('selected_fee_plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.feeplan')),
                ('overrides', models.JSONField(decoder=lib.exact.ExactDecoder, null=True)),
                ('status', models.TextField(db_default='active', default='active', null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('overrides_by', models.ForeignKey(db_column='overrides_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'investor terms',
                'verbose_name_plural': 'investor terms',
                'db_table': 'investor_terms',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['active', 'superseded'])), name='investor_terms_status_known'), models.UniqueConstraint(condition=models.Q(('status', 'active')), fields=('deal', 'investor'), name='uniq_investor_terms_active')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='TermSheet',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.deal')),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('fee_plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.feeplan')),
                ('price_per_unit', lib.fields.PriceField(decimal_places=6, max_digits=18, null=True)),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True)),
                ('valid_until', models.DateTimeField(null=True)),
                ('status', models.TextField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('expired', 'Expired')], db_default='draft', default='draft', null=True)),
                ('version', models.IntegerField(db_default=1, default=1, null=True)),
                ('supersedes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.termsheet')),
                ('doc', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('terms_data', models.JSONField(decoder=lib.exact.ExactDecoder, null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'term_sheets',
                'constraints': [lib.fields.currency_code('currency', name='term_sheets_currency_code'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'sent', 'accepted', 'rejected', 'expired'])), name='term_sheets_status_known'), models.UniqueConstraint(fields=('deal', 'investor', 'version'), name='term_sheets_version_once'), models.CheckConstraint(condition=models.Q(('price_per_unit__gte', 0), ('price_per_unit__lt', Decimal('1E+12'))), name='term_sheets_price_bounds')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='DealChange',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('offer_unit_price', 'Offer price'), ('default_fee_plan', 'Default plan'), ('fee_plan_version', 'Fee plan'), ('overrides', 'Negotiated fees')])),
                ('changes', models.JSONField(decoder=lib.exact.ExactDecoder)),
                ('before', models.JSONField(decoder=lib.exact.ExactDecoder)),
                ('reason', models.TextField()),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('status', models.TextField(choices=[('proposed', 'Awaiting approval'), ('applied', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], db_default='proposed')),
                ('decided_at', models.DateTimeField(null=True)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='deals.deal')),
                ('decided_by', models.ForeignKey(db_column='decided_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('proposed_by', models.ForeignKey(db_column='proposed_by', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'deal_changes',
                'constraints': [lib.fields.text('reason', 2000, name='deal_changes_reason_is_text', required=True), models.CheckConstraint(condition=models.Q(('kind__in', ['offer_unit_price', 'default_fee_plan', 'fee_plan_version', 'overrides'])), name='deal_changes_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'applied', 'rejected', 'withdrawn'])), name='deal_changes_status_known'), models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('deal', 'kind', 'investor'), name='deal_changes_one_proposed', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='OfferPrice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('unit_price', lib.fields.PriceField(decimal_places=6, max_digits=18, null=True)),
                ('set_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offer_prices', to='deals.deal')),
                ('set_by', models.ForeignKey(db_column='set_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'offer_prices',
                'constraints': [models.CheckConstraint(condition=models.Q(('unit_price__gt', 0), ('unit_price__lt', Decimal('1E+12'))), name='offer_prices_bounds')],
            },
        ),
        migrations.CreateModel(
            name='DealCommitment',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='deals.deal')),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('requested_units', lib.fields.UnitsField(decimal_places=8, max_digits=28, null=True)),
                ('requested_amount', lib.fields.MoneyField(decimal_places=2, max_digits=18, null=True)),
                ('selected_fee_plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.feeplan')),
                ('term_sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.termsheet')),
                ('status', models.TextField(choices=[('submitted', 'Awaiting approval'), ('under_review', 'Changes requested'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('cancelled', 'Cancelled')], db_default='submitted', default='submitted', null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('unit_price', lib.fields.PriceField(decimal_places=6, max_digits=18, null=True)),
                ('decide_by', models.DateTimeField(null=True)),
                ('content_hash', models.TextField(null=True)),
                ('request_key', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.TextField(db_default='', default='')),
                ('replaced_by', models.ForeignKey(db_column='replaced_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='deals.dealcommitment')),
            ],
            options={
                'db_table': 'deal_commitments',
                'indexes': [models.Index(fields=['deal', 'status'], name='deal_commitments_deal_status')],
                'constraints': [lib.fields.product_within('requested_units', 'unit_price', name='deal_commitments_product_bounds'), lib.fields.text('decision_note', 2000, name='deal_commitments_note_is_text'), models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'under_review', 'approved', 'rejected', 'cancelled'])), name='deal_commitments_status_known'), models.CheckConstraint(condition=models.Q(('requested_units__gt', 0), ('requested_units__lt', Decimal('1E+15'))), name='deal_commitments_units_bounds'), models.CheckConstraint(condition=models.Q(('requested_amount__gt', 0), ('requested_amount__lt', Decimal('1E+15'))), name='deal_commitments_amount_bounds'), models.CheckConstraint(condition=models.Q(('unit_price__gte', 0), ('unit_price__lt', Decimal('1E+12'))), name='deal_commitments_price_bounds'), models.UniqueConstraint(condition=models.Q(('status__in', ['submitted', 'under_review'])), fields=('deal', 'investor'), name='deal_commitments_one_undecided'), models.UniqueConstraint(fields=('created_by', 'request_key'), name='deal_commitments_request_once')],
            },
        ),
    ]
