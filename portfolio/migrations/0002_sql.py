from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial"), ("documents", "0002_sql"), ("investors", "0002_sql")]
    operations = [
        InstallSQL("portfolio/held_vehicles"),
        InstallSQL("portfolio/rls_vehicles"),
        InstallSQL("portfolio/rls_subscriptions"),
        InstallSQL("portfolio/rls_valuations"),
        InstallSQL("portfolio/rls_positions"),
        InstallSQL("portfolio/documents_of_vehicles"),
    ]
