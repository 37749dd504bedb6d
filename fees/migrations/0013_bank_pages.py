import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
import lib.exact
import lib.fields
from django.conf import settings
from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('fees', '0010_undo'),
        ('house', '0004_firm_sql'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StatementMapping',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('mapping', models.JSONField(db_default=models.Value({}, models.JSONField()), decoder=lib.exact.ExactDecoder, default=dict)),
                ('saved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('receiving_account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='house.receivingaccount')),
                ('saved_by', models.ForeignKey(db_column='saved_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'statement_mappings',
                'indexes': [models.Index(fields=['receiving_account', '-saved_at'], name='statement_mappings_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('mapping'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='statement_mappings_mapping_is_object'), models.CheckConstraint(condition=models.Q(('saved_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('saved_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='statement_mappings_saved_at_within_years')],
            },
        ),
        InstallSQL("fees/rls_statement_mappings"),
    ]
