from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fees', '0021_write_off_bounds'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reconciliation',
            name='reconciliations_kind_known',
        ),
        migrations.AlterField(
            model_name='reconciliation',
            name='kind',
            field=models.TextField(choices=[('invoice', 'Invoice'), ('credit', 'Investor credit'), ('refund', 'Refund'), ('payout', 'Payout'), ('charges', 'Bank charges'), ('other', 'Other')], db_default='invoice', default='invoice'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['invoice', 'credit', 'refund', 'payout', 'charges', 'other'])), name='reconciliations_kind_known'),
        ),
    ]
