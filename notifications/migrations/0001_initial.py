import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import lib.exact
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
            name='Notice',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.TextField()),
                ('entity_id', models.UUIDField()),
                ('facts', models.JSONField(db_default=models.Value({}, models.JSONField(decoder=lib.exact.ExactDecoder)), decoder=lib.exact.ExactDecoder)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('mail_until', models.DateTimeField(db_default=django.db.models.expressions.CombinedExpression(django.db.models.functions.datetime.Now(), '+', models.Value(datetime.timedelta(days=3))))),
                ('mail_tries', models.PositiveIntegerField(db_default=0, default=0)),
                ('mail_problem', models.TextField(db_default='', default='')),
                ('mail_stopped', models.TextField(choices=[('', 'Not stopped'), ('refused', 'Refused'), ('uncertain', 'Not confirmed'), ('too_late', 'Given up after three days'), ('not_wanted', 'No longer wanted')], db_default='', default='')),
            ],
            options={
                'db_table': 'notices',
                'indexes': [models.Index(fields=['user', '-created_at'], name='notices_of_user'), models.Index(condition=models.Q(('mail_stopped', ''), ('mailed_at', None)), fields=['mail_due_at'], name='notices_to_mail'), models.Index(condition=models.Q(('mail_stopped', ''), _negated=True), fields=['created_at'], name='notices_mail_stopped')],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'entity_id'), name='notices_once_per_event'), models.CheckConstraint(condition=models.Q(('mail_stopped__in', ['', 'refused', 'uncertain', 'too_late', 'not_wanted'])), name='notices_mail_stopped_known')],
            },
        ),
    ]
