from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_books'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_currency_code',
        ),
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_investor_where_due',
        ),
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_holder_where_due',
        ),
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_run_where_due',
        ),
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_accounts_created_at_within_years',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_kind_plain',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_key_plain',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_source_plain',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_never_backwards',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_effective_within_years',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_asked_within_years',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_currency_code',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_memo_is_line',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_entries_created_at_within_years',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerposting',
            name='ledger_postings_amount_not_zero',
        ),
        InstallSQL("ledger/guard_postings", 2),
        InstallSQL("ledger/post_entries", 2),
    ]
