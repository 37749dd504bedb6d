from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('fees', '0022_write_off_limit'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reconciliation',
            name='reconciliations_kind_known',
        ),
        migrations.AlterField(
            model_name='reconciliation',
            name='kind',
            field=models.TextField(choices=[('invoice', 'Invoice'), ('credit', 'Investor credit'), ('refund', 'Refund'), ('payout', 'Payout'), ('other', 'Other')], db_default='invoice', default='invoice'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['invoice', 'credit', 'refund', 'payout', 'other'])), name='reconciliations_kind_known'),
        ),
        InstallSQL("fees/file_invoice", 2),
    ]
