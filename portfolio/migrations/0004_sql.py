from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0003_entries_and_approved_values"),
        ("approvals", "0002_sql"),
        ("audit", "0003_sql"),
    ]
    operations = [
        InstallSQL("portfolio/rls_position_entries"),
        InstallSQL("portfolio/enter_positions"),
        InstallSQL("portfolio/position_on"),
        InstallSQL("portfolio/rls_valuations", 2),
        InstallSQL("portfolio/valuation_on"),
        InstallSQL("portfolio/valuation_asked"),
        # What was entered before anybody had to approve it counts on.
        migrations.RunSQL("UPDATE public.valuations SET status = 'approved' WHERE status = 'proposed'", migrations.RunSQL.noop),
    ]
