import datetime
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(db_default='', default='')),
                ('error', models.TextField(db_default='', default='')),
            ],
            options={
                'db_table': 'job_runs',
                'indexes': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('succeeded_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('succeeded_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='job_runs_succeeded_at_within_years'), models.CheckConstraint(condition=models.Q(('finished_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('finished_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='job_runs_finished_at_within_years'), models.CheckConstraint(condition=models.Q(('started_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('started_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='job_runs_started_at_within_years'), models.CheckConstraint(condition=models.Q(('since__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('since__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='job_runs_since_within_years')],
            },
        ),
        migrations.CreateModel(
            name='JobClock',
            fields=[
                ('id', models.SmallIntegerField(db_default=1, default=1, primary_key=True, serialize=False)),
                ('seconds', models.FloatField(null=True)),
                ('wall', models.FloatField(null=True)),
                ('boot', models.TextField(db_default='', default='')),
                ('ticks', models.FloatField(null=True)),
                ('ahead', models.FloatField(db_default=0, default=0)),
                ('held_since', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'job_clock',
                'indexes': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='job_clock_one_row')],
            },
        ),
    ]
