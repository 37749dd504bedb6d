import django.db.models.deletion
from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0005_exits_sql'),
        ('house', '0003_firm'),
    ]

    operations = [
        migrations.AddField(
            model_name='deal',
            name='receiving_account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='house.receivingaccount', verbose_name='receiving account'),
        ),
        InstallSQL("deals/receiving_account"),
    ]
