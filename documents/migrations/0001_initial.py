import datetime
import lib.exact
import lib.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('investors', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('owner_investor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='investors.investor')),
                ('owner_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vehicle_id', models.UUIDField(blank=True, null=True)),
                ('deal_id', models.UUIDField(blank=True, null=True)),
                ('type', models.TextField(blank=True, null=True, verbose_name='type')),
                ('file_key', models.TextField()),
                ('watermark', models.JSONField(decoder=lib.exact.ExactDecoder, blank=True, null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('title', models.TextField(db_default='', default='', verbose_name='title')),
                ('content_type', models.TextField(db_default='', default='')),
                ('size_bytes', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'documents',
                'indexes': [models.Index(fields=['owner_investor', 'vehicle_id', 'deal_id', 'type'], name='documents_owner_vehicle_deal'), models.Index(fields=['deal_id'], name='documents_deal'), models.Index(fields=['owner_user'], name='documents_owner_user_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='documents_created_at_within_years'), lib.fields.line('title', 200, name='documents_title_is_line'), lib.fields.line('type', 200, name='documents_type_is_line')],
            },
        ),
    ]
