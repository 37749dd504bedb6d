import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('investors', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('owner_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.TextField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('status', models.TextField(db_default='open', default='open', null=True)),
                ('related_entity_type', models.TextField(null=True)),
                ('related_entity_id', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('title', models.TextField(db_default='', default='')),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'tasks',
                'indexes': [models.Index(fields=['owner_user', 'status', 'due_at'], name='tasks_owner_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('done_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('done_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='tasks_done_at_within_years'), models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='tasks_created_at_within_years'), models.CheckConstraint(condition=models.Q(('due_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='tasks_due_at_within_years'), models.UniqueConstraint(condition=models.Q(('related_entity_id__isnull', False)), fields=('kind', 'related_entity_type', 'related_entity_id', 'owner_user'), name='tasks_once_per_thing', nulls_distinct=False)],
            },
        ),
    ]
