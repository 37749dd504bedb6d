from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_bank_charges'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgeraccount',
            name='kind',
            field=models.TextField(choices=[('receivable', 'Receivable'), ('credit', 'Investor credit'), ('introducer_payable', 'Introducer payable'), ('bank', 'Bank'), ('suspense', 'Suspense'), ('accrued_fees', 'Accrued fees'), ('fee_income_subscription', 'Fee income: subscription'), ('fee_income_management', 'Fee income: management'), ('fee_income_performance', 'Fee income: performance'), ('fee_income_spread', 'Fee income: amount per unit'), ('fee_income_flat', 'Fee income: flat'), ('fee_income_other', 'Fee income: other'), ('principal_due', 'Principal due'), ('spread', 'Spread'), ('vat', 'VAT'), ('write_offs', 'Write-offs'), ('bank_charges', 'Bank charges'), ('rounding', 'Rounding'), ('commission_expense', 'Commission expense'), ('refunds_clearing', 'Refunds in clearing'), ('payouts_clearing', 'Payouts in clearing')], verbose_name='type'),
        ),
    ]
