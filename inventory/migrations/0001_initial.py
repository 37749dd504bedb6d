import lib.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('deals', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShareSource',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('company', 'Company'), ('fund', 'Fund'), ('colleague', 'Colleague'), ('other', 'Other')], verbose_name='type')),
                ('counterparty_name', models.TextField(blank=True, null=True, verbose_name='counterparty')),
                ('contract_doc', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('notes', models.TextField(blank=True, null=True, verbose_name='notes')),
            ],
            options={
                'db_table': 'share_sources',
                'constraints': [lib.fields.line('counterparty_name', 200, required=True, name='share_sources_name_is_line'), lib.fields.text('notes', 5000, name='share_sources_notes_is_text'), models.CheckConstraint(condition=models.Q(('kind__in', ['company', 'fund', 'colleague', 'other'])), name='share_sources_kind_known')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='ShareLot',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='deals.deal')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='inventory.sharesource')),
                ('units_total', lib.fields.UnitsField(decimal_places=8, max_digits=28, verbose_name='units')),
                ('unit_cost', lib.fields.PriceField(decimal_places=6, max_digits=18, verbose_name='unit cost')),
                ('currency', models.CharField(db_default='USD', default='USD', max_length=3, null=True, verbose_name='currency')),
                ('acquired_at', models.DateField(blank=True, null=True, verbose_name='acquired')),
                ('lockup_until', models.DateField(blank=True, null=True, verbose_name='lock-up until')),
                ('units_remaining', lib.fields.UnitsField(decimal_places=8, max_digits=28)),
                ('status', models.TextField(choices=[('available', 'Available'), ('held', 'Blocked'), ('exhausted', 'Exhausted')], db_default='available', default='available', null=True, verbose_name='status')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('block_reason', models.TextField(blank=True, db_default='', default='')),
            ],
            options={
                'verbose_name': 'lot',
                'verbose_name_plural': 'lots',
                'db_table': 'share_lots',
                'indexes': [models.Index(fields=['deal', 'status'], name='share_lots_deal_status'), models.Index(models.F('deal'), models.OrderBy(models.F('acquired_at'), nulls_last=True), models.F('created_at'), models.F('id'), name='share_lots_order')],
                'constraints': [lib.fields.product_within('units_total', 'unit_cost', name='share_lots_amount_bounds'), lib.fields.within_years('acquired_at', name='share_lots_acquired_within_years'), lib.fields.within_years('lockup_until', name='share_lots_lockup_within_years'), lib.fields.text('block_reason', 2000, name='share_lots_block_reason_is_text'), models.CheckConstraint(condition=models.Q(('status__in', ['available', 'held', 'exhausted'])), name='share_lots_status_known'), lib.fields.currency_code('currency', name='share_lots_currency_code'), models.CheckConstraint(condition=models.Q(('units_total__gte', 0), ('units_total__lt', Decimal('1E+15'))), name='share_lots_total_bounds'), models.CheckConstraint(condition=models.Q(('unit_cost__gte', 0), ('unit_cost__lt', Decimal('1E+12'))), name='share_lots_cost_bounds'), models.CheckConstraint(condition=models.Q(('units_remaining__gte', 0), ('units_remaining__lte', models.F('units_total'))), name='share_lots_remaining_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='deals.deal')),
                ('investor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('requested_units', lib.fields.UnitsField(decimal_places=8, max_digits=28)),
                ('proposed_unit_price', lib.fields.PriceField(decimal_places=6, max_digits=18)),
                ('expires_at', models.DateTimeField()),
                ('status', models.TextField(choices=[('pending', 'On hold'), ('approved', 'Allocated'), ('expired', 'Lapsed'), ('cancelled', 'Released')], db_default='pending', default='pending', null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('commitment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='deals.dealcommitment')),
                ('hold_minutes', models.IntegerField(null=True)),
                ('request_key', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'db_table': 'reservations',
                'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['expires_at'], name='reservations_due'), models.Index(fields=['deal', 'status', 'expires_at'], name='reservations_deal_status'), models.Index(fields=['investor', 'deal'], name='reservations_investor_deal'), models.Index(condition=models.Q(('commitment__isnull', False)), fields=['commitment'], name='reservations_commitment')],
                'constraints': [lib.fields.product_within('requested_units', 'proposed_unit_price', name='reservations_amount_bounds'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'approved', 'expired', 'cancelled'])), name='reservations_status_known'), models.CheckConstraint(condition=models.Q(('requested_units__gt', 0), ('requested_units__lt', Decimal('1E+15'))), name='reservations_units_bounds'), models.CheckConstraint(condition=models.Q(('proposed_unit_price__gte', 0), ('proposed_unit_price__lt', Decimal('1E+12'))), name='reservations_price_bounds'), models.UniqueConstraint(condition=models.Q(('request_key__isnull', False)), fields=('created_by', 'request_key'), name='reservations_request_once')],
            },
        ),
        migrations.CreateModel(
            name='ReservationLotItem',
            fields=[
                ('pk', models.CompositePrimaryKey('reservation_id', 'lot_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('reservation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lot_items', to='inventory.reservation')),
                ('lot', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reservation_items', to='inventory.sharelot')),
                ('units', lib.fields.UnitsField(decimal_places=8, max_digits=28)),
            ],
            options={
                'db_table': 'reservation_lot_items',
                'constraints': [models.CheckConstraint(condition=models.Q(('units__gt', 0), ('units__lt', Decimal('1E+15'))), name='reservation_lot_items_units_bounds')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='deals.deal')),
                ('investor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('unit_price', lib.fields.PriceField(decimal_places=6, max_digits=18)),
                ('units', lib.fields.UnitsField(decimal_places=8, max_digits=28)),
                ('status', models.TextField(choices=[('pending_review', 'Awaiting approval'), ('approved', 'Allocated'), ('rejected', 'Rejected'), ('settled', 'Settled')], db_default='pending_review', default='pending_review', null=True)),
                ('approved_by', models.ForeignKey(db_column='approved_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('reservation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocation', to='inventory.reservation')),
                ('commitment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='deals.dealcommitment')),
            ],
            options={
                'verbose_name': 'allocation',
                'verbose_name_plural': 'allocations',
                'db_table': 'allocations',
                'indexes': [models.Index(fields=['deal', 'investor', 'status'], name='allocations_deal_investor')],
                'constraints': [lib.fields.product_within('units', 'unit_price', name='allocations_product_bounds'), models.CheckConstraint(condition=models.Q(('status__in', ['pending_review', 'approved', 'rejected', 'settled'])), name='allocations_status_known'), models.CheckConstraint(condition=models.Q(('units__gt', 0), ('units__lt', Decimal('1E+15'))), name='allocations_units_bounds'), models.CheckConstraint(condition=models.Q(('unit_price__gte', 0), ('unit_price__lt', Decimal('1E+12'))), name='allocations_price_bounds')],
            },
        ),
        migrations.CreateModel(
            name='AllocationLotItem',
            fields=[
                ('pk', models.CompositePrimaryKey('allocation_id', 'lot_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('allocation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lot_items', to='inventory.allocation')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocation_items', to='inventory.sharelot')),
                ('units', lib.fields.UnitsField(decimal_places=8, max_digits=28)),
            ],
            options={
                'db_table': 'allocation_lot_items',
                'constraints': [models.CheckConstraint(condition=models.Q(('units__gt', 0), ('units__lt', Decimal('1E+15'))), name='allocation_lot_items_units_bounds')],
                'indexes': [],
            },
        ),
    ]
