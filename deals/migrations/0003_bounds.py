
import datetime
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0002_sql'),
        ('investors', '0004_bounds'),
        ('portfolio', '0003_bounds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='deal',
            constraint=models.CheckConstraint(condition=models.Q(('open_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('open_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deals_open_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='deal',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deals_created_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='deal',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('terms_schema'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='deals_terms_schema_is_object'),
        ),
        migrations.AddConstraint(
            model_name='dealmembership',
            constraint=models.CheckConstraint(condition=models.Q(('invited_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('invited_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deal_memberships_invited_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='dealmembership',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('accepted_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='deal_memberships_accepted_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='feeplan',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='fee_plans_created_at_within_years'),
        ),
        migrations.AddConstraint(
            model_name='feeplan',
            constraint=models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('effective_from__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='fee_plans_effective_from_within_years'),
        ),
    ]
